// SPDX-License-Identifier: Apache-2.0
//
// The cost of each evaluation when figures are made again at a start: the record read, and counted.
#include <benchmark/benchmark.h>

#include <optional>
#include <random>
#include <string>
#include <vector>

#include "base/random.h"
#include "judging/evaluation_json.h"
#include "performance/performance.h"

namespace flightcast::performance {
namespace {

constexpr std::size_t kEvaluations = 1U << 17U;

// As of a month of flights: 20 carriers, 300 airports, one model.
std::vector<judging::Evaluation> evaluations() {
    std::mt19937 random(1);  // NOLINT(bugprone-random-generator-seed): repeatable
    base::SeededRandom ids(1);
    std::vector<judging::Evaluation> all;
    const base::WallTime start(std::chrono::seconds(1'207'008'000));
    for (std::size_t i = 0; i < kEvaluations; ++i) {
        judging::Evaluation one{.id = base::Uuid::random(ids), .model = "flightcast@58c3f5f6b8f2"};
        one.flight_date = "2008-04-01";
        one.carrier = std::string{'A', static_cast<char>('A' + random() % 20)};
        one.origin = "X" + std::to_string(10 + random() % 80);
        one.dest = "Y" + std::to_string(10 + random() % 80);
        one.flight_num = std::to_string(random() % 8'000);
        one.crs_dep_time = static_cast<std::int32_t>(100 * (random() % 24));
        one.dep_delay = static_cast<double>(random() % 90) - 10;
        one.requested_at = start + std::chrono::seconds(i * 30 * 86'400 / kEvaluations) +
                           std::chrono::microseconds(random() % 1'000'000);
        one.reported_at = one.requested_at + std::chrono::minutes(60 + random() % 400);
        one.arrived_at = one.reported_at;
        one.predicted = random() % 4;
        one.observed = random() % 4;
        one.arr_delay = static_cast<float>(random() % 100) - 20;
        double sum = 0;
        flight::Probabilities given{};
        for (double& p : given) sum += p = 1.0 + static_cast<double>(random() % 1'000);
        for (double& p : given) p /= sum;
        one.probabilities = given;
        one.source = "replay";
        all.push_back(std::move(one));
    }
    return all;
}

const std::vector<judging::Evaluation>& all() {
    static const std::vector<judging::Evaluation> made = evaluations();
    return made;
}

const std::vector<std::string>& texts() {
    static const std::vector<std::string> made = [] {
        std::vector<std::string> texts;
        for (const auto& one : all()) texts.push_back(judging::encode_evaluation(one));
        return texts;
    }();
    return made;
}

void read_evaluation(benchmark::State& state) {
    std::size_t at = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(judging::decode_evaluation(texts()[at++ % kEvaluations]));
    }
}
BENCHMARK(read_evaluation);

void scan_evaluation(benchmark::State& state) {
    std::size_t at = 0;
    judging::Evaluation evaluation;
    for (auto _ : state) {
        benchmark::DoNotOptimize(
            judging::read_evaluation(texts()[at++ % kEvaluations], evaluation)
        );
    }
}
BENCHMARK(scan_evaluation);

void count_evaluation(benchmark::State& state) {
    std::optional<Performance> performance;
    std::size_t at = 0;
    for (auto _ : state) {
        if (at % kEvaluations == 0) performance.emplace();
        performance->add(all()[at++ % kEvaluations]);
    }
}
BENCHMARK(count_evaluation);

}  // namespace
}  // namespace flightcast::performance
