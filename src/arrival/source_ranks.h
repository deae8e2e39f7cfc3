// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace flightcast::arrival {

// How sources of reports rank, smaller is better: those of --arrival-sources as they are listed,
// then all others alike, then clients.
//
// Thread-safety: any thread may call const members.
class SourceRanks {
  public:
    SourceRanks() = default;  // all alike but clients
    explicit SourceRanks(std::vector<std::string> best_first)
        : best_first_(std::move(best_first)) {}

    [[nodiscard]] std::int16_t rank_of(std::string_view source) const;

  private:
    std::vector<std::string> best_first_;
};

}  // namespace flightcast::arrival
