// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "figures/tally.h"
#include "judging/evaluation.h"
#include "performance/counted.h"
#include "performance/model_sums.h"

namespace flightcast::performance {

// How far back figures go, and what they are split by.
enum class Window { hour, day, week, month, quarter, year };
inline constexpr std::array<std::string_view, 6> kWindowNames = {
    "1h", "24h", "7d", "30d", "90d", "365d"
};

// Windows that go back further than the log: a store has their daily sums (history/day_report.h).
[[nodiscard]] constexpr bool is_beyond_log(Window window) {
    return window >= Window::quarter;
}

[[nodiscard]] std::int64_t minutes_of(Window window);

enum class Split { model, carrier, origin, dest, route, klass, day };
inline constexpr std::array<std::string_view, 7> kSplitNames = {
    "model", "carrier", "origin", "dest", "route", "class", "day"
};

// Figures of one group of flights: with SmallTally's alone, the others are 0.
struct GroupFigures {
    std::string name;
    figures::SmallTally small;
    std::optional<ModelSums> model;  // by model and by day
};

struct Report {
    Window window{};
    Split split{};
    base::WallTime from;  // of the buckets that are in it, the first one's begin
    base::WallTime to;
    ModelSums total;
    std::vector<GroupFigures> groups;  // models and days by name, others by flights, most first
};

// How good predictions were, over time: a fold of the evaluation topic. A prediction counts at the
// time at which its first revision was reported; a correction changes what was counted there. The
// same revision again changes nothing.
//
// Figures by model go back to the minute in buckets of five, for 25 hours, then by days (UTC);
// those by carrier, airport and route by hours, then by days. A window is made of whole buckets.
// The newest evaluation decides what is too old to be kept.
//
// Thread-safety: one thread.
class Performance {
  public:
    Performance();

    void add(const judging::Evaluation& evaluation);

    // The same of a record of the log, and notes whether it goes by times of events: then it was
    // appended at quite another time than its report was told.
    void add(const judging::Evaluation& evaluation, base::WallTime appended);

    // The end of windows: now, or where the records go by times of events, the newest of these.
    [[nodiscard]] base::WallTime end_of_figures(base::WallTime now) const {
        return has_event_times_ ? newest() : now;
    }

    // Figures of the time up to `end`. REQUIRES: !is_beyond_log(window).
    [[nodiscard]] Report ask(Window window, Split split, base::WallTime end) const;

    // When the newest evaluation was reported; the epoch without any.
    [[nodiscard]] base::WallTime newest() const {
        return base::WallTime(std::chrono::minutes(newest_minute_));
    }

  private:
    using Name = std::uint32_t;  // index in names_
    using Models = std::map<Name, ModelSums>;
    struct Groups {
        std::array<std::unordered_map<Name, figures::SmallTally>, 4> by;  // as kGroupSplits
    };
    template <typename Sums>
    using Buckets = std::map<std::int64_t, Sums>;  // by the minute at which they begin

    [[nodiscard]] Name name_of(std::string_view text, std::size_t& count, std::size_t most);
    void apply(const judging::Evaluation& evaluation, const Counted& counted, Sign sign);
    using GroupNames = std::array<std::optional<Name>, 4>;  // as kGroupSplits
    [[nodiscard]] GroupNames group_names(const judging::Evaluation& evaluation);
    static void apply_to_groups(
        Groups& groups, const GroupNames& names, const figures::SmallTally& one, Sign sign
    );
    void note_time(std::int64_t minute);
    [[nodiscard]] Report by_model(Window window, Split split, base::WallTime end) const;
    [[nodiscard]] Report by_group(Window window, Split split, base::WallTime end) const;

    CountedSet counted_{base::limits::kCountedEvaluationsMax};
    std::vector<std::string> names_;
    struct TextHash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const {
            return std::hash<std::string_view>{}(text);
        }
    };
    std::unordered_map<std::string, Name, TextHash, std::equal_to<>> numbers_;
    std::string route_;       // of the last evaluation; its room is used again
    std::size_t models_ = 0;  // among the names
    std::size_t groups_ = 0;  // the same
    Buckets<Models> model_fives_;
    Buckets<Models> model_days_;
    Buckets<Groups> group_hours_;
    Buckets<Groups> group_days_;
    std::int64_t newest_minute_ = 0;
    bool has_event_times_ = false;  // as the last record with a report
};

}  // namespace flightcast::performance
