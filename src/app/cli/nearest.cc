// SPDX-License-Identifier: Apache-2.0
#include "app/cli/nearest.h"

#include <algorithm>
#include <vector>

namespace flightcast::app::cli {

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // Three rows of the table of distances between prefixes: a swap looks two rows back.
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        before_last.swap(last);
        last.swap(row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
    }
    return row[b.size()];
}

std::string nearest_name(std::string_view name, std::span<const std::string> known) {
    constexpr std::size_t kNameBytesMax = 100;  // Longer ones are no typing mistakes.
    if (name.empty() || name.size() > kNameBytesMax) return {};
    const std::size_t far = std::max<std::size_t>(1, name.size() / 3) + 1;
    std::size_t least = far;
    std::string nearest;
    for (const std::string& candidate : known) {
        const std::size_t distance = edit_distance(name, candidate);
        if (distance >= least) continue;
        least = distance;
        nearest = candidate;
    }
    if (!nearest.empty()) return nearest;
    const auto longer = std::ranges::find_if(known, [name](const std::string& candidate) {
        return candidate.starts_with(name);
    });
    return longer == known.end() ? std::string() : *longer;
}

}  // namespace flightcast::app::cli
