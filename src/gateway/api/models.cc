// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/models.h"

#include <charconv>
#include <memory>
#include <utility>

#include "base/limits.h"
#include "flight/calendar/timestamp.h"
#include "gateway/api/bodies/model_body.h"
#include "gateway/api/bodies/problem.h"
#include "gateway/http/query.h"
#include "registry/proposal.h"
#include "registry/record_json.h"
#include "registry/registry_json.h"

namespace flightcast::gateway::api {

using accept::Fate;
using accept::Verdict;
using base::Errc;
using base::Result;
using http::Respond;
using http::Response;
using registry::Registry;

namespace {

unsigned status_of(Errc code) {
    switch (code) {
        case Errc::not_found:
            return 404;
        case Errc::already_exists:
        case Errc::full:
            return 409;
        case Errc::invalid_argument:
        case Errc::corrupt:
        case Errc::unsupported:
            return 400;
        default:
            return 503;
    }
}

// Sentences of other modules begin with a small letter and have no full stop.
std::string sentence_of(std::string text) {
    if (text.empty()) return text;
    if (text.front() >= 'a' && text.front() <= 'z') {
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    }
    if (text.back() != '.') text += '.';
    return text;
}

Response refusal_of(const base::Error& error) {
    return problem_response({.status = status_of(error.code), .detail = sentence_of(error.detail)});
}

Response away(const base::Error& error) {
    return problem_response({.status = 503, .detail = sentence_of(error.detail)});
}

Response json_response(unsigned status, std::string body) {
    Response response{.status = status, .content_type = "application/json"};
    response.headers.push_back({"Cache-Control", "no-store"});
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    response.body = std::move(body);
    return response;
}

Response bad_body(const base::Error& error) {
    return problem_response(
        {.type = kInvalidRequest, .title = "The request is not valid", .detail = error.detail}
    );
}

std::optional<std::uint32_t> part_number(std::string_view text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    constexpr std::size_t kPartsMax =
        base::limits::kRegistryBundleBytesMax / base::limits::kModelPartBytesMax;
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number <= kPartsMax ? std::optional(number) : std::nullopt;
}

}  // namespace

void Models::list(const http::Request& request, Respond respond) const {
    const auto now = parts_.models.registry();
    if (!now) return respond(away(now.error()));
    registry::Surroundings around{
        .in_use = parts_.models.in_use(), .pinned = parts_.models.pinned()
    };
    const http::Query query = http::Query::parse(request.query);
    if (const auto at = query.find("at")) {
        const auto time = flight::parse_event_time(*at);
        if (!time) {
            return respond(bad_parameter("at", "give a time such as 2026-11-30T12:00:00Z"));
        }
        around.at = *time;
        around.in_use.clear();
    }
    respond(json_response(200, registry::registry_json(**now, around)));
}

void Models::take_part(const http::Request& request, Respond respond) const {
    const http::Query query = http::Query::parse(request.query);
    const std::string digest(query.find("digest").value_or(""));
    const auto number = part_number(query.find("part").value_or(""));
    if (!is_digest(digest)) {
        return respond(
            bad_parameter("digest", "give the SHA-256 of the packed bundle, 64 hex digits")
        );
    }
    if (!number) return respond(bad_parameter("part", "give the number of the part, from 0 on"));
    if (request.body.empty() || request.body.size() > base::limits::kModelPartBytesMax) {
        return respond(problem_response(
            {.status = 413,
             .detail =
                 "A part has 1 to " + std::to_string(base::limits::kModelPartBytesMax) + " bytes."}
        ));
    }
    parts_.acceptor.append(
        {registry::part_record(parts_.model_parts_topic, digest, *number, request.body)},
        "part of a bundle",
        [number, respond = std::move(respond)](const Verdict& verdict) mutable {
            if (verdict.fate != Fate::accepted) return respond(not_taken(verdict));
            respond(json_response(202, "{\"part\":" + std::to_string(*number) + "}\n"));
        }
    );
}

// Brings the answer, and all that belongs to the client, back to the I/O thread.
ModelDesk::Done Models::answer_with(const std::shared_ptr<Respond>& respond) const {
    return [post = parts_.post, respond](const Result<registry::Record>& written) {
        Response response = written ? json_response(200, registry::encode_record(*written) + "\n")
                                    : refusal_of(written.error());
        post([respond = std::move(*respond), response = std::move(response)]() mutable {
            respond(std::move(response));
        });
    };
}

void Models::propose(registry::Proposal proposal, Respond respond) const {
    const auto shared = std::make_shared<Respond>(std::move(respond));
    const auto queued = parts_.models.propose(std::move(proposal), answer_with(shared));
    if (!queued) (*shared)(away(queued.error()));
}

void Models::add(const http::Request& request, Respond respond) const {
    auto body = read_version_body(request.body);
    if (!body) return respond(bad_body(body.error()));
    const auto shared = std::make_shared<Respond>(std::move(respond));
    const auto queued = parts_.models.add_version(
        {.address = std::move(body->address),
         .author = std::move(body->author),
         .reason = std::move(body->reason)},
        answer_with(shared)
    );
    if (!queued) (*shared)(away(queued.error()));
}

void Models::set_alias(const http::Request& request, Respond respond) const {
    auto body = read_alias_body(request.body);
    if (!body) return respond(bad_body(body.error()));
    const std::string alias = request.parameter;
    if (const std::string pinned = parts_.models.pinned();
        alias == registry::kChampion && !pinned.empty()) {
        return respond(problem_response({.status = 409, .detail = sentence_of(pinned)}));
    }
    const auto event = [alias, body = *body](const Registry& now) -> Result<registry::Event> {
        if (body.is_rollback) return registry::rollback(now, alias);
        if (!body.model) return registry::promotion(now, alias, std::nullopt);
        FC_TRY(std::string model, registry::find_model(now, *body.model));
        return registry::promotion(now, alias, std::move(model));
    };
    propose({.author = body->author, .reason = body->reason, .event = event}, std::move(respond));
}

void Models::remove(const http::Request& request, Respond respond) const {
    auto words = read_words(request.body);
    if (!words) return respond(bad_body(words.error()));
    const auto event = [wanted =
                            request.parameter](const Registry& now) -> Result<registry::Event> {
        FC_TRY(std::string model, registry::find_model(now, wanted));
        registry::Event removed = registry::VersionRemoved{.model = std::move(model)};
        FC_TRY_VOID(now.check(removed));
        return removed;
    };
    propose({.author = words->author, .reason = words->reason, .event = event}, std::move(respond));
}

void Models::experiments(const http::Request& /*request*/, Respond respond) const {
    std::string status = parts_.models.status();
    if (!status.empty()) return respond(json_response(200, std::move(status)));
    respond(away(
        {Errc::unavailable, "this process decides no experiments; ask one that scores and judges"}
    ));
}

void Models::drift(const http::Request& /*request*/, Respond respond) const {
    std::string drift = parts_.models.drift();
    if (!drift.empty()) return respond(json_response(200, std::move(drift)));
    respond(away(
        {Errc::unavailable,
         "this process has watched no requests yet; ask one that scores, after its first answer"}
    ));
}

void Models::start_experiment(const http::Request& request, Respond respond) const {
    // Nothing would ever be decided.
    if (parts_.models.status().empty()) return experiments(request, std::move(respond));
    auto body = read_experiment_body(request.body);
    if (!body) return respond(bad_body(body.error()));
    const auto event = [wanted = body->experiment](const Registry& now) -> Result<registry::Event> {
        return registry::experiment(now, wanted);
    };
    propose({.author = body->author, .reason = body->reason, .event = event}, std::move(respond));
}

void Models::stop_experiment(const http::Request& request, Respond respond) const {
    auto words = read_words(request.body);
    if (!words) return respond(bad_body(words.error()));
    const auto event = [name = request.parameter](const Registry& now) -> Result<registry::Event> {
        registry::Event stopped = registry::ExperimentStopped{.experiment = name};
        FC_TRY_VOID(now.check(stopped));
        return stopped;
    };
    propose({.author = words->author, .reason = words->reason, .event = event}, std::move(respond));
}

}  // namespace flightcast::gateway::api
