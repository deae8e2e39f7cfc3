// SPDX-License-Identifier: Apache-2.0
#include "scoring/latency_guard.h"

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace flightcast::scoring {

Model with_latency_guard(Model model, const base::Clock& clock) {
    if (!model.on_fault) return model;
    const auto slow_batches = std::make_shared<std::atomic<int>>(0);
    model.answer = [answer = std::move(model.answer), tell = model.on_fault, slow_batches, &clock](
                       std::span<const flight::Request> requests
                   ) {
        const base::SteadyTime begin = clock.steady_now();
        std::vector<flight::Answer> answers = answer(requests);
        const auto took = std::chrono::floor<std::chrono::microseconds>(clock.steady_now() - begin);
        const auto number = static_cast<std::int64_t>(requests.size());
        if (number == 0 || took <= kSlowAnswer * number) {
            *slow_batches = 0;
        } else if (++*slow_batches >= kSlowBatches) {
            tell(
                "it takes " + std::to_string(took.count() / number) +
                " us for a request, more than " + std::to_string(kSlowAnswer.count()) + ", " +
                std::to_string(kSlowBatches) + " times in a row"
            );
        }
        return answers;
    };
    return model;
}

}  // namespace flightcast::scoring
