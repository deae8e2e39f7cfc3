// SPDX-License-Identifier: Apache-2.0
#include "app/serve/process.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "eventlog/lag.h"
#include "eventlog/local/local_log.h"
#include "eventlog/memory/memory_storage.h"
#include "gateway/net/net_testing.h"
#include "store/memory/memory_store.h"

namespace flightcast::app::serve {
namespace {

using base::Result;

constexpr const char* kFlight =
    R"({"DepDelay":5,"Carrier":"AA","FlightDate":"2016-12-25","Origin":"ATL","Dest":"SFO"})";

// Log and store in memory, which no option asks for: a process knows both by their seams alone.
// Their contents are looked at after the process has ended, so `storage` outlives it.
OpenDeployment in_memory(
    eventlog::memory::MemoryStorage& storage, std::unique_ptr<store::OutcomeStore> given
) {
    auto outcomes = std::make_shared<std::unique_ptr<store::OutcomeStore>>(std::move(given));
    return [&storage, outcomes](
               Role, const options::ServeOptions&, const flight::TimeZone&, const Tools& tools
           ) -> Result<Deployment> {
        Deployment deployment;
        FC_TRY(deployment.log, eventlog::local::LocalLog::open(storage, tools.clock));
        deployment.store = std::move(*outcomes);
        deployment.log_place = "memory";
        if (deployment.store != nullptr) deployment.store_place = "memory";
        return deployment;
    };
}

std::string post_flight(std::uint16_t port) {
    gateway::net::Client client(port);
    EXPECT_TRUE(client.connected());
    const std::string body(kFlight);
    client.send(
        "POST /api/v1/predictions?wait=10s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        "Content-Type: application/json\r\nContent-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body
    );
    return client.read_all();
}

// The records in `storage`, as the next process would find them.
std::int64_t records_on(eventlog::memory::MemoryStorage& storage, const std::string& topic) {
    const base::SystemClock clock;
    const auto log = eventlog::local::LocalLog::open(storage, clock).value();
    return eventlog::lag_of(log->admin(), {.group = "nobody", .topics = {topic}}).value();
}

// Goal: a server works on a log and a store that it knows nothing of but the seams: a flight posted
// to its gateway is committed, scored and answered, and when it has ended the outcome is archived.
TEST(Process, ServesOnAnyLogAndStore) {
    const base::SystemClock clock;
    eventlog::memory::MemoryStorage storage;
    const options::ServeOptions options{.port = 0, .log_level = telemetry::LogLevel::error};
    auto process = Process::open(
        Role::serve,
        options,
        in_memory(storage, std::make_unique<store::memory::MemoryStore>(clock))
    );
    ASSERT_TRUE(process) << process.error().detail;
    ASSERT_TRUE((*process)->port());
    std::thread server([&process] { EXPECT_TRUE((*process)->run()); });
    const std::string answer = post_flight(*(*process)->port());
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
    EXPECT_NE(answer.find("ATL-SFO"), std::string::npos) << answer;
    (*process)->stop();
    server.join();
    process->reset();
    EXPECT_EQ(records_on(storage, options.request_topic), 1);
    EXPECT_EQ(records_on(storage, options.response_topic), 1);
    const base::SystemClock later;
    const auto log = eventlog::local::LocalLog::open(storage, later).value();
    for (const auto& [group, topic] : {
             std::pair(options.scorer_group, options.request_topic),
             std::pair(options.archiver_group, options.response_topic),
         }) {
        EXPECT_EQ(eventlog::lag_of(log->admin(), {group, {topic}}), 0) << group;
    }
}

// Goal: without a store a server answers all the same, and nothing is archived.
TEST(Process, ServesWithoutAStore) {
    eventlog::memory::MemoryStorage storage;
    const options::ServeOptions options{.port = 0, .log_level = telemetry::LogLevel::error};
    auto process = Process::open(Role::serve, options, in_memory(storage, nullptr));
    ASSERT_TRUE(process) << process.error().detail;
    std::thread server([&process] { EXPECT_TRUE((*process)->run()); });
    const std::string answer = post_flight(*(*process)->port());
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 ")) << answer;
    (*process)->stop();
    server.join();
    process->reset();
    EXPECT_EQ(records_on(storage, options.response_topic), 1);
}

// Goal: an engine that cannot be opened ends the start with its own reason.
TEST(Process, TellsWhyAnEngineDoesNotOpen) {
    const options::ServeOptions options{.port = 0, .log_level = telemetry::LogLevel::error};
    const auto process = Process::open(
        Role::serve,
        options,
        [](
            Role, const options::ServeOptions&, const flight::TimeZone&, const Tools&
        ) -> Result<Deployment> { return base::fail(base::Errc::io, "the disk is on fire"); }
    );
    ASSERT_FALSE(process);
    EXPECT_EQ(process.error().detail, "the disk is on fire");
}

}  // namespace
}  // namespace flightcast::app::serve
