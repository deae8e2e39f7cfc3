// SPDX-License-Identifier: Apache-2.0
//
// All that clients meet, driven by bytes and times: no socket, no thread, no event loop.
#include "gateway/endpoints.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <deque>
#include <string>

#include "eventlog/local/local_log.h"
#include "eventlog/memory/memory_storage.h"
#include "gateway/engineio/engineio_testing.h"
#include "gateway/http/wire_testing.h"
#include "store/memory/memory_store.h"

namespace flightcast::gateway {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr const char* kRequests = "requests";
constexpr const char* kResponses = "responses";
constexpr const char* kDeadLetters = "dead-letters";
constexpr const char* kArrivals = "arrivals";
constexpr const char* kEvaluations = "evaluations";
constexpr std::string_view kForm =
    "DepDelay=5&Carrier=AA&FlightDate=2016-12-25&Origin=ATL&Dest=SFO";
constexpr std::string_view kFlight =
    R"({"DepDelay":5,"Carrier":"AA","FlightDate":"2016-12-25","Origin":"ATL","Dest":"SFO"})";

std::string post(std::string_view path, std::string_view type, std::string_view body) {
    std::string bytes = "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nContent-Type: ";
    bytes.append(type).append("\r\nIdempotency-Key: k1\r\nContent-Length: ");
    return bytes.append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

std::string form() {
    return post(
        "/flights/delays/predict/classify_realtime", "application/x-www-form-urlencoded", kForm
    );
}

std::string get(std::string_view target) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}

std::string body_of(const std::string& answer) {
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

class EndpointsTest : public testing::Test {
  public:
  protected:
    EndpointsTest() {
        for (const char* topic : {kRequests, kResponses, kDeadLetters}) {
            EXPECT_TRUE(log_->admin().create_topic({.name = topic, .partitions = 1}));
        }
        const flight::TopicSet topics{
            .request = kRequests, .response = kResponses, .dead_letter = kDeadLetters
        };
        EndpointOptions options{
            .topics = topics,
            .replay = {.topics = topics.outcomes()},
            .secret = std::string(32, 's')
        };
        options.socketio.engine.path = "/socket.io/";
        endpoints_ = Endpoints::open(
                         {.log = *log_,
                          .store = &store_,
                          .routes = routes_,
                          .find_page = [](std::string_view) { return std::nullopt; },
                          .clock = clock_,
                          .random = random_,
                          .metrics = metrics_,
                          .health = health_,
                          .logger = log_lines_.stage("gateway")},
                         options,
                         [this](auto task) { tasks_.push_back(std::move(task)); }
        ).value();
        writer_ = log_->open_writer().value();
        wire_.emplace(endpoints_->web());
        sockets_.emplace(endpoints_->sockets(), "/socket.io/");
    }

    void follow() {
        endpoints_->follow(eventlog::open_replay(*log_, endpoints_->replay_options(), {}).value());
        settle();
    }

    // Whatever the log and the endpoints have to do now.
    void settle() {
        while (log_->step() || !tasks_.empty()) {
            for (auto& task : std::exchange(tasks_, {})) task();
        }
        endpoints_->sockets().flush(clock_.steady_now());
    }

    void advance(std::chrono::milliseconds time) {
        clock_.advance(time);
        sockets_->now = clock_.steady_now();
        endpoints_->expire(clock_.steady_now());
        endpoints_->sockets().expire(clock_.steady_now());
        settle();
    }

    std::string ask(std::string_view bytes) {
        wire_->send(bytes, clock_.steady_now());
        settle();
        return wire_->take();
    }

    // As a scorer publishes it.
    void publish(const std::string& id) {
        const std::string record = R"({"UUID":")" + id + R"(","Prediction":2.0})";
        EXPECT_TRUE(writer_->append({{.topic = kResponses, .key = id, .value = record}}, [](auto) {
        }));
        settle();
    }

    std::shared_ptr<engineio::FakeLink> connected() {
        sockets_->now = clock_.steady_now();
        auto link = sockets_->open("transport=websocket");
        sockets_->say(*link, "40");
        link->take();
        return link;
    }

    bool is_ready() { return health_.report(telemetry::HealthScope::ready).healthy; }

    base::ManualClock clock_;
    base::SeededRandom random_{1};
    eventlog::memory::MemoryStorage storage_;
    std::unique_ptr<eventlog::local::LocalLog> log_ =
        eventlog::local::LocalLog::open(storage_, clock_).value();
    store::memory::MemoryStore store_{clock_};
    flight::ActiveRoutes routes_{
        flight::RouteTable::parse(R"({"Origin":"ATL","Dest":"SFO","Distance":2139.0})").value()
    };
    telemetry::Metrics metrics_;
    telemetry::Health health_;
    // Closed after the log, whose thread may still write when a test ends.
    std::unique_ptr<std::FILE, int (*)(std::FILE*)> lines_{std::tmpfile(), std::fclose};
    telemetry::Log log_lines_{{.out = lines_.get()}, clock_};
    std::deque<std::move_only_function<void()>> tasks_;
    std::unique_ptr<Endpoints> endpoints_;
    std::unique_ptr<eventlog::Writer> writer_;
    std::optional<http::WireClient> wire_;
    std::optional<engineio::FakeClient> sockets_;
};

// Goal: from the bytes of a form to the push over Socket.IO, in whatever pieces the bytes come.
TEST_F(EndpointsTest, CarriesAFlightThrough) {
    EXPECT_FALSE(is_ready());
    follow();
    EXPECT_TRUE(is_ready());
    for (const char c : form()) wire_->send({&c, 1}, clock_.steady_now());
    EXPECT_EQ(wire_->take(), "") << "answered before the log said that it is durable";
    const std::string answer = ask("");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
    const std::string id(json::parse(body_of(answer)).at("id").as_string());

    const auto link = connected();
    sockets_->say(*link, R"(42["join",{"request_id":")" + id + R"("}])");
    EXPECT_EQ(link->take(), R"(42["joined",{"room":")" + id + R"("}])");
    publish(id);
    EXPECT_EQ(link->take(), R"(42["prediction_ready",{"UUID":")" + id + R"(","Prediction":2.0}])");
    const std::string known = ask(get("/api/v1/predictions/" + id));
    EXPECT_NE(known.find(R"("status":"predicted")"), std::string::npos) << known;
}

// Goal: a form and the JSON API submit the same record under the same id, but for the time.
TEST_F(EndpointsTest, BothWaysInAreOne) {
    ask(form());
    advance(3s);
    EXPECT_TRUE(
        ask(post("/api/v1/predictions", "application/json", kFlight)).starts_with("HTTP/1.1 202 ")
    );
    const auto reader = log_->open_reader({.topics = {kRequests}});
    ASSERT_TRUE(reader);
    const auto records = (*reader)->poll(10);
    ASSERT_TRUE(records);
    ASSERT_EQ(records->size(), 2U);
    json::object first = json::parse(*(*records)[0].value).as_object();
    json::object second = json::parse(*(*records)[1].value).as_object();
    EXPECT_NE(first["Timestamp"], second["Timestamp"]);
    first.erase("Timestamp");
    second.erase("Timestamp");
    EXPECT_EQ(json::serialize(first), json::serialize(second));
}

// Goal: time alone ends a wait: of a join, and of a request with ?wait=, which ends sooner when the
// gateway goes away.
TEST_F(EndpointsTest, TimeEndsWaits) {
    follow();
    const std::string id = "8e90da7e-63f5-45f9-8f3d-7d948120e5a2";
    const auto link = connected();
    sockets_->say(*link, R"(42["join",{"request_id":")" + id + R"("}])");
    link->take();
    ASSERT_TRUE(endpoints_->next_deadline());
    advance(base::limits::kRequestTimeout / 1ms * 1ms + 1s);
    EXPECT_NE(link->take().find(R"("reason":"timeout")"), std::string::npos);

    EXPECT_EQ(ask(get("/api/v1/predictions/" + id + "?wait=8s")), "");
    advance(2s);
    EXPECT_EQ(wire_->take(), "");
    endpoints_->leave(clock_.steady_now() + 1s);
    EXPECT_FALSE(is_ready());
    EXPECT_FALSE(endpoints_->has_due());
    advance(1s);
    EXPECT_NE(wire_->take().find(R"("status":"pending")"), std::string::npos);
}

// Goal: while the log cannot be written, who submits is told, and nothing is half done.
TEST_F(EndpointsTest, TellsThatTheLogFails) {
    storage_.fail_commits(1);
    const std::string refused = ask(form());
    EXPECT_TRUE(refused.starts_with("HTTP/1.1 503 ")) << refused;
    EXPECT_TRUE(ask(form()).starts_with("HTTP/1.1 200 "));
}

// Goal: when flight after flight is not accepted the gateway says so and is not ready, until one
// is.
TEST_F(EndpointsTest, IsNotReadyWhileNothingIsAccepted) {
    follow();
    storage_.fail_commits(3);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(is_ready()) << i;
        advance(1ms);
        ask(form());
    }
    EXPECT_FALSE(is_ready());
    EXPECT_TRUE(ask(get("/readyz")).contains("The flight could not be stored: "));
    ask(form());
    EXPECT_TRUE(is_ready());
}

// Goal: flights without any outcome are told, where operators look; the gateway goes on taking
// them.
TEST_F(EndpointsTest, SaysThatNobodyScores) {
    follow();
    const std::string id(json::parse(body_of(ask(form()))).at("id").as_string());
    advance(29s);
    EXPECT_TRUE(ask(get("/readyz")).contains(R"("scoring":"ok")"));
    advance(1s);
    const std::string told = ask(get("/readyz"));
    EXPECT_TRUE(told.starts_with("HTTP/1.1 200 ")) << told;
    EXPECT_TRUE(told.contains("start a scorer that reads topic requests")) << told;
    publish(id);
    advance(1s);
    EXPECT_TRUE(ask(get("/readyz")).contains(R"("scoring":"ok")"));
}

// Goal: reports on the arrival topic reach the pages of /live as the event `airports`, soon and not
// one by one, and the API answers with the same; another report is told two seconds later.
TEST_F(EndpointsTest, TellsPagesHowFlightsGoToday) {
    for (const char* topic : {kArrivals, kEvaluations}) {
        ASSERT_TRUE(log_->admin().create_topic({.name = topic, .partitions = 1}));
    }
    EXPECT_TRUE(ask(get("/api/v1/today")).starts_with("HTTP/1.1 503 "));
    const flight::TopicSet topics{.arrival = kArrivals, .evaluation = kEvaluations};
    endpoints_->follow_arrivals(open_arrivals(*log_, topics, clock_.wall_now()).value());
    settle();
    sockets_->now = clock_.steady_now();
    const auto link = sockets_->open("transport=websocket");
    sockets_->say(*link, "40/live,");
    link->take();
    const auto land = [&](int number) {
        const std::string report =
            R"({"FlightDate":"2015-12-13","Carrier":"AA","Origin":"ATL",)"
            R"("Dest":"SFO","DepDelay":5,"ArrDelay":25,"Source":"s","FlightNum":")" +
            std::to_string(number) + R"("})";
        EXPECT_TRUE(writer_->append({{.topic = kArrivals, .key = "", .value = report}}, [](auto) {
        }));
    };
    for (int number = 1; number <= 30; ++number) land(number);
    settle();
    advance(60ms);
    const std::string told = link->take();
    EXPECT_TRUE(told.starts_with(R"(42/live,["airports",{"as_of":)")) << told;
    EXPECT_EQ(told.find(R"(["airports")", 30), std::string::npos) << told;
    EXPECT_TRUE(told.contains(R"({"code":"SFO","minutes_lost":)")) << told;
    const std::string asked = body_of(ask(get("/api/v1/today")));
    EXPECT_TRUE(told.contains(asked.substr(0, asked.size() - 1))) << asked;
    EXPECT_TRUE(ask(get("/api/v1/airports/SFO")).contains(R"("code":"SFO","into":)"));
    EXPECT_TRUE(ask(get("/api/v1/routes/ATL-SFO")).contains(R"("origin":"ATL","dest":"SFO")"));
    land(31);
    settle();
    advance(1s);
    EXPECT_EQ(link->take(), "");
    advance(1s);
    EXPECT_TRUE(link->take().contains(R"(["airports",)"));
}

// Goal: a path of Socket.IO that would swallow other endpoints is refused.
TEST_F(EndpointsTest, RefusesPathsThatOverlap) {
    EndpointOptions options{.secret = std::string(32, 's')};
    options.socketio.engine.path = "/api/";
    const auto refused = Endpoints::open(
        {.log = *log_,
         .store = nullptr,
         .routes = routes_,
         .find_page = [](std::string_view) { return std::nullopt; },
         .clock = clock_,
         .random = random_,
         .metrics = metrics_,
         .health = health_,
         .logger = log_lines_.stage("gateway")},
        options,
        [](auto) {}
    );
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().detail.find("/api/"), std::string::npos);
}

}  // namespace
}  // namespace flightcast::gateway
