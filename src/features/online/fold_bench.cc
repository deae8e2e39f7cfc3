// SPDX-License-Identifier: Apache-2.0
//
// The cost of the days' state: of each report that the fold takes, of each record of the topic with
// its JSON, of each flight that is asked about, of a copy, and of reading a state.
#include <benchmark/benchmark.h>

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "arrival/arrival_json.h"
#include "base/random.h"
#include "features/online/fold.h"
#include "features/online/report.h"
#include "features/online/state_file.h"

namespace flightcast::features::online {
namespace {

// As many names as the flights of the US have: 20 carriers, 300 airports, 57,000 flight numbers on
// 4,800 routes.
class Year {
  public:
    explicit Year(std::size_t reports) : random_(7) {
        for (int i = 0; i < 300; ++i) {
            codes_.push_back(
                {char('A' + i / 26 / 26), char('A' + i / 26 % 26), char('A' + i % 26)}
            );
        }
        for (int i = 0; i < 20; ++i) carriers_.push_back({'A', char('A' + i)});
        for (std::size_t i = 0; i < 57'000; ++i) {
            const std::size_t route = random_.below(4'800);
            numbers_.push_back({std::to_string(i % 7'000), route % 300, route * 7 % 299, i % 20});
        }
        double time = 1.2e9;
        for (std::size_t i = 0; i < reports; ++i) {
            time += i % 8 < 7 ? 1 : 8;  // 40,000 reports a day, departures and landings
            news_.push_back(make(i, time));
        }
    }

    [[nodiscard]] const std::vector<News>& news() const { return news_; }

  private:
    struct Number {
        std::string number;
        std::size_t origin;
        std::size_t dest;
        std::size_t carrier;
    };

    [[nodiscard]] News make(std::size_t i, double time) {
        const Number& flight = numbers_[i / 2 * 7'919 % numbers_.size()];
        News news{
            .flight =
                {.carrier = carriers_[flight.carrier],
                 .number = flight.number,
                 .origin = codes_[flight.origin],
                 .dest = codes_[flight.dest]},
            .day = static_cast<std::int32_t>(time / 86'400),
            .crs = 800,
            .event = i % 2 == 0 ? arrival::Event::departed : arrival::Event::landed,
            .reported = time,
            .dep_delay = static_cast<float>(random_.below(40)) - 10
        };
        if (i % 2 == 1) {
            news.arr_delay = static_cast<float>(random_.below(60)) - 20;
            news.elapsed_minutes = 60 + static_cast<float>(random_.below(200));
        }
        return news;
    }

    base::SeededRandom random_;
    std::vector<std::string> codes_;
    std::vector<std::string> carriers_;
    std::vector<Number> numbers_;
    std::vector<News> news_;
};

// The reports of four weeks.
constexpr std::size_t kReports = 28 * 40'000;

const Year& year() {
    static const Year four_weeks(kReports);
    return four_weeks;
}

const Fold& filled() {
    static const Fold fold = [] {
        Fold made(nullptr);
        for (const News& news : year().news()) made.add(news);
        return made;
    }();
    return fold;
}

void fold_reports(benchmark::State& state) {
    for (auto _ : state) {
        Fold fold(nullptr);
        for (const News& news : year().news()) fold.add(news);
        benchmark::DoNotOptimize(fold.clock());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kReports));
}
BENCHMARK(fold_reports)->Unit(benchmark::kMillisecond);

std::string record_of(const News& news) {
    arrival::Arrival report;
    report.flight_date = flight::CalendarDate{2008, 1, 10};
    report.carrier = std::string(news.flight.carrier);
    report.origin = std::string(news.flight.origin);
    report.dest = std::string(news.flight.dest);
    report.flight_num = std::string(news.flight.number);
    report.crs_dep_time = 800;
    report.dep_delay = *news.dep_delay;
    if (news.arr_delay) report.arr_delay = *news.arr_delay;
    const auto seconds = std::chrono::seconds(static_cast<std::int64_t>(news.reported));
    report.reported_at = base::WallTime(seconds);
    report.source = "bench";
    return arrival::encode_arrival(report);
}

void fold_records(benchmark::State& state) {
    constexpr std::size_t kSome = 100'000;
    std::vector<std::pair<std::string, base::WallTime>> records;
    for (std::size_t i = 0; i < kSome; ++i) {
        const News& news = year().news()[i];
        const auto seconds = std::chrono::seconds(static_cast<std::int64_t>(news.reported));
        records.emplace_back(record_of(news), base::WallTime(seconds));
    }
    for (auto _ : state) {
        Fold fold(nullptr);
        for (const auto& [json, time] : records) add_report(fold, json, time, {});
        benchmark::DoNotOptimize(fold.clock());
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kSome));
}
BENCHMARK(fold_records)->Unit(benchmark::kMillisecond);

void ask(benchmark::State& state) {
    const Fold& fold = filled();
    std::size_t i = 0;
    for (auto _ : state) {
        const News& news = year().news()[i++ % kReports];
        benchmark::DoNotOptimize(fold.values({.flight = news.flight, .time = fold.clock() + 60}));
    }
}
BENCHMARK(ask);

void copy(benchmark::State& state) {
    for (auto _ : state) {
        Fold other = filled();
        benchmark::DoNotOptimize(other);
    }
}
BENCHMARK(copy)->Unit(benchmark::kMillisecond);

void read_state(benchmark::State& state) {
    const auto bytes = serialize_state(filled());
    for (auto _ : state) {
        const auto fold = parse_state(bytes, "state", nullptr);
        benchmark::DoNotOptimize(fold->clock());
    }
    state.counters["bytes"] = static_cast<double>(bytes.size());
}
BENCHMARK(read_state)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace flightcast::features::online
