// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <map>
#include <set>

#include "gateway/api/outcome_json.h"
#include "gateway/api/wait_time.h"
#include "gateway/http/response_testing.h"

namespace flightcast::gateway::api {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using base::Uuid;
using testing::HasSubstr;

// Accepts everything at once.
struct QuickWriter final : eventlog::Writer {
    base::Result<void> append(
        std::vector<eventlog::NewRecord> records, eventlog::Done done
    ) override {
        for (eventlog::NewRecord& record : records) appended.push_back(std::move(record));
        ++appends;
        done({});
        return {};
    }
    std::vector<eventlog::NewRecord> appended;
    int appends = 0;
};

// One outcome, or an error.
struct OneStore final : store::OutcomeStore {
    base::Result<std::vector<store::Refusal>> put(const std::vector<flight::Outcome>&) override {
        return std::vector<store::Refusal>{};
    }
    void find(const Uuid& id, store::FindDone done) override {
        if (is_away) return done(base::fail(base::Errc::unavailable, "away"));
        if (!stored || stored->id != id) return done(std::nullopt);
        done(store::StoredOutcome{*stored, std::nullopt});
    }
    base::Result<std::int64_t> count() override { return 0; }
    base::Result<void> reach() override { return {}; }
    base::Result<std::size_t> trim(base::WallTime, std::size_t) override { return 0; }
    [[nodiscard]] bool is_distant() const override { return false; }

    std::optional<flight::Outcome> stored;
    bool is_away = false;
};

struct NoSink final : delivery::DeliverySink {
    void deliver(delivery::ClientId, const delivery::SharedOutcome&) override {}
    void timed_out(delivery::ClientId, const Uuid&) override {}
    void look_up(const Uuid&) override {}
};

constexpr std::string_view kFlight =
    R"({"DepDelay":5,"Carrier":"AA","FlightDate":"2016-12-25","Origin":"ATL","Dest":"SFO"})";

class ApiTest : public testing::Test {
  protected:
    explicit ApiTest(bool accept_event_time = false) : accept_event_time_(accept_event_time) {
        api_.add_to(router_);
    }

    http::Response ask(
        const std::string& method,
        const std::string& url,
        const std::map<std::string, std::string>& headers = {},
        std::string body = {}
    ) {
        http::Request request{.method = method};
        request.path = url.substr(0, url.find('?'));
        request.query = url.substr(std::min(url.size(), request.path.size() + 1));
        for (const auto& [name, value] : headers) request.headers.add(name, value);
        request.body = std::move(body);
        http::Response answer;
        router_.handle(
            std::move(request), {}, [&](http::Response given) { answer = std::move(given); }, {}
        );
        return answer;
    }

    http::Response post(std::string body, std::map<std::string, std::string> headers = {}) {
        headers.emplace("Content-Type", "application/json");
        return ask("POST", "/api/v1/predictions", headers, std::move(body));
    }

    static json::value body_of(const http::Response& response) {
        return json::parse(response.body.view());
    }

    http::Response report(std::string body, const std::string& path = "/api/v1/arrivals") {
        return ask("POST", path, {{"Content-Type", "application/json"}}, std::move(body));
    }

    const bool accept_event_time_;
    performance::Performance performance_;
    features::online::Fold days_{nullptr};
    flight::ActiveRoutes routes_{flight::RouteTable::parse(
                                     R"({"Origin":"ATL","Dest":"SFO","Distance":2139.0})"
                                     "\n"
                                     R"({"Origin":"SFO","Dest":"ATL","Distance":2139.5})"
                                     "\n"
                                     R"({"Origin":"ATL","Dest":"EWR","Distance":746})"
    )
                                     .value()};
    base::ManualClock clock_;
    base::SeededRandom random_{1};
    QuickWriter writer_;
    OneStore store_;
    NoSink sink_;
    delivery::Deliveries deliveries_{sink_, {}};
    accept::Acceptor acceptor_{
        {.writer = writer_,
         .clock = clock_,
         .post = [](auto task) { task(); },
         .on_submission = [](const auto&, const auto&, const auto&) {}},
        {.request_topic = "requests"}
    };
    accept::RequestIds ids_{std::string(32, 's'), random_};
    accept::Intake intake_{
        {.acceptor = acceptor_, .ids = ids_, .routes = routes_, .clock = clock_, .zone = {}}
    };
    Api api_{
        {.intake = intake_,
         .deliveries = deliveries_,
         .store = &store_,
         .routes = routes_,
         .clock = clock_,
         .post = [](auto task) { task(); },
         .zone = {},
         .is_allowed = [this](const http::Request&) { return !wants_token_; },
         .acceptor = acceptor_,
         .arrival_topic = "arrivals",
         .is_admin = [this](const http::Request&) { return is_admin_; },
         .accept_event_time = accept_event_time_,
         .performance = performance_,
         .end_of_figures = [this] { return clock_.wall_now(); },
         .performance_off = [this] { return performance_off_; },
         .days = days_,
         .now_of_days = [this] { return clock_.wall_now(); },
         .arrivals_off = [this] { return performance_off_; },
         .find_built_in = [](std::string_view name) -> std::optional<std::string_view> {
             if (name == "static/data/carriers.json") return R"([{"code":"AA","name":"American"}])";
             return std::nullopt;
         },
         .model_json = [this] { return R"({"id":")" + model_ + R"("})"; },
         .models =
             {.registry =
                  [this] {
                      return base::Result<std::shared_ptr<const registry::Registry>>(
                          std::make_shared<const registry::Registry>(registry_)
                      );
                  },
              .in_use = [this] { return model_; },
              .pinned = [this] { return pinned_; },
              .status = [this] { return status_; },
              .drift = [this] { return drift_; },
              .propose = [this](const registry::Proposal& proposal, const ModelDesk::Done& done)
                  -> base::Result<void> {
                  const auto event = proposal.event(registry_);
                  if (!event) {
                      done(std::unexpected(event.error()));
                      return {};
                  }
                  const registry::Record record{
                      .id = *Uuid::parse("0910313b-6000-4f14-8550-dae624a4d138"),
                      .follows = registry_.head(),
                      .at = {},
                      .author = proposal.author,
                      .reason = proposal.reason,
                      .event = *event
                  };
                  EXPECT_EQ(registry_.apply(record, {}), registry::Fate::applied);
                  done(record);
                  return {};
              },
              .add_version = [this](const ModelDesk::NewVersion& version, const ModelDesk::Done&)
                  -> base::Result<void> {
                  added_.push_back(version.address);
                  return base::fail(base::Errc::full, "too many changes wait");
              }},
         .model_parts_topic = "parts"}
    };
    http::Router router_;
    bool wants_token_ = false;
    bool is_admin_ = true;
    std::string performance_off_;
    registry::Registry registry_;
    std::string pinned_;
    std::string status_;
    std::string drift_;
    std::vector<registry::PackedAddress> added_;
    std::string model_ = "m@1";
};

TEST_F(ApiTest, EveryRouteIsDescribedAndNoOther) {
    // Goal: /openapi.json has exactly the paths and methods below /api/ that the router takes.
    std::ifstream file(FLIGHTCAST_SOURCE_DIR "/src/gateway/api/openapi.json");
    const json::value description =
        json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
    std::set<std::string> described;
    for (const auto& [path, operations] : description.at("paths").as_object()) {
        if (!is_api_path(path)) continue;
        for (const auto& [method, operation] : operations.as_object()) {
            described.insert(std::string(method) + " " + std::string(path));
        }
    }
    std::set<std::string> routed;
    for (const auto& [method, pattern] : router_.routes()) {
        std::string route = method == "GET" ? "get " : method == "PUT" ? "put " : "post ";
        for (const char c : pattern) route += c == '<' ? '{' : c == '>' ? '}' : c;
        routed.insert(route);
    }
    EXPECT_EQ(described, routed);
}

TEST_F(ApiTest, ModelsAreChangedWithTheAdminTokenAlone) {
    // Goal: each change of the registry needs the admin token, a sound body, and what holds; parts
    // become records; a pinned server says why it promotes nothing.
    const std::string digest(64, 'a');
    const std::map<std::string, std::string> json = {{"content-type", "application/json"}};
    const std::string parts = "/api/v1/models/parts?digest=" + digest + "&part=";
    is_admin_ = false;
    EXPECT_EQ(ask("PUT", "/api/v1/models/aliases/champion", json, "{}").status, 401U);
    EXPECT_EQ(ask("POST", parts + "0", {}, "bytes").status, 401U);
    EXPECT_EQ(ask("POST", "/api/v1/models", json, "{}").status, 401U);
    EXPECT_EQ(ask("POST", "/api/v1/models/m/removal", json, "{}").status, 401U);
    is_admin_ = true;
    EXPECT_EQ(ask("POST", parts + "0", {}, "bytes").status, 202U);
    ASSERT_EQ(writer_.appended.size(), 1U);
    EXPECT_EQ(writer_.appended.front().topic, "parts");
    EXPECT_EQ(writer_.appended.front().key, digest);
    EXPECT_EQ(ask("POST", parts + "99", {}, "bytes").status, 400U);
    EXPECT_EQ(ask("POST", parts + "1", {}, std::string(900'001, 'x')).status, 413U);
    EXPECT_EQ(ask("PUT", "/api/v1/models/aliases/champion", json, "[]").status, 400U);
    const std::string rollback = R"({"rollback":true})";
    EXPECT_EQ(ask("PUT", "/api/v1/models/aliases/champion", json, rollback).status, 404U);
    const std::string version = R"({"digest":")" + digest + R"(","bytes":10,"parts":1})";
    EXPECT_EQ(ask("POST", "/api/v1/models", json, version).status, 503U);
    ASSERT_EQ(added_.size(), 1U);
    EXPECT_EQ(added_.front().bytes, 10U);
    const auto state = ask("GET", "/api/v1/models");
    EXPECT_EQ(state.status, 200U);
    EXPECT_THAT(std::string(state.body.view()), HasSubstr(R"("champion":null,"in_use":"m@1")"));
    const std::string experiment = R"({"experiment":"e","arms":[{"model":"m"}]})";
    EXPECT_EQ(ask("POST", "/api/v1/experiments", json, experiment).status, 503U);
    EXPECT_EQ(ask("GET", "/api/v1/experiments").status, 503U);
    status_ = R"({"running":null,"pairs":[]})";
    EXPECT_EQ(ask("POST", "/api/v1/experiments", json, experiment).status, 404U);
    EXPECT_EQ(ask("POST", "/api/v1/experiments", json, R"({"experiment":"e"})").status, 400U);
    EXPECT_EQ(ask("POST", "/api/v1/experiments/e/stop", json, "{}").status, 404U);
    EXPECT_EQ(std::string(ask("GET", "/api/v1/experiments").body.view()), status_);
    pinned_ = "this server uses the model in /m";
    const auto refused = ask("PUT", "/api/v1/models/aliases/champion", json, R"({"model":null})");
    EXPECT_EQ(refused.status, 409U);
    EXPECT_THAT(std::string(refused.body.view()), HasSubstr("This server uses the model in /m."));
}

TEST_F(ApiTest, RefusesWrongFormats) {
    // Goal: 415 to a body that is not called JSON, 406 to a client that refuses it; both name JSON.
    const auto wrong_type = post(std::string(kFlight), {{"Content-Type", "text/plain"}});
    EXPECT_EQ(wrong_type.status, 415U);
    EXPECT_EQ(wrong_type.content_type, "application/problem+json");
    EXPECT_THAT(std::string(wrong_type.body.view()), HasSubstr("application/json"));
    EXPECT_EQ(ask("POST", "/api/v1/predictions", {}, std::string(kFlight)).status, 415U);
    EXPECT_EQ(post(std::string(kFlight), {{"Accept", "text/html"}}).status, 406U);
    const auto packed = post(std::string(kFlight), {{"Content-Encoding", "gzip"}});
    EXPECT_EQ(packed.status, 415U);
    EXPECT_THAT(std::string(packed.body.view()), HasSubstr("Content-Encoding"));
    EXPECT_EQ(ask("GET", "/api/v1/carriers", {{"Accept", "text/html"}}).status, 406U);
    EXPECT_EQ(writer_.appends, 0);
    EXPECT_EQ(
        post(std::string(kFlight), {{"Content-Type", "Application/JSON; charset=utf-8"}}).status,
        202U
    );
}

TEST_F(ApiTest, StrangersMaySubmitAndReadNothing) {
    // Goal: where a token is wanted, a client without it neither submits nor reads an outcome: 401,
    // which says how to bring it. The catalog is no secret.
    wants_token_ = true;
    const auto answer = post(std::string(kFlight));
    EXPECT_EQ(answer.status, 401U);
    EXPECT_EQ(http::header_of(answer, "WWW-Authenticate"), "Bearer");
    EXPECT_EQ(answer.content_type, "application/problem+json");
    EXPECT_EQ(writer_.appends, 0);
    const std::string outcome = "/api/v1/predictions/8e90da7e-63f5-45f9-8f3d-7d948120e5a2";
    EXPECT_EQ(ask("GET", outcome).status, 401U);
    EXPECT_EQ(ask("GET", outcome + "?wait=1s").status, 401U);
    EXPECT_EQ(ask("GET", "/api/v1/carriers").status, 200U);
}

TEST_F(ApiTest, RefusesBadParameters) {
    // Goal: faults outside of the body are named as well, and nothing is accepted.
    struct Case {
        std::string query;
        std::string key;
        std::string_view parameter;
    };
    for (const Case& c :
         {Case{"?wait=11s", "k", "wait"},
          Case{"?wait=2", "k", "wait"},
          Case{"?wait=-1s", "k", "wait"},
          Case{"?wait=", "k", "wait"},
          Case{"", "a b", "Idempotency-Key"}}) {
        const auto answer =
            ask("POST",
                "/api/v1/predictions" + c.query,
                {{"Content-Type", "application/json"}, {"Idempotency-Key", c.key}},
                std::string(kFlight));
        EXPECT_EQ(answer.status, 400U) << c.query;
        EXPECT_EQ(body_of(answer).at("errors").at(0).at("parameter").as_string(), c.parameter);
    }
    const auto twice = ask(
        "POST",
        "/api/v1/predictions",
        {{"Content-Type", "application/json"}, {"Idempotency-Key", "a"}, {"idempotency-key", "b"}},
        std::string(kFlight)
    );
    EXPECT_EQ(twice.status, 400U);
    EXPECT_EQ(writer_.appends, 0);
    EXPECT_EQ(ask("GET", "/api/v1/predictions/no-uuid").status, 400U);
}

TEST_F(ApiTest, AcceptsOneAndSeveral) {
    // Goal: 202 with an id for each, one append; one flight's Location leads to it.
    const auto one = post(std::string(kFlight));
    EXPECT_EQ(one.status, 202U);
    const json::value body = body_of(one);
    EXPECT_EQ(body.at("status"), "pending");
    EXPECT_EQ(http::header_of(one, "Location"), body.at("url").as_string());
    EXPECT_EQ(writer_.appended.back().key, std::string(body.at("id").as_string()));

    const std::string flight(kFlight);
    const auto several = post("[" + flight + "," + flight + "]");
    EXPECT_EQ(several.status, 202U);
    EXPECT_EQ(body_of(several).as_array().size(), 2U);
    EXPECT_NE(body_of(several).at(0).at("id"), body_of(several).at(1).at("id"));
    EXPECT_EQ(writer_.appends, 2);
    EXPECT_EQ(writer_.appended.size(), 3U);
}

TEST_F(ApiTest, ARepeatUnderAKeyHasTheSameIds) {
    // Goal: two equal flights of a batch keep two ids, and a repeat of the batch has both again.
    const std::string body = "[" + std::string(kFlight) + "," + std::string(kFlight) + "]";
    const auto first = body_of(post(body, {{"Idempotency-Key", "k"}}));
    EXPECT_NE(first.at(0).at("id"), first.at(1).at("id"));
    EXPECT_EQ(body_of(post(body, {{"Idempotency-Key", "\"k\""}})), first);
    EXPECT_NE(body_of(post(body, {{"Idempotency-Key", "l"}})), first);
    EXPECT_NE(body_of(post(body)), first);
}

TEST_F(ApiTest, TellsWhatIsKnown) {
    // Goal: cache before store; a prediction with its class, a failure with its reason, else
    // pending, also for an id that was never given out and while the store is away.
    const Uuid id = Uuid::random(random_);
    const std::string url = url_of(id);
    const auto pending = ask("GET", url);
    EXPECT_EQ(pending.status, 200U);
    EXPECT_EQ(body_of(pending).at("status"), "pending");
    EXPECT_EQ(http::header_of(pending, "Retry-After"), "1");
    EXPECT_EQ(http::header_of(pending, "Cache-Control"), "no-store");
    store_.is_away = true;
    EXPECT_EQ(body_of(ask("GET", url)).at("status"), "pending");
    store_.is_away = false;

    store_.stored = flight::Outcome{
        id, flight::OutcomeKind::failure, R"({"UUID":null,"Reason":"bad_date","Message":"No."})"
    };
    const json::value failed = body_of(ask("GET", url));
    EXPECT_EQ(failed.at("status"), "failed");
    EXPECT_EQ(failed.at("failure"), json::parse(R"({"reason":"bad_date","message":"No."})"));

    const std::string record =
        R"({"Origin":"ATL","UUID":")" + id.to_string() + R"(","Prediction":2.0,"New":[1]})";
    deliveries_.arrived(
        std::make_shared<const flight::Outcome>(
            flight::Outcome{id, flight::OutcomeKind::prediction, record}
        )
    );
    const json::value predicted = body_of(ask("GET", url));
    EXPECT_EQ(predicted.at("status"), "predicted");
    EXPECT_EQ(predicted.at("class"), 2);
    EXPECT_EQ(predicted.at("class_name"), "Slightly Late (0-30 Minute Delay)");
    EXPECT_EQ(predicted.at("prediction"), json::parse(record));
}

TEST_F(ApiTest, HandsOnOnlyJson) {
    // Goal: a record in another scorer's dialect is written anew.
    const Uuid id = Uuid::random(random_);
    store_.stored = flight::Outcome{
        id,
        flight::OutcomeKind::prediction,
        "{'Origin':'ATL','UUID':'" + id.to_string() + "','Prediction':1.0}"
    };
    const json::value predicted = body_of(ask("GET", url_of(id)));
    EXPECT_EQ(predicted.at("prediction").at("Origin"), "ATL");
}

TEST_F(ApiTest, AddressesHoldBehindAProxy) {
    // Goal: below the path that the proxy names, when it names one.
    const auto taken = post(std::string(kFlight), {{"X-Forwarded-Prefix", "/app/"}});
    const std::string url(body_of(taken).at("url").as_string());
    EXPECT_TRUE(url.starts_with("/app/api/v1/predictions/")) << url;
    EXPECT_EQ(http::header_of(taken, "Location"), url);
    const auto known = ask("GET", url.substr(4), {{"X-Forwarded-Prefix", "/app"}});
    EXPECT_EQ(body_of(known).at("url").as_string(), url);
    const auto page = ask("GET", "/api/v1/routes?limit=1", {{"X-Forwarded-Prefix", "/app"}});
    const std::string next(body_of(page).at("next").as_string());
    EXPECT_TRUE(next.starts_with("/app/api/v1/routes?")) << next;
    EXPECT_EQ(http::header_of(page, "Link"), "<" + next + ">; rel=\"next\"");
    const auto evil = post(std::string(kFlight), {{"X-Forwarded-Prefix", "//evil.example"}});
    EXPECT_TRUE(body_of(evil).at("url").as_string().starts_with("/api/"));
}

TEST_F(ApiTest, RoutesComeInPages) {
    // Goal: filters, pages that end, and links to the next.
    const json::value all = body_of(ask("GET", "/api/v1/routes"));
    EXPECT_EQ(all.at("total"), 3);
    EXPECT_FALSE(all.as_object().contains("next"));
    EXPECT_EQ(
        all.at("routes").at(0),
        json::parse(R"({"origin":"ATL","dest":"EWR","distance_miles":746.0})")
    );
    const auto first = ask("GET", "/api/v1/routes?origin=ATL&limit=1");
    EXPECT_EQ(body_of(first).at("total"), 2);
    const std::string next(body_of(first).at("next").as_string());
    EXPECT_EQ(http::header_of(first, "Link"), "<" + next + ">; rel=\"next\"");
    const json::value last = body_of(ask("GET", next));
    EXPECT_EQ(last.at("routes").at(0).at("dest"), "SFO");
    EXPECT_FALSE(last.as_object().contains("next"));
    EXPECT_EQ(body_of(ask("GET", "/api/v1/routes?offset=99")).at("routes").as_array().size(), 0U);
    for (const std::string bad : {"limit=0", "limit=5001", "limit=x", "offset=-1"}) {
        EXPECT_EQ(ask("GET", "/api/v1/routes?" + bad).status, 400U) << bad;
    }
}

TEST_F(ApiTest, RoutesAreThoseInForce) {
    // Goal: a table that is replaced while the server runs shows at once.
    EXPECT_EQ(body_of(ask("GET", "/api/v1/routes")).at("total"), 3);
    routes_.replace(
        flight::RouteTable::parse(R"({"Origin":"YAK","Dest":"JNU","Distance":198.917})").value()
    );
    EXPECT_EQ(
        body_of(ask("GET", "/api/v1/routes")),
        json::parse(
            R"({"routes":[{"origin":"YAK","dest":"JNU","distance_miles":198.917}],"total":1})"
        )
    );
}

TEST_F(ApiTest, TheModelInUseIsShown) {
    // Goal: a client with the card of a replaced model gets that of the next one.
    const auto first = ask("GET", "/api/v1/model");
    EXPECT_EQ(body_of(first), json::parse(R"({"id":"m@1"})"));
    model_ = "m@2";
    const auto next =
        ask("GET", "/api/v1/model", {{"If-None-Match", http::header_of(first, "ETag")}});
    EXPECT_EQ(next.status, 200U);
    EXPECT_EQ(body_of(next), json::parse(R"({"id":"m@2"})"));
}

TEST_F(ApiTest, TheCatalogHasETags) {
    // Goal: each part answers 304 to a client that has it already; missing parts do no harm.
    for (const std::string url :
         {"/api/v1/carriers",
          "/api/v1/airports",
          "/api/v1/routes",
          "/api/v1/model",
          "/openapi.json"}) {
        const auto full = ask("GET", url);
        EXPECT_EQ(full.status, 200U) << url;
        const auto again = ask("GET", url, {{"If-None-Match", http::header_of(full, "ETag")}});
        EXPECT_EQ(again.status, 304U) << url;
        EXPECT_EQ(again.body.view(), "");
    }
    EXPECT_EQ(
        body_of(ask("GET", "/api/v1/airports")),
        json::parse(R"({"airports":[{"code":"ATL"},{"code":"EWR"},{"code":"SFO"}]})")
    );
}

TEST(WaitTime, IsBounded) {
    // Goal: seconds and milliseconds up to the bound.
    EXPECT_EQ(wait_time(""), 0ms);
    EXPECT_EQ(wait_time("a=b&wait=2s"), 2s);
    EXPECT_EQ(wait_time("wait=500ms"), 500ms);
    EXPECT_EQ(wait_time("wait=10s"), 10s);
    EXPECT_FALSE(wait_time("wait=10001ms"));
    EXPECT_FALSE(wait_time("wait=1m"));
    EXPECT_FALSE(wait_time("wait=1.5s"));
}

constexpr std::string_view kReport =
    R"({"FlightDate":"2016-12-25","Carrier":"AA","Origin":"ATL","Dest":"SFO","FlightNum":"12",)"
    R"("ArrDelay":7})";
constexpr const char* kArrivalPath =
    "/api/v1/predictions/8e90da7e-63f5-45f9-8f3d-7d948120e5a2/arrival";

TEST_F(ApiTest, TakesReportsOfArrivals) {
    // Goal: one report or a list becomes records of the arrival topic in their order, 202; the
    // record's key is the flight, or the prediction.
    const auto one = report(std::string(kReport));
    EXPECT_EQ(one.status, 202U);
    EXPECT_EQ(body_of(one).at("accepted"), 1);
    const std::string list = "[" + std::string(kReport) +
                             R"(,{"UUID":"8E90DA7E-63f5-45f9-8f3d-7d948120e5a2","Diverted":true}])";
    EXPECT_EQ(body_of(report(list)).at("accepted"), 2);
    ASSERT_EQ(writer_.appended.size(), 3);
    EXPECT_EQ(writer_.appended[0].topic, "arrivals");
    EXPECT_EQ(writer_.appended[0].key, "2016-12-25/AA/12/ATL/SFO");
    EXPECT_EQ(
        writer_.appended[0].value,
        R"({"FlightDate":"2016-12-25","Carrier":"AA","Origin":"ATL","Dest":"SFO",)"
        R"("FlightNum":"12","ArrDelay":7.0})"
    );
    EXPECT_EQ(writer_.appended[2].key, "8e90da7e-63f5-45f9-8f3d-7d948120e5a2");

    const auto by_id = report(R"({"ArrDelay":-3})", kArrivalPath);
    EXPECT_EQ(by_id.status, 202U);
    EXPECT_EQ(
        writer_.appended.back().value,
        R"({"ArrDelay":-3.0,"Source":"client","UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2"})"
    );
}

TEST_F(ApiTest, RefusesReportsWithEachInvalidField) {
    // Goal: all invalid fields of all reports are named, and none of the reports is taken; 413 to
    // 1,001 of them; without the admin token 401; times of events are 403.
    const auto bad = report(
        "[" + std::string(kReport) +
        R"(,{"FlightDate":"9999-01-01","Carrier":"AA","Origin":"ATL",)"
        R"("Dest":"SFO","ArrDelay":"x"},7])"
    );
    EXPECT_EQ(bad.status, 400U);
    std::vector<std::string> pointers;
    const json::value problem = body_of(bad);
    for (const json::value& error : problem.at("errors").as_array()) {
        pointers.emplace_back(error.at("pointer").as_string());
    }
    EXPECT_EQ(pointers, (std::vector<std::string>{"/1/FlightDate", "/1/ArrDelay", "/2"}));
    std::string many = "[" + std::string(kReport);
    for (int i = 0; i < 1'000; ++i) many += "," + std::string(kReport);
    EXPECT_EQ(report(many + "]").status, 413U);
    EXPECT_EQ(report("[]").status, 400U);
    EXPECT_EQ(report("{").status, 400U);
    EXPECT_EQ(report(R"({"ArrDelay":1})").status, 400U) << "of no flight";
    for (const std::string field : {"ArrivedAt", "ReportedAt"}) {
        const std::string time = R"({"ArrDelay":1,")" + field + R"(":"2015-12-13T00:00:00Z"})";
        EXPECT_EQ(report(time, kArrivalPath).status, 403U) << field;
    }
    EXPECT_EQ(report(R"({"ArrDelay":1,"Source":"x"})", kArrivalPath).status, 400U);
    EXPECT_EQ(report("[" + std::string(kReport) + "]", kArrivalPath).status, 400U);
    is_admin_ = false;
    EXPECT_EQ(report(std::string(kReport)).status, 401U);
    wants_token_ = true;
    EXPECT_EQ(report(R"({"ArrDelay":1})", kArrivalPath).status, 401U);
    EXPECT_EQ(writer_.appends, 0);
}

TEST_F(ApiTest, RefusesTheTimeOfARequest) {
    // Goal: a client tells when it asked only where that is accepted.
    std::string flight(kFlight);
    flight.insert(1, R"("RequestedAt":"2008-04-01T14:35:00Z",)");
    EXPECT_EQ(post(flight).status, 403U);
    EXPECT_EQ(writer_.appends, 0);
}

TEST_F(ApiTest, TellsHowGoodPredictionsWere) {
    // Goal: figures by window and split, only with the token where one is wanted; wrong parameters
    // are named; where evaluations are off, 503 says why.
    const auto answer = ask("GET", "/api/v1/performance?window=7d&by=carrier");
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(body_of(answer).at("window"), "7d");
    EXPECT_EQ(body_of(answer).at("by"), "carrier");
    EXPECT_EQ(body_of(answer).at("enough"), false);
    EXPECT_EQ(body_of(ask("GET", "/api/v1/performance")).at("window"), "24h");
    for (const std::string query : {"window=2h", "by=tail", "by="}) {
        EXPECT_EQ(ask("GET", "/api/v1/performance?" + query).status, 400U) << query;
    }
    EXPECT_EQ(ask("GET", "/api/v1/performance?window=90d&by=route").status, 400U);
    EXPECT_EQ(ask("GET", "/api/v1/performance?window=90d&by=day").status, 503U) << "no store";
    performance_off_ = "topic 'x' is missing";
    const auto off = ask("GET", "/api/v1/performance");
    EXPECT_EQ(off.status, 503U);
    EXPECT_THAT(std::string(off.body.view()), HasSubstr("topic 'x' is missing."));
    wants_token_ = true;
    EXPECT_EQ(ask("GET", "/api/v1/performance").status, 401U);
}

TEST_F(ApiTest, TellsHowFlightsGoToday) {
    // Goal: airports and routes of the table of routes or of a report have a state; 404 names what
    // is known in the stead of others; only with the token where one is wanted; 503 says why there
    // are no arrivals.
    const auto airport = ask("GET", "/api/v1/airports/SFO");
    EXPECT_EQ(airport.status, 200U);
    EXPECT_EQ(body_of(airport).at("code"), "SFO");
    EXPECT_TRUE(body_of(airport).at("as_of").is_null());
    EXPECT_EQ(body_of(airport).at("into").at("flights"), 0.0);
    const auto detail_of = [&](const std::string& path) {
        const auto answer = ask("GET", path);
        EXPECT_EQ(answer.status, 404U) << path;
        return std::string(body_of(answer).at("detail").as_string());
    };
    EXPECT_THAT(detail_of("/api/v1/airports/sfo"), HasSubstr("did you mean SFO?"));
    EXPECT_THAT(detail_of("/api/v1/airports/XXX"), HasSubstr("No airport 'XXX' is known."));
    EXPECT_THAT(detail_of("/api/v1/routes/ATL"), HasSubstr("such as ATL-SFO"));
    EXPECT_THAT(
        detail_of("/api/v1/routes/ATL-XXX"),
        testing::AllOf(HasSubstr("No airport 'XXX' is known."), HasSubstr("2 routes leave ATL"))
    );
    const std::string backwards = detail_of("/api/v1/routes/EWR-ATL");
    EXPECT_THAT(backwards, testing::Not(HasSubstr("No airport")));
    const double time = std::chrono::duration<double>(clock_.wall_now().time_since_epoch()).count();
    days_.add(
        {.flight = {"AA", "1", "EWR", "XXX"},
         .event = arrival::Event::landed,
         .reported = time - 60,
         .dep_delay = 0.0F,
         .arr_delay = 30.0F}
    );
    const auto route = ask("GET", "/api/v1/routes/EWR-XXX");
    EXPECT_EQ(route.status, 200U);
    EXPECT_EQ(body_of(route).at("age_seconds"), 60);
    EXPECT_EQ(ask("GET", "/api/v1/airports/XXX").status, 200U);
    const auto all = ask("GET", "/api/v1/today");
    EXPECT_EQ(all.status, 200U);
    EXPECT_TRUE(body_of(all).at("airports").as_array().empty()) << "one flight is too few";
    performance_off_ = "topic 'x' is missing";
    for (const char* const path :
         {"/api/v1/today", "/api/v1/airports/SFO", "/api/v1/routes/ATL-SFO"}) {
        const auto off = ask("GET", path);
        EXPECT_EQ(off.status, 503U) << path;
        EXPECT_THAT(std::string(off.body.view()), HasSubstr("topic 'x' is missing.")) << path;
    }
    wants_token_ = true;
    EXPECT_EQ(ask("GET", "/api/v1/today").status, 401U);
}

class EventTimeApiTest : public ApiTest {
  protected:
    EventTimeApiTest() : ApiTest(true) {}
};

TEST_F(EventTimeApiTest, TakesTimesOfEvents) {
    // Goal: with --accept-event-time the times of requests and reports go into their records; a
    // wrong one is named.
    std::string flight(kFlight);
    flight.insert(1, R"("RequestedAt":"2008-04-01T16:35:00+02:00",)");
    EXPECT_EQ(post(flight).status, 202U);
    EXPECT_THAT(
        *writer_.appended.back().value,
        HasSubstr(R"(, "RequestedAt": "2008-04-01T14:35:00.000000Z"})")
    );
    std::string wrong(kFlight);
    wrong.insert(1, R"("RequestedAt":"yesterday",)");
    const auto answer = post(wrong);
    EXPECT_EQ(answer.status, 400U);
    EXPECT_EQ(body_of(answer).at("errors").at(0).at("pointer"), "/RequestedAt");
    EXPECT_EQ(
        report(R"({"ArrDelay":1,"ReportedAt":"2015-12-13T00:00:00Z"})", kArrivalPath).status, 202U
    );
    EXPECT_EQ(
        report(R"({"ArrDelay":1,"ReportedAt":"2016-12-13T00:00:00Z"})", kArrivalPath).status, 400U
    ) << "in the future";
}

}  // namespace
}  // namespace flightcast::gateway::api
