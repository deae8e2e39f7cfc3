// SPDX-License-Identifier: Apache-2.0
#include "gateway/accept/acceptor.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/accept/trace_context.h"

namespace flightcast::gateway::accept {
namespace {

using namespace std::chrono_literals;
using base::Errc;
using base::fail;

// Keeps appended records until the test says how they end.
struct FakeWriter final : eventlog::Writer {
    base::Result<void> append(
        std::vector<eventlog::NewRecord> records, eventlog::Done done
    ) override {
        if (refusal) return std::unexpected(*refusal);
        appended.push_back(std::move(records));
        pending.push_back(std::move(done));
        return {};
    }

    std::optional<base::Error> refusal;
    std::vector<std::vector<eventlog::NewRecord>> appended;
    std::vector<eventlog::Done> pending;
};

class AcceptorTest : public testing::Test {
  protected:
    static flight::Request flight(std::uint8_t number) {
        flight::Request request;
        request.id.bytes[0] = number;
        request.origin = "ATL";
        return request;
    }

    void accept(std::span<const flight::Request> flights, std::string_view traceparent = {}) {
        acceptor_.accept(flights, traceparent, [this](const Verdict& verdict) {
            verdicts_.push_back(verdict);
        });
    }

    [[nodiscard]] std::vector<Fate> fates() const {
        std::vector<Fate> fates;
        for (const Verdict& verdict : verdicts_) fates.push_back(verdict.fate);
        return fates;
    }

    base::ManualClock clock_;
    FakeWriter writer_;
    std::optional<base::Error> trouble_;
    std::vector<Verdict> verdicts_;
    std::vector<std::pair<Fate, std::optional<base::Uuid>>> counted_;
    Acceptor acceptor_{
        {.writer = writer_,
         .clock = clock_,
         .post = [](auto task) { task(); },
         .on_submission = [this](
                              const Verdict& verdict, const auto& id, auto
                          ) { counted_.emplace_back(verdict.fate, id); },
         .log_trouble = [this] { return trouble_; }},
        {.request_topic = "requests", .accept_timeout = 5s}
    };
};

TEST_F(AcceptorTest, RecordsBelongToATrace) {
    // Goal: the client's trace goes with every record of its submission; an invalid one does not,
    // and each record has one of its own then.
    const std::array flights = {flight(1), flight(2)};
    const std::string trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const auto traces = [this](std::size_t append) {
        std::vector<std::string> found;
        for (const eventlog::NewRecord& record : writer_.appended.at(append)) {
            for (const eventlog::Header& header : record.headers) {
                if (header.name == "traceparent") found.push_back(header.value);
            }
        }
        return found;
    };
    accept(flights, trace);
    EXPECT_EQ(traces(0), (std::vector{trace, trace}));
    accept(flights, trace + "0");
    const std::vector expected = {traceparent_for(flights[0].id), traceparent_for(flights[1].id)};
    EXPECT_EQ(traces(1), expected);
}

TEST_F(AcceptorTest, SaysWhyItIsLate) {
    // Goal: a client that waits too long is told the log's trouble, if it is known.
    const std::array one = {flight(1)};
    accept(one);
    acceptor_.expire(clock_.steady_now() + 5s);
    accept(one);
    trouble_ = base::Error{Errc::unavailable, "Kafka: Connection refused"};
    acceptor_.expire(clock_.steady_now() + 5s);
    ASSERT_EQ(fates(), (std::vector{Fate::unknown, Fate::unknown}));
    EXPECT_EQ(verdicts_[0].why.find("Kafka"), std::string::npos);
    EXPECT_NE(verdicts_[1].why.find("Kafka: Connection refused"), std::string::npos);
}

TEST_F(AcceptorTest, FlightsThatComeTogetherAreOneAppend) {
    // Goal: one append, one verdict, and every flight is counted with its id, as its record's key.
    const std::array flights = {flight(1), flight(2)};
    accept(flights);
    ASSERT_EQ(writer_.appended.size(), 1U);
    ASSERT_EQ(writer_.appended[0].size(), 2U);
    EXPECT_EQ(writer_.appended[0][1].key, flights[1].id.to_string());
    EXPECT_EQ(writer_.appended[0][1].topic, "requests");
    EXPECT_EQ(fates(), std::vector<Fate>{});
    writer_.pending[0]({});
    EXPECT_EQ(fates(), std::vector{Fate::accepted});
    ASSERT_EQ(counted_.size(), 2U);
    EXPECT_EQ(counted_[1], std::pair(Fate::accepted, std::optional(flights[1].id)));
    EXPECT_EQ(acceptor_.next_deadline(), std::nullopt);
}

TEST_F(AcceptorTest, OnlyWhatIsFullIsCertainlyNotAccepted) {
    // Goal: full is told as such, by the queue at once and by the disk later; whatever else the log
    // says leaves the fate open.
    struct Case {
        Errc code;
        Fate fate;
    };
    for (const Case& c : {Case{Errc::full, Fate::full}, Case{Errc::closed, Fate::unknown}}) {
        verdicts_.clear();
        writer_.refusal = base::Error{c.code, "no room"};
        accept(std::array{flight(1)});
        ASSERT_EQ(fates(), std::vector{c.fate});
        EXPECT_NE(verdicts_[0].why.find("no room"), std::string::npos);
    }
    verdicts_.clear();
    writer_.refusal.reset();
    accept(std::array{flight(1)});
    writer_.pending[0](fail(Errc::io, "disk broken"));
    ASSERT_EQ(fates(), std::vector{Fate::unknown});
    EXPECT_NE(verdicts_[0].why.find("disk broken"), std::string::npos);
    verdicts_.clear();
    accept(std::array{flight(2)});
    writer_.pending[1](fail(Errc::full, "disk full"));
    ASSERT_EQ(fates(), std::vector{Fate::full});
    EXPECT_NE(verdicts_[0].why.find("disk full"), std::string::npos);
    for (const auto& [fate, id] : counted_) EXPECT_EQ(id, std::nullopt);
}

TEST_F(AcceptorTest, TakesNothingOnceClosed) {
    // Goal: what comes after the end is certainly not accepted; what came before is told as ever.
    accept(std::array{flight(1)});
    EXPECT_TRUE(acceptor_.is_waiting());
    acceptor_.close();
    accept(std::array{flight(2)});
    EXPECT_EQ(fates(), std::vector{Fate::full});
    EXPECT_NE(verdicts_[0].why.find("stopping"), std::string::npos);
    EXPECT_EQ(writer_.appended.size(), 1U);
    writer_.pending[0]({});
    EXPECT_EQ(fates(), (std::vector{Fate::full, Fate::accepted}));
    EXPECT_FALSE(acceptor_.is_waiting());
}

TEST_F(AcceptorTest, TheTimeOutTellsOnce) {
    // Goal: the log's answer after the time-out changes nothing; later submissions wait on.
    accept(std::array{flight(1)});
    clock_.advance(3s);
    accept(std::array{flight(2)});
    EXPECT_EQ(acceptor_.next_deadline(), clock_.steady_now() + 2s);
    clock_.advance(2s);
    acceptor_.expire(clock_.steady_now());
    EXPECT_EQ(fates(), std::vector{Fate::unknown});
    writer_.pending[0]({});
    EXPECT_EQ(fates(), std::vector{Fate::unknown});
    writer_.pending[1]({});
    EXPECT_EQ(fates(), (std::vector{Fate::unknown, Fate::accepted}));
    EXPECT_EQ(acceptor_.next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace flightcast::gateway::accept
