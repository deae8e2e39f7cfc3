// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"

namespace flightcast::flight {

// One directed route.
struct KnownRoute {
    std::string_view origin;
    std::string_view dest;
    double miles = 0;

    auto operator<=>(const KnownRoute&) const = default;
};

// The directed routes that are known, and their distances in miles.
//
// Thread-safety: immutable once parsed; any thread may read it.
class RouteTable {
  public:
    // Reads JSON lines: {"Origin":"EWR","Dest":"JFK","Distance":21.0}. Blank lines are skipped; of
    // repeated routes the first counts. Errors: invalid_argument, names the line and its fault;
    // also when there is no route at all.
    [[nodiscard]] static base::Result<RouteTable> parse(std::string_view json_lines);

    // The distance from `origin` to `dest`; nothing if there is no such route. The case counts.
    [[nodiscard]] std::optional<double> distance(
        std::string_view origin, std::string_view dest
    ) const;

    // The airports that routes start from and lead to, sorted, each once.
    [[nodiscard]] const std::vector<std::string>& origins() const { return origins_; }
    [[nodiscard]] const std::vector<std::string>& dests() const { return dests_; }

    // All routes, sorted by origin and destination; the texts live as long as the table.
    [[nodiscard]] std::vector<KnownRoute> sorted() const;

    [[nodiscard]] std::size_t size() const { return distances_.size(); }

  private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept {
            return std::hash<std::string_view>{}(text);
        }
    };

    std::unordered_map<std::string, double, Hash, std::equal_to<>> distances_;  // "ATL\0SFO"
    std::vector<std::string> origins_;
    std::vector<std::string> dests_;
};

}  // namespace flightcast::flight
