// SPDX-License-Identifier: Apache-2.0
//
// The cost of one request with the bundled model: feature row and forest, one thread. The requests
// differ, so that the branches of the trees are not learned by heart.
#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <vector>

#include "base/random.h"
#include "features/predictor.h"

namespace flightcast::features {
namespace {

std::vector<flight::Request> make_requests(std::size_t count) {
    constexpr std::array kAirports = {"ATL", "ORD", "DFW", "SEA", "JFK", "LAX", "XXX"};
    constexpr std::array kCarriers = {"AA", "DL", "WN", "B6", "??"};
    base::SeededRandom random(1);
    std::vector<flight::Request> requests(count);
    for (flight::Request& request : requests) {
        request.dep_delay = static_cast<double>(random.below(90)) - 20;
        request.distance = static_cast<double>(random.below(2'500)) + 100;
        request.carrier = kCarriers[random.below(kCarriers.size())];
        request.origin = kAirports[random.below(kAirports.size())];
        request.dest = kAirports[random.below(kAirports.size())];
        request.flight_date = "2015-04-01";
    }
    return requests;
}

void score(benchmark::State& state) {
    const auto predictor = Predictor::load(FLIGHTCAST_SOURCE_DIR "/models/default");
    if (!predictor) {
        state.SkipWithError(predictor.error().detail.c_str());
        return;
    }
    const std::vector<flight::Request> requests = make_requests(4'096);
    std::size_t next = 0;
    for (auto _ : state) {
        benchmark::DoNotOptimize(predictor->score(requests[next]));
        next = (next + 1) % requests.size();
    }
    state.SetItemsProcessed(state.iterations());
}
BENCHMARK(score);

}  // namespace
}  // namespace flightcast::features
