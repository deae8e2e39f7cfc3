// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "arrival/arrival.h"
#include "base/clock.h"

namespace flightcast::arrival {

// The end of a flight as one source told it: a landing, a cancellation or a diversion.
struct Report {
    Event event = Event::landed;
    float arr_delay = 0;          // minutes; of a landing
    std::int16_t crs = -1;        // scheduled departure, hhmm; -1: not told
    std::uint16_t source = 0;     // as the caller numbers them
    bool has_arrived_at = false;  // whether the source told it; else it is `reported_at`
    base::WallTime arrived_at;
    base::WallTime reported_at;  // when it was told first
    base::WallTime renewed_at;   // when it was told last

    bool operator==(const Report&) const = default;
};

// Of an arrival that tells an end; without a ReportedAt it was reported when it was appended.
[[nodiscard]] Report report_of(const Arrival& given, base::WallTime appended, std::uint16_t source);

// How sources rank: smaller is better.
using RankOf = std::function<int(std::uint16_t source)>;

// All that was reported of the end of one flight, in the order of the log. Feeds repeat and correct
// themselves, so that of one source the newest report counts, and of several the best ranked.
class FlightReports {
  public:
    FlightReports() = default;

    // What all() gave.
    explicit FlightReports(std::vector<Report> all) : reports_(std::move(all)) {}

    // Adds a report that comes after all others in the log. One that repeats what its source said
    // last only renews it. True if anything else changed. Of more than limits::kFlightReportsMax
    // the oldest goes.
    bool add(const Report& report);

    [[nodiscard]] std::span<const Report> all() const { return reports_; }

  private:
    std::vector<Report> reports_;  // in the order of the log, without repetitions
};

// The report that counts among `reports`, which are in the order of the log: of each source the one
// that was told last, by its time and then by its place in the log; of the sources the best ranked,
// then the one that was told last. Null without any.
[[nodiscard]] const Report* counting(
    std::span<const Report> reports,
    const RankOf& rank_of,
    const std::function<bool(const Report&)>& is_wanted
);

}  // namespace flightcast::arrival
