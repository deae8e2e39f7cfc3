// SPDX-License-Identifier: Apache-2.0
#include "app/versions/model_place.h"

#include <boost/json.hpp>
#include <utility>

#include "app/replay/server_access.h"
#include "app/topics/topics_read.h"
#include "app/versions/log_desk.h"
#include "flight/calendar/timestamp.h"
#include "registry/record_json.h"
#include "registry/registry_json.h"
#include "replay/targets/http_client.h"
#include "replay/targets/http_target.h"

namespace flightcast::app::versions {

namespace json = boost::json;
namespace targets = flightcast::replay::targets;
using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr unsigned kGood = 300;  // a status below is one

Errc code_of(int status) {
    switch (status) {
        case 400:
        case 413:
            return Errc::invalid_argument;
        case 404:
            return Errc::not_found;
        case 409:
            return Errc::already_exists;
        default:
            return Errc::unavailable;
    }
}

// The registry of a running server.
class ServerDesk final : public ModelPlace {
  public:
    static Result<std::unique_ptr<ServerDesk>> open(
        const std::string& url, const options::ServeOptions& options, const base::Clock& clock
    ) {
        FC_TRY(const replay::ServerAccess access, replay::access_to(url, options));
        const std::string token = access.admin_token.empty() ? access.token : access.admin_token;
        std::unique_ptr<ServerDesk> desk(new ServerDesk());
        FC_TRY(
            desk->admin_,
            targets::HttpClient::open(access.server, {.token = token, .patience = kPatience}, clock)
        );
        FC_TRY(
            desk->reader_,
            targets::HttpClient::open(
                access.server, {.token = access.token, .patience = kPatience}, clock
            )
        );
        return desk;
    }

    Result<std::string> add(const registry::BundleFiles& files, const Words& words) override {
        const std::string packed = registry::pack(files);
        const registry::PackedAddress address = registry::address_of(packed);
        for (std::uint32_t i = 0; i < address.parts; ++i) {
            const std::string path =
                "/api/v1/models/parts?digest=" + address.digest + "&part=" + std::to_string(i);
            FC_TRY_VOID(change(
                {.path = path,
                 .body = registry::part_of(packed, i),
                 .content_type = "application/octet-stream"}
            ));
        }
        const std::string body = json::serialize(
            json::object{
                {"digest", address.digest},
                {"bytes", address.bytes},
                {"parts", address.parts},
                {"author", words.author},
                {"reason", words.reason}
            }
        );
        return change({.path = "/api/v1/models", .body = body});
    }
    Result<std::string> set_alias(const AliasChange& wanted, const Words& words) override {
        json::object body{{"author", words.author}, {"reason", words.reason}};
        if (wanted.is_rollback) {
            body["rollback"] = true;
        } else if (wanted.model) {
            body["model"] = *wanted.model;
        } else {
            body["model"] = nullptr;
        }
        const std::string text = json::serialize(body);
        const std::string path = "/api/v1/models/aliases/" + wanted.alias;
        return change({.method = "PUT", .path = path, .body = text});
    }
    Result<std::string> remove(const std::string& model, const Words& words) override {
        const std::string body =
            json::serialize(json::object{{"author", words.author}, {"reason", words.reason}});
        const std::string path = "/api/v1/models/" + model + "/removal";
        return change({.path = path, .body = body});
    }
    Result<std::string> start_experiment(
        const registry::ExperimentStarted& experiment, const Words& words
    ) override {
        json::array arms;
        for (const registry::Arm& arm : experiment.arms) {
            arms.push_back(json::object{{"model", arm.model}, {"weight", arm.weight}});
        }
        const std::string body = json::serialize(
            json::object{
                {"experiment", experiment.experiment},
                {"arms", std::move(arms)},
                {"auto_promote", experiment.auto_promote},
                {"author", words.author},
                {"reason", words.reason}
            }
        );
        return change({.path = "/api/v1/experiments", .body = body});
    }
    Result<std::string> stop_experiment(
        const std::string& experiment, const Words& words
    ) override {
        const std::string body =
            json::serialize(json::object{{"author", words.author}, {"reason", words.reason}});
        const std::string path = "/api/v1/experiments/" + experiment + "/stop";
        return change({.path = path, .body = body});
    }
    Result<std::string> experiments() {
        FC_TRY(const targets::HttpAnswer answer, reader_->get("/api/v1/experiments"));
        return good(answer);
    }
    Result<std::string> state(const std::string& at) {
        const std::string path = at.empty() ? "/api/v1/models" : "/api/v1/models?at=" + at;
        FC_TRY(const targets::HttpAnswer answer, reader_->get(path));
        return good(answer);
    }

  private:
    static constexpr auto kPatience = std::chrono::seconds(5);

    ServerDesk() = default;
    static Result<std::string> good(const targets::HttpAnswer& answer) {
        if (answer.status < static_cast<int>(kGood)) return answer.body;
        return fail(code_of(answer.status), targets::words_of(answer));
    }
    Result<std::string> change(const targets::HttpQuestion& question) {
        FC_TRY(const targets::HttpAnswer answer, admin_->send(question));
        return good(answer);
    }

    std::unique_ptr<targets::HttpClient> admin_;
    std::unique_ptr<targets::HttpClient> reader_;
};

Result<void> fold(
    topics::TopicsSource& source, const std::string& topic, registry::Registry& registry
) {
    const auto take = [&registry](const eventlog::Record& record) -> Result<void> {
        const auto read = registry::decode_record(record.value.value_or(""));
        if (read) (void)registry.apply(*read, record.appended);
        return {};
    };
    return topics::read_to_end(source, topic, eventlog::FromBeginning{}, take);
}

}  // namespace

Result<std::unique_ptr<ModelPlace>> ModelPlace::open(
    const std::string& url, const options::ServeOptions& options, const base::Clock& clock
) {
    if (!url.empty()) return ServerDesk::open(url, options, clock);
    auto desk = LogDesk::open(options, clock);
    const bool is_in_use = !desk && desk.error().code == Errc::already_exists;
    if (!is_in_use) return desk;
    const std::string running = replay::url_of_folder(options);
    if (running.empty()) return desk;
    return ServerDesk::open(running, options, clock);
}

Result<std::string> read_experiments(
    const std::string& url, const options::ServeOptions& options, const base::Clock& clock
) {
    const std::string server = url.empty() ? replay::url_of_folder(options) : url;
    if (server.empty()) {
        return fail(
            Errc::not_found,
            "no server works on the data folder " + options.data_folder().string() +
                "; experiments are decided by a running one: start it, or name one with --url"
        );
    }
    FC_TRY(const auto desk, ServerDesk::open(server, options, clock));
    return desk->experiments();
}

Result<std::string> read_registry(
    const std::string& url,
    const std::string& at,
    const options::ServeOptions& options,
    const base::Clock& clock
) {
    registry::Surroundings around;
    if (!at.empty()) {
        const auto time = flight::parse_event_time(at);
        if (!time)
            return fail(Errc::invalid_argument, "--at: '" + at + "' is " + time.error().detail);
        around.at = *time;
    }
    if (!url.empty()) {
        FC_TRY(const auto desk, ServerDesk::open(url, options, clock));
        return desk->state(at);
    }
    FC_TRY(const auto source, topics::TopicsSource::open(options, clock));
    registry::Registry folded;
    const Result<void> done = fold(*source, options.topics().models, folded);
    if (!done && done.error().code != Errc::not_found) return std::unexpected(done.error());
    return registry::registry_json(folded, around);
}

}  // namespace flightcast::app::versions
