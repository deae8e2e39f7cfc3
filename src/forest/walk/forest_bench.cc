// SPDX-License-Identifier: Apache-2.0
//
// The cost of scoring, without features and records: each way of scoring a forest, for one row at a
// time and for many. FLIGHTCAST_BENCH_MODEL names the folder of a bundle, FLIGHTCAST_BENCH_ROWS a
// file of its feature rows as floats (bench/forest_scoring.py makes both); else the bundled model
// and random rows.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "forest/bundle.h"
#include "forest/bundle_testing.h"
#include "forest/walk/spark_walker.h"
#include "forest/walk/walker.h"

namespace flightcast::forest::walk {
namespace {

constexpr std::size_t kRowsMax = 100'000;
constexpr std::size_t kRandomRows = 20'000;

std::string setting(const char* name, const char* fallback) {
    const char* const value = std::getenv(name);
    return value == nullptr ? fallback : value;
}

struct Subject {
    Bundle bundle;
    std::size_t width = 0;
    std::vector<float> rows;
    std::vector<double> wide_rows;  // the same, for an imported model

    [[nodiscard]] std::size_t size() const { return rows.size() / width; }
};

std::vector<float> read_rows(const std::string& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    std::vector<float> rows(static_cast<std::size_t>(file.tellg()) / sizeof(float));
    file.seekg(0);
    file.read(
        reinterpret_cast<char*>(rows.data()),
        static_cast<std::streamsize>(rows.size() * sizeof(float))
    );
    return rows;
}

// Loaded once; a bundle that cannot be read is said by the first benchmark.
const base::Result<Subject>& subject() {
    static const base::Result<Subject> loaded = []() -> base::Result<Subject> {
        Subject made;
        FC_TRY(
            made.bundle,
            load_bundle(setting("FLIGHTCAST_BENCH_MODEL", FLIGHTCAST_SOURCE_DIR "/models/default"))
        );
        made.width = made.bundle.schema.features.size();
        const std::string path = setting("FLIGHTCAST_BENCH_ROWS", "");
        if (!path.empty()) {
            made.rows = read_rows(path);
        } else {
            base::SeededRandom random(1);
            for (std::size_t i = 0; i < kRandomRows; ++i) {
                const auto row = make_random_row(made.bundle.schema, random);
                made.rows.insert(made.rows.end(), row.begin(), row.end());
            }
        }
        made.rows.resize(std::min(made.rows.size() / made.width, kRowsMax) * made.width);
        made.wide_rows.assign(made.rows.begin(), made.rows.end());
        return made;
    }();
    return loaded;
}

// Calls `score(first value of a row)` for one row after the other.
template <typename Value, typename Score>
void one_by_one(
    benchmark::State& state, const std::vector<Value>& rows, std::size_t width, const Score& score
) {
    std::size_t at = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(score(std::span(rows).subspan(at, width)));
        at += width;
        if (at == rows.size()) at = 0;
    }
    state.SetItemsProcessed(state.iterations());
}

void plain_walk(benchmark::State& state) {
    if (!subject()) return state.SkipWithError(subject().error().detail.c_str());
    const auto& [bundle, width, rows, wide_rows] = *subject();
    if (bundle.spark) {
        one_by_one(state, wide_rows, width, [&](auto row) {
            return spark_walk(bundle.spark->forest, row);
        });
    } else {
        one_by_one(state, rows, width, [&](auto row) {
            return score_plainly(bundle.forest, bundle.schema, row);
        });
    }
}

void one_row(benchmark::State& state, Instructions instructions) {
    if (!subject()) return state.SkipWithError(subject().error().detail.c_str());
    if (instructions > best_instructions()) return state.SkipWithError("not on this machine");
    const auto& [bundle, width, rows, wide_rows] = *subject();
    if (bundle.spark) {
        const SparkWalker walker(bundle.spark->forest, width, instructions);
        one_by_one(state, wide_rows, width, [&](auto row) { return walker.score(row); });
    } else {
        const Walker walker(bundle.forest, bundle.schema, instructions);
        one_by_one(state, rows, width, [&](auto row) { return walker.score(row); });
    }
}

void many_rows(benchmark::State& state, Instructions instructions) {
    if (!subject()) return state.SkipWithError(subject().error().detail.c_str());
    if (instructions > best_instructions()) return state.SkipWithError("not on this machine");
    const auto& [bundle, width, rows, wide_rows] = *subject();
    if (bundle.spark) {
        const SparkWalker walker(bundle.spark->forest, width, instructions);
        for (auto _ : state) benchmark::DoNotOptimize(walker.score_rows(wide_rows));
    } else {
        const Walker walker(bundle.forest, bundle.schema, instructions);
        for (auto _ : state) benchmark::DoNotOptimize(walker.score_rows(rows));
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(subject()->size()));
}

void explain(benchmark::State& state) {
    if (!subject()) return state.SkipWithError(subject().error().detail.c_str());
    const auto& [bundle, width, rows, wide_rows] = *subject();
    if (bundle.forest.leaf_rows.empty()) return state.SkipWithError("a model that cannot explain");
    const Walker walker(bundle.forest, bundle.schema);
    one_by_one(state, rows, width, [&](auto row) { return walker.explain(row); });
}

BENCHMARK(plain_walk);
BENCHMARK_CAPTURE(one_row, portable, Instructions::portable);
BENCHMARK_CAPTURE(one_row, avx2, Instructions::avx2);
BENCHMARK_CAPTURE(many_rows, portable, Instructions::portable);
BENCHMARK_CAPTURE(many_rows, avx2, Instructions::avx2);
BENCHMARK(explain);

}  // namespace
}  // namespace flightcast::forest::walk
