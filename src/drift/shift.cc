// SPDX-License-Identifier: Apache-2.0
#include "drift/shift.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/limits.h"

namespace flightcast::drift {
namespace {

constexpr double kExpectedMin = 10;
constexpr double kFoundMin = 30;    // in one of the samples, where the other lacks the value
constexpr double kSmoothing = 0.5;  // flights that are added to each bin, so that no share is zero
constexpr double kNormal999 = 3.0902323061678132;

// Wilson and Hilferty, "The distribution of chi-square", 1931: within 1 % from one degree on.
double chi_squared_999(double degrees) {
    const double spread = 2 / (9 * degrees);
    return degrees * std::pow(1 - spread + kNormal999 * std::sqrt(spread), 3);
}

struct Bin {
    double now = 0;
    double reference = 0;
};

// The bins of which the smaller sample has enough; the others together, with the smallest of the
// former if they are still too few.
std::vector<Bin> pooled(
    std::span<const std::uint64_t> now, std::span<const std::uint64_t> reference, const Shift& sizes
) {
    const auto n = static_cast<double>(sizes.flights);
    const auto m = static_cast<double>(sizes.reference);
    const double smaller = std::min(n, m);
    const auto expected = [&](const Bin& bin) {
        return smaller * (bin.now + bin.reference) / (n + m);
    };
    const auto is_large = [&](const Bin& bin) {
        const double found = smaller * std::max(bin.now / n, bin.reference / m);
        return expected(bin) >= kExpectedMin || found >= kFoundMin;
    };
    std::vector<Bin> bins;
    Bin rest;
    for (std::size_t i = 0; i < now.size(); ++i) {
        const Bin bin{static_cast<double>(now[i]), static_cast<double>(reference[i])};
        if (is_large(bin)) {
            bins.push_back(bin);
        } else {
            rest = {rest.now + bin.now, rest.reference + bin.reference};
        }
    }
    if (rest.now + rest.reference <= 0) return bins;
    if (is_large(rest) || bins.empty()) {
        bins.push_back(rest);
        return bins;
    }
    Bin& smallest = *std::ranges::min_element(bins, {}, expected);
    smallest = {smallest.now + rest.now, smallest.reference + rest.reference};
    return bins;
}

double psi_of(const std::vector<Bin>& bins, const Shift& sizes) {
    const double added = kSmoothing * static_cast<double>(bins.size());
    double psi = 0;
    for (const Bin& bin : bins) {
        const double p = (bin.now + kSmoothing) / (static_cast<double>(sizes.flights) + added);
        const double q =
            (bin.reference + kSmoothing) / (static_cast<double>(sizes.reference) + added);
        psi += (p - q) * std::log(p / q);
    }
    return psi;
}

}  // namespace

double null_quantile(std::uint64_t n, std::uint64_t m, std::size_t bins) {
    FC_CHECK(bins > 1);
    FC_CHECK(n > 0);
    FC_CHECK(m > 0);
    const double scale = 1 / static_cast<double>(n) + 1 / static_cast<double>(m);
    return scale * chi_squared_999(static_cast<double>(bins - 1));
}

Shift compare(std::span<const std::uint64_t> now, std::span<const std::uint64_t> reference) {
    FC_CHECK(now.size() == reference.size());
    const std::uint64_t none = 0;
    Shift shift{
        .flights = std::accumulate(now.begin(), now.end(), none),
        .reference = std::accumulate(reference.begin(), reference.end(), none)
    };
    if (std::min(shift.flights, shift.reference) < base::limits::kDriftRowsMin) return shift;
    const std::vector<Bin> bins = pooled(now, reference, shift);
    shift.verdict = Verdict::none;
    shift.threshold = kPsiFloor;
    if (bins.size() < 2) return shift;
    shift.psi = psi_of(bins, shift);
    shift.threshold =
        std::max(kPsiFloor, null_quantile(shift.flights, shift.reference, bins.size()));
    if (shift.psi > shift.threshold) shift.verdict = Verdict::drift;
    return shift;
}

}  // namespace flightcast::drift
