// SPDX-License-Identifier: Apache-2.0
#include "gateway/accept/request_traces.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>
#include <vector>

namespace flightcast::gateway::accept {
namespace {

using namespace std::chrono_literals;

constexpr const char* kClients = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

class RequestTracesTest : public testing::Test {
  protected:
    // What a collector was sent when the tracer has ended.
    std::string sent() {
        tracer_.reset();
        return sent_;
    }
    static std::size_t count(const std::string& in, std::string_view part) {
        std::size_t found = 0;
        for (std::size_t at = in.find(part); at != std::string::npos; at = in.find(part, at + 1)) {
            ++found;
        }
        return found;
    }
    // As a span has its name, with the field's number and length before it.
    static std::string name(std::string_view text) {
        return std::string("\x2a") + static_cast<char>(text.size()) + std::string(text);
    }

    base::ManualClock clock_;
    telemetry::Metrics metrics_;
    std::FILE* file_ = std::tmpfile();
    telemetry::Log log_{{.out = file_}, clock_};
    std::string sent_;
    std::optional<tracing::Tracer> tracer_{
        std::in_place,
        tracing::Tracer::Parts{
            .send = [this](const std::string& body) -> base::Result<std::size_t> {
                sent_ += body;
                return 0;
            },
            .metrics = metrics_,
            .logger = log_.stage("traces"),
            .place = "collector"
        },
        tracing::TracerOptions{.resource = {}, .share = 0}
    };
    RequestTraces traces_{*tracer_, clock_};
    const base::Uuid id_ = *base::Uuid::parse("8e90da7e-63f5-45f9-8f3d-7d948120e5a2");
};

// Goal: the client's decision holds; without one the share of the tracer does, here none.
TEST_F(RequestTracesTest, ClientDecides) {
    EXPECT_EQ(traces_.begin(id_, ""), std::nullopt);
    EXPECT_EQ(traces_.begin(id_, "nonsense"), std::nullopt);
    EXPECT_EQ(
        traces_.begin(id_, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"), std::nullopt
    );
    const auto header = traces_.begin(id_, kClients);
    ASSERT_TRUE(header.has_value());
    EXPECT_TRUE(header->starts_with("00-0af7651916cd43dd8448eb211c80319c-"));
    EXPECT_TRUE(header->ends_with("-01"));
    EXPECT_EQ(header->find("b7ad6b7169203331"), std::string::npos) << "our span, not the client's";
}

// Goal: an accepted request has the spans accept and log, and one push; a second push of it none.
TEST_F(RequestTracesTest, FromAcceptToPush) {
    ASSERT_TRUE(traces_.begin(id_, kClients).has_value());
    traces_.end(
        id_,
        {.begun = clock_.wall_now(),
         .appended = clock_.wall_now(),
         .acknowledged = clock_.wall_now()},
        ""
    );
    clock_.advance(1ms);
    traces_.pushed(id_, "prediction_ready", clock_.wall_now());
    traces_.pushed(id_, "prediction_ready", clock_.wall_now());
    const std::string bytes = sent();
    EXPECT_EQ(count(bytes, name("accept")), 1U);
    EXPECT_EQ(count(bytes, name("log")), 1U);
    EXPECT_EQ(count(bytes, name("push")), 1U);
}

// Goal: a request that was not accepted says why, was not acknowledged in time, and is never
// pushed.
TEST_F(RequestTracesTest, NotAccepted) {
    ASSERT_TRUE(traces_.begin(id_, kClients).has_value());
    traces_.end(
        id_,
        {.begun = clock_.wall_now(), .appended = clock_.wall_now(), .acknowledged = {}},
        "The log is full"
    );
    traces_.pushed(id_, "prediction_ready", clock_.wall_now());
    const std::string bytes = sent();
    EXPECT_EQ(count(bytes, name("accept")), 1U);
    EXPECT_EQ(count(bytes, "The log is full"), 1U);
    EXPECT_EQ(count(bytes, name("log")), 0U);
    EXPECT_EQ(count(bytes, name("push")), 0U);
}

}  // namespace
}  // namespace flightcast::gateway::accept
