// SPDX-License-Identifier: Apache-2.0
#include "scoring/answer_fault.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <numeric>

namespace flightcast::scoring {

using base::Errc;
using base::fail;

std::optional<std::string> fault_of(
    const std::vector<flight::Answer>& answers, std::size_t expected
) {
    constexpr double kRounding = 1e-6;
    if (answers.size() != expected) return "it gave too few answers";
    for (const flight::Answer& answer : answers) {
        const auto& given = answer.probabilities;
        const bool are_shares =
            std::ranges::all_of(given, [](double one) { return one >= 0 && one <= 1; });
        const double sum = std::accumulate(given.begin(), given.end(), 0.0);
        if (!are_shares || std::abs(sum - 1) > kRounding) {
            return "an answer of it is not made of probabilities";
        }
    }
    return std::nullopt;
}

base::Result<std::vector<flight::Answer>> checked_answers(
    const Model& model, std::span<const flight::Request> requests
) {
    std::vector<flight::Answer> answers;
    try {
        answers = model.answer(requests);
    } catch (const std::exception& error) {
        return fail(Errc::io, std::string("it failed: ") + error.what());
    }
    if (const auto fault = fault_of(answers, requests.size())) {
        return fail(Errc::corrupt, *fault);
    }
    return answers;
}

}  // namespace flightcast::scoring
