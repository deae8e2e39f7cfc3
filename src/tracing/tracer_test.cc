// SPDX-License-Identifier: Apache-2.0
#include "tracing/tracer.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>

#include "base/limits.h"
#include "base/random.h"

namespace flightcast::tracing {
namespace {

using namespace std::chrono_literals;

// A collector that the test leads: it holds each batch until the test answers it.
class Collector {
  public:
    base::Result<std::size_t> take(const std::string& body) {
        std::unique_lock lock(mutex_);
        bodies_.push_back(body);
        changed_.notify_all();
        changed_.wait(lock, [this] { return is_open_ || !answers_.empty(); });
        if (is_open_) return 0;
        auto answer = answers_.front();
        answers_.erase(answers_.begin());
        return answer;
    }
    void answer(base::Result<std::size_t> answer) {
        const std::lock_guard lock(mutex_);
        answers_.push_back(std::move(answer));
        changed_.notify_all();
    }
    void open() {
        const std::lock_guard lock(mutex_);
        is_open_ = true;
        changed_.notify_all();
    }
    void wait_for(std::size_t batches) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [&] { return bodies_.size() >= batches; });
    }
    std::size_t batches() {
        const std::lock_guard lock(mutex_);
        return bodies_.size();
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::string> bodies_;
    std::vector<base::Result<std::size_t>> answers_;
    bool is_open_ = false;
};

class TracerTest : public testing::Test {
  protected:
    std::unique_ptr<Tracer> open(double share = 1) {
        return std::make_unique<Tracer>(
            Tracer::Parts{
                .send = [this](const std::string& body) { return collector_.take(body); },
                .metrics = metrics_,
                .logger = log_->stage("traces"),
                .place = "http://collector"
            },
            TracerOptions{.resource = {{"service.name", "flightcast"}}, .share = share}
        );
    }
    double count(const char* outcome) { return metrics_.read().value(telemetry::kSpans, outcome); }

    // What was logged; the log is over then.
    std::string lines() {
        log_.reset();
        EXPECT_EQ(std::fseek(file_, 0, SEEK_SET), 0);
        std::string text(10'000, ' ');
        text.resize(std::fread(text.data(), 1, text.size(), file_));
        return text;
    }

    base::ManualClock clock_;
    telemetry::Metrics metrics_;
    std::FILE* file_ = std::tmpfile();
    std::unique_ptr<telemetry::Log> log_ = std::make_unique<telemetry::Log>(
        telemetry::LogOptions{.format = telemetry::LogFormat::text, .out = file_}, clock_
    );
    Collector collector_;
};

// Goal: what waits at the end is sent, in batches of a bounded size.
TEST_F(TracerTest, SendsTheLastOnes) {
    collector_.open();
    auto tracer = open();
    const std::size_t spans = 2 * base::limits::kSpanBatchMax + 1;
    for (std::size_t i = 0; i < spans; ++i) tracer->add({.name = "score"});
    tracer.reset();
    EXPECT_EQ(count("sent"), static_cast<double>(spans));
    EXPECT_EQ(count("dropped"), 0);
    EXPECT_GE(collector_.batches(), 3U);
}

// Goal: with a collector that holds a batch, the queue is bounded: the rest is dropped and counted,
// and adding never waits.
TEST_F(TracerTest, FullQueue) {
    auto tracer = open();
    tracer->add({.name = "first"});
    collector_.wait_for(1);
    for (std::size_t i = 0; i < base::limits::kSpansWaitingMax + 5; ++i) tracer->add({.name = "s"});
    EXPECT_EQ(count("dropped"), 5);
    collector_.open();
    tracer.reset();
    EXPECT_EQ(count("sent"), static_cast<double>(base::limits::kSpansWaitingMax + 1));
}

// Goal: a collector that takes nothing is said once, its spans are dropped and counted, and a
// process that ends does not wait for it.
TEST_F(TracerTest, CollectorAway) {
    auto tracer = open();
    collector_.answer(base::fail(base::Errc::unavailable, "connection refused"));
    tracer->add({.name = "s"});
    collector_.wait_for(1);
    tracer->add({.name = "t"});
    collector_.answer(base::fail(base::Errc::unavailable, "connection refused"));
    collector_.answer(base::fail(base::Errc::unavailable, "connection refused"));
    tracer.reset();
    EXPECT_EQ(count("sent"), 0);
    const std::string text = lines();
    const std::size_t said = text.find("the collector takes no traces; predictions go on");
    EXPECT_NE(said, std::string::npos) << text;
    EXPECT_NE(text.find("reason=\"connection refused\""), std::string::npos) << text;
    EXPECT_EQ(text.find("takes no traces", said + 20), std::string::npos) << text;
}

// Goal: spans that the collector rejects are counted as dropped.
TEST_F(TracerTest, PartlyRejected) {
    collector_.answer(3);
    auto tracer = open();
    for (int i = 0; i < 5; ++i) tracer->add({.name = "s"});
    collector_.wait_for(1);
    collector_.open();
    tracer.reset();
    EXPECT_EQ(count("dropped"), 3);
    EXPECT_EQ(count("sent"), 2);
}

// Goal: the share of traced requests is the one asked for, and one request is decided alike by all.
TEST_F(TracerTest, Share) {
    collector_.open();
    base::SystemRandom random;
    const auto none = open(0);
    const auto tenth = open(0.1);
    const auto all = open(1);
    int traced = 0;
    constexpr int kRequests = 20'000;
    for (int i = 0; i < kRequests; ++i) {
        const base::Uuid id = base::Uuid::random(random);
        EXPECT_FALSE(none->samples(id));
        EXPECT_TRUE(all->samples(id));
        traced += tenth->samples(id) ? 1 : 0;
        EXPECT_EQ(tenth->samples(id), tenth->samples(id));
    }
    // Six standard deviations: it fails once in half a billion runs.
    EXPECT_NEAR(traced, kRequests / 10.0, 255);
}

// Goal: the pause after failures grows and is bounded.
TEST_F(TracerTest, Pauses) {
    EXPECT_EQ(Tracer::pause_after(1), 500ms);
    EXPECT_EQ(Tracer::pause_after(3), 2s);
    EXPECT_EQ(Tracer::pause_after(1000), base::limits::kSpanPauseMax);
}

// Goal: the bytes of one span are those of the schema, put together by hand from its numbers.
TEST(Otlp, GoldenBytes) {
    Span span{
        .trace = {1},
        .id = {2},
        .name = "s",
        .start = base::WallTime(1us),
        .end = base::WallTime(2us)
    };
    span.attributes = {{"k", "v"}};
    const std::string expected =
        "0a62"                                  // resource_spans
        "0a0b0a090a017212040a027879"            // resource: r is xy
        "12530a0c0a0a666c69676874636173741243"  // scope_spans, scope, span
        "0a1001000000000000000000000000000000"  // trace_id
        "120802000000000000002a01733001"        // span_id, name, kind
        "39e80300000000000041d007000000000000"  // start and end, nanoseconds
        "4a080a016b12030a0176"                  // attribute: k is v
        "850101000000";                         // flags: sampled
    const std::string made = encode_otlp({{"r", "xy"}}, std::span(&span, 1));
    EXPECT_EQ(hex_of(made), expected);
}

// Goal: a collector's answer tells how many spans it rejected; damaged bytes tell nothing.
TEST(Otlp, Rejected) {
    EXPECT_EQ(rejected_spans(""), 0U);
    EXPECT_EQ(rejected_spans(std::string_view("\x0a\x05\x08\xac\x02\x12\x00", 7)), 300U);
    EXPECT_EQ(rejected_spans(std::string_view("\x0a\xff", 2)), 0U);
    EXPECT_EQ(rejected_spans("\x08\x05"), 0U);
    EXPECT_EQ(rejected_spans(std::string_view("\xff\xff\xff", 3)), 0U);
}

}  // namespace
}  // namespace flightcast::tracing
