// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <boost/unordered/unordered_flat_map.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "features/online/effects.h"
#include "features/online/names.h"
#include "features/online/news.h"
#include "features/online/tables.h"
#include "features/online/values.h"
#include "flight/airports/airport_table.h"

namespace flightcast::features::online {

// What became of one piece of news.
enum class Folded : std::uint8_t {
    added,      // the first news of the flight's departure, or of its landing
    corrected,  // it replaced what was told before
    repeated,   // nothing new, older, or from a source that ranks below the one that was told
    late,       // reported more than a day before the newest news
    known,      // reported before the state that the fold began with
    unusable,   // no delay in it, or names that cannot be kept
};
inline constexpr std::size_t kFoldedCount = 6;

// A flight that is asked about.
struct Question {
    FlightName flight;
    double time = 0;                            // seconds since 1970; see Fold::values
    std::optional<double> scheduled_elapsed{};  // minutes, where it is known
};

// The days' state: what the news so far say about flights that leave now. A pure function of the
// news in their order: the same news give the same bits, everywhere. Its clock is the latest time
// at which anything was reported.
//
// Decayed means are linear in what was told, so that a correction takes the old value out and puts
// the new one in as if it had been told at first. The additive model is not: a correction moves
// each effect by the gain it had then, decayed since. What later surprises would have made of it is
// left out, so that an expectation may differ from that of a rebuild with the right value by the
// share of the correction that was learned, at most 0.36 of it, and only until it has decayed.
//
// A value for its flights is remembered for three days (64 MiB bound it all, see tables.h). Copying
// it copies all of it, a few MB.
//
// Thread-safety: any thread may call const members while none calls another.
class Fold {
  public:
    // Without `airports` regions are unknown.
    explicit Fold(std::shared_ptr<const flight::AirportTable> airports);

    Folded add(const News& news);

    // What was known at the question's time, which is not before the latest news of its keys; else
    // it is that of those. Does not allocate.
    [[nodiscard]] Values values(const Question& question) const;

    // Seconds since 1970; 0 before any news.
    [[nodiscard]] double clock() const { return clock_; }

    // Bytes that its tables take now, besides names (3 MB at most): never more than 60 MiB, since
    // each table has its bound (tables.h).
    [[nodiscard]] std::size_t table_bytes() const;

    // How many pieces of news ended so.
    [[nodiscard]] std::uint64_t count(Folded end) const {
        return counts_[static_cast<std::size_t>(end)];
    }

    // ---- for its bytes (state_file.h)

    [[nodiscard]] const Names& names() const { return names_; }
    [[nodiscard]] const Tables& tables() const { return tables_; }

    // A fold that goes on from a state: news reported by its clock are known.
    Fold(Names names, Tables tables, double clock);

  private:
    // Which flight it is: carrier, number and route, then day and scheduled departure.
    using FlightId = std::pair<std::uint64_t, std::uint64_t>;

    // What was told of a flight.
    struct Told {
        double left = 0;     // when its departure was reported first; 0: not yet
        double landed = 0;   // the same of its landing; 0: not yet, or taken back
        double renewed = 0;  // when its end was reported last; 0: not yet
        float dep_delay = 0;
        float lost = 0;              // ArrDelay - DepDelay, clipped
        float elapsed = 0;           // minutes; NaN when unknown
        float expected = 0;          // by the additive model, when it landed
        std::int16_t rank = 0;       // of the source that told its end
        std::int16_t left_rank = 0;  // of the source that told its departure
        Gains gains{};
    };

    struct Landing {
        double time = 0;
        float lost = 0;
        float elapsed = 0;
    };

    Folded take(const News& news);
    Folded take_departure(const Keys& keys, const News& news, Told& told);
    Folded take_landing(const Keys& keys, const News& news, Told& told);
    Folded take_back(const Keys& keys, const News& news, Told& told);
    void add_departure(const Keys& keys, double time, double delay, double weight);
    void add_landing(const Keys& keys, Told& told, const Landing& landing);
    void change_means(const Keys& keys, const Landing& landing, double sign);
    void correct(const Keys& keys, Told& told, const Landing& landing);
    void move_effects(const Keys& keys, const Told& told, double surprise);
    [[nodiscard]] EffectsOf<Effect> touch_effects(const Keys& keys, double time);
    void move_clock(double time);
    [[nodiscard]] Told& told_of(const Keys& keys, const News& news, Told& spare);

    Names names_;
    Tables tables_;
    double clock_ = 0;
    double known_until_ = 0;
    double swept_day_ = 0;
    boost::unordered_flat_map<FlightId, Told> told_;
    std::array<std::uint64_t, kFoldedCount> counts_{};
};

}  // namespace flightcast::features::online
