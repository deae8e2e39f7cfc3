// SPDX-License-Identifier: Apache-2.0
#include "scoring/live_fold.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "arrival/arrival_json.h"
#include "base/clock.h"
#include "features/online/news.h"
#include "features/online/request_values.h"
#include "flight/prediction_json.h"
#include "scoring/scorer.h"
#include "scoring/scorer_stage.h"

namespace flightcast::scoring {
namespace {

using namespace std::chrono_literals;
using eventlog::Record;
using features::online::Fold;

constexpr base::WallTime kStart{std::chrono::sys_days(std::chrono::year(2008) / 4 / 1)};

arrival::Arrival landing(base::WallTime reported, double arr_delay) {
    arrival::Arrival report;
    report.flight_date = flight::CalendarDate{2008, 4, 1};
    report.carrier = "AA";
    report.origin = "ATL";
    report.dest = "SFO";
    report.flight_num = std::to_string(static_cast<int>(arr_delay) + 100);
    report.dep_delay = 5.0;
    report.arr_delay = arr_delay;
    report.reported_at = reported;
    return report;
}

Record record_of(std::int64_t offset, std::string value) {
    return {
        .at = {"arrivals", eventlog::PartitionId(0)},
        .offset = eventlog::Offset(offset),
        .appended = std::chrono::floor<std::chrono::milliseconds>(kStart) + 24h,
        .key = "k",
        .value = std::move(value),
        .headers = {}
    };
}

flight::Request request_at(base::WallTime time) {
    flight::Request request;
    request.carrier = "AA";
    request.origin = "ATL";
    request.dest = "SFO";
    request.dep_delay = 5;
    request.requested_at = time;
    return request;
}

std::vector<std::uint32_t> bits_of(const flight::OnlineValues& online) {
    std::vector<std::uint32_t> bits;
    for (const float value : online.values) bits.push_back(std::bit_cast<std::uint32_t>(value));
    return bits;
}

TEST(LiveFold, FoldsTheTopicInItsOrder) {
    // Goal: records give the values of a fold that was told the same reports, bit for bit, and name
    // the last offset; invalid ones, tombstones and those of clients are passed over.
    const auto base = std::make_shared<const Fold>(nullptr);
    LiveFold live(base);
    Fold told(nullptr);
    std::vector<Record> records;
    for (int i = 0; i < 50; ++i) {
        const arrival::Arrival report = landing(kStart + i * 1min, i - 20);
        records.push_back(record_of(i, arrival::encode_arrival(report)));
        told.add(*features::online::news_of(report, kStart + 24h, 0));
    }
    arrival::Arrival of_client = landing(kStart + 51min, 90);
    of_client.source = arrival::kClientSource;
    records.push_back(record_of(50, arrival::encode_arrival(of_client)));
    records.push_back(record_of(51, "not a report"));
    records.push_back(record_of(52, ""));
    records.back().value.reset();
    live.consume(records);
    const flight::Request request = request_at(kStart + 2h);
    const flight::OnlineValues values = live.values(request);
    EXPECT_EQ(values.arrival_offset, 52);
    EXPECT_EQ(bits_of(values), bits_of(features::online::online_values(request, told, 52)));
    EXPECT_NE(bits_of(values), bits_of(LiveFold(base).values(request)));
}

TEST(LiveFold, RanksSourcesAsTheEvaluatorDoes) {
    // Goal: the first of the listed sources counts, then the others, in whichever order they are
    // told; and without ranks the newest report does.
    const auto base = std::make_shared<const Fold>(nullptr);
    arrival::Arrival towers = landing(kStart + 1min, 30);
    towers.source = "towers";
    arrival::Arrival other = landing(kStart + 2min, -10);
    other.flight_num = towers.flight_num;
    other.source = "other";
    const auto bits_after = [&](arrival::SourceRanks ranks,
                                const std::vector<arrival::Arrival>& told) {
        LiveFold live(base, std::move(ranks));
        for (const auto& report : told) {
            live.consume({record_of(7, arrival::encode_arrival(report))});
        }
        return bits_of(live.values(request_at(kStart + 2h)));
    };
    const arrival::SourceRanks ranked(std::vector<std::string>{"towers", "airline"});
    EXPECT_EQ(bits_after(ranked, {towers, other}), bits_after(ranked, {towers}));
    EXPECT_NE(bits_after(ranked, {other, towers}), bits_after(ranked, {other}));
    EXPECT_NE(bits_after({}, {towers, other}), bits_after({}, {towers}));
    EXPECT_EQ(ranked.rank_of("towers"), 0);
    EXPECT_EQ(ranked.rank_of("airline"), 1);
    EXPECT_EQ(ranked.rank_of("other"), 2);
    EXPECT_EQ(ranked.rank_of(""), 2);
    EXPECT_EQ(ranked.rank_of(arrival::kClientSource), 3);
}

TEST(LiveFold, AnotherModelGoesOnFromTheNewerState) {
    // Goal: a model whose state is older than the arrivals that are known changes nothing; a newer
    // one is gone on from.
    LiveFold live(std::make_shared<const Fold>(nullptr));
    live.consume({record_of(0, arrival::encode_arrival(landing(kStart + 1h, 30)))});
    const flight::Request request = request_at(kStart + 3h);
    const auto before = bits_of(live.values(request));
    live.begin_with(std::make_shared<const Fold>(nullptr));
    EXPECT_EQ(bits_of(live.values(request)), before);
    Fold newer(nullptr);
    newer.add(*features::online::news_of(landing(kStart + 2h, -10), kStart + 24h, 0));
    live.begin_with(std::make_shared<const Fold>(newer));
    EXPECT_EQ(live.fold().clock(), newer.clock());
    EXPECT_NE(bits_of(live.values(request)), before);
}

TEST(ScorerStage, ReadsTheArrivalsThatTheModelsStateLacks) {
    // Goal: a start reads the arrivals since the end of the model's state, 60 days at most and an
    // hour at least; a model without online features reads none.
    const auto window = [](base::WallTime state_end, base::WallTime now) {
        const base::ManualClock clock(now);
        Model model{.id = "m@1", .answer = {}};
        auto fold = std::make_shared<Fold>(nullptr);
        fold->add(*features::online::news_of(landing(state_end, 5), state_end, 0));
        model.online = std::move(fold);
        const auto spec = scorer_stage(
            {},
            "g",
            ScorerParts{.model = fixed_model(model), .clock = clock, .follows_arrivals = true}
        );
        return spec.follows->window;
    };
    EXPECT_EQ(window(kStart, kStart + 70h), 70h);
    EXPECT_EQ(window(kStart, kStart + 61 * 24h), 60 * 24h);
    EXPECT_EQ(window(kStart, kStart + 5min), 1h);
    EXPECT_EQ(window(kStart, kStart - 5h), 1h);
    const base::ManualClock clock;
    const auto none = scorer_stage(
        {},
        "g",
        ScorerParts{
            .model = fixed_model({.id = "m@1", .answer = {}}),
            .clock = clock,
            .follows_arrivals = true
        }
    );
    EXPECT_FALSE(none.follows);
}

TEST(ScorerStage, AwaitsTheArrivalsThatARequestNames) {
    // Goal: a request that names the end of the arrivals before it waits until they were read; one
    // that names none, an offset that was read, or no offset, does not.
    const base::ManualClock clock(kStart);
    Model model{.id = "m@1", .answer = {}};
    model.online = std::make_shared<const Fold>(nullptr);
    const auto spec = scorer_stage(
        {}, "g", ScorerParts{.model = fixed_model(model), .clock = clock, .follows_arrivals = true}
    );
    const auto waits_for = [&spec](const std::string& end) {
        Record request = record_of(0, "{}");
        request.headers = {{"schema", "1"}};
        if (!end.empty()) request.headers.push_back({"flightcast-arrivals", end});
        return spec.options.holding.awaits(request);
    };
    EXPECT_FALSE(waits_for(""));
    EXPECT_FALSE(waits_for("0"));
    EXPECT_FALSE(waits_for("soon"));
    EXPECT_TRUE(waits_for("1"));
    const std::string value = arrival::encode_arrival(landing(kStart, 5));
    ASSERT_TRUE(spec.consume({record_of(6, value), record_of(7, value)}));
    EXPECT_FALSE(waits_for("8"));
    EXPECT_TRUE(waits_for("9"));
    EXPECT_GT(spec.options.holding.await_most.count(), 0);
}

TEST(Scorer, AnswersWithTheValuesThatItNames) {
    // Goal: a model with online features is asked with the values of the arrivals that were read,
    // and its response carries them; without followed arrivals with those of its own state; one
    // without online features with none.
    const base::ManualClock clock(kStart + 3h);
    std::vector<flight::Request> asked;
    Model model{
        .id = "m@1", .answer = [&asked](std::span<const flight::Request> requests) {
            asked.assign(requests.begin(), requests.end());
            return std::vector(requests.size(), flight::Answer{.probabilities = {1, 0, 0, 0}});
        }
    };
    const auto answer = [&](const Model& by, std::shared_ptr<LiveFold> live) {
        const Scorer scorer(fixed_model(by), clock, {.topics = {}, .live = std::move(live)});
        const auto outputs = scorer.process({record_of(
            7,
            R"({"UUID": "8e90da7e-63f5-45f9-8f3d-7d948120e5a2", "Carrier": "AA", "Origin": "ATL",)"
            R"( "Dest": "SFO", "DepDelay": 5.0})"
        )});
        return flight::decode_prediction(*outputs.at(0).value, flight::TimeZone()).value();
    };
    EXPECT_FALSE(answer(model, nullptr).request.online);
    EXPECT_FALSE(asked.at(0).online);
    model.online = std::make_shared<const Fold>(nullptr);
    const auto live = std::make_shared<LiveFold>(model.online);
    live->consume({record_of(3, arrival::encode_arrival(landing(kStart + 1h, 30)))});
    const flight::Prediction with_arrivals = answer(model, live);
    ASSERT_TRUE(with_arrivals.request.online);
    EXPECT_EQ(with_arrivals.request.online->arrival_offset, 3);
    EXPECT_EQ(bits_of(*with_arrivals.request.online), bits_of(*asked.at(0).online));
    const flight::Prediction alone = answer(model, nullptr);
    ASSERT_TRUE(alone.request.online);
    EXPECT_FALSE(alone.request.online->arrival_offset);
    EXPECT_NE(bits_of(*alone.request.online), bits_of(*with_arrivals.request.online));
}

}  // namespace
}  // namespace flightcast::scoring
