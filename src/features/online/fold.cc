// SPDX-License-Identifier: Apache-2.0
//
// All tables are touched at the time of a landing before any is changed: so the expectation is that
// of the moment before. Sums of the means are changed by add_mean alone, with a weight of 1 for new
// values and of -1 for those taken back.
#include "features/online/fold.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/planted_bug.h"

namespace flightcast::features::online {
namespace {

constexpr double kLateMax = kDay;                        // behind the clock
constexpr double kCorrectable = 3 * kDay;                // so long a flight is remembered
constexpr double kForgotten = 60 * kDay;                 // a key without news
constexpr std::size_t kToldMax = keys_of_groups(8'192);  // flights

constexpr double kLostMin = -60;
constexpr double kLostMax = 120;
constexpr double kDepDelayMin = -20;
constexpr double kDepDelayMax = 180;
constexpr double kElapsedMin = 10;
constexpr double kElapsedMax = 1'200;
constexpr double kSquaredMax = 3'600;

// Where nothing at all is known, in minutes: means of US flights.
constexpr double kUsualLost = -3;
constexpr double kUsualSquared = 200;
constexpr double kUsualDepDelay = 8;
constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

// Around the usual loss, so that it tells how much a flight varies.
double squared(double lost) {
    return std::min((lost + 3) * (lost + 3), kSquaredMax);
}

struct Told {
    double time;
    double value;
    double sign;  // -1 takes it back
};

// Adds what was told to the mean of an entry, which may be younger.
template <std::size_t M, std::size_t E>
void add_mean(Entry<M, E>* entry, const Shape<M, E>& shape, std::size_t mean, const Told& told) {
    if (entry == nullptr) return;
    const double factor = told.sign * decay(entry->time - told.time, shape.means[mean]);
    entry->means[mean].add(told.value, factor);
}

float clip(double value, double low, double high) {
    return static_cast<float>(std::clamp(value, low, high));
}

float elapsed_of(const News& news) {
    const float elapsed = news.elapsed_minutes.value_or(std::numeric_limits<float>::quiet_NaN());
    const bool is_flown = elapsed >= kElapsedMin && elapsed <= kElapsedMax;
    return is_flown ? elapsed : std::numeric_limits<float>::quiet_NaN();
}

// Whether a report of a flight's end counts, where another one was `renewed` (0: none) by a source
// of `rank`: the best source's newest does.
bool counts(double renewed, std::int16_t rank, const News& news) {
    if (base::is_planted(base::PlantedBug::fold_ignores_ranks)) return true;
    if (renewed == 0 || news.rank < rank) return true;
    return news.rank == rank && news.reported >= renewed;
}

bool is_same(float a, float b) {
    return a == b || (std::isnan(a) && std::isnan(b));
}

// Puts the effects of an entry at `first` .. of the parts.
template <typename EffectType, typename EntryType>
void place_effects(EffectsOf<EffectType>& all, std::size_t first, EntryType* entry, double x) {
    if (entry == nullptr) return;
    for (std::size_t i = 0; i < entry->effects.size(); ++i) {
        all.parts[first + i] = {.effect = &entry->effects[i], .x = x};
    }
}

// Where the effects of each table begin among the parts.
enum Place : std::size_t {
    of_system = 0,
    of_carrier = 1,
    of_dest = 2,
    of_origin = 4,
    of_route = 6,
    of_carrier_route = 9,
    of_number = 10,
    of_regions = 12,
    of_region_from = 14,
    of_region_to = 15,
};
static_assert(of_region_to + 1 == kEffectCount);

// The entries of one flight as they are at its time.
struct Read {
    Read(const Tables& tables, const Keys& keys, double time)
        : system(tables.system.at(0, time)),
          carrier(tables.carrier.at(keys.carrier, time)),
          origin(tables.origin.at(keys.origin, time)),
          dest(tables.dest.at(keys.dest, time)),
          route(tables.route.at(keys.route, time)),
          carrier_route(tables.carrier_route.at(keys.carrier_route, time)),
          number(tables.number.at(keys.number, time)),
          regions(tables.regions.at(keys.regions, time)),
          region_from(tables.region_from.at(keys.region_from, time)),
          region_to(tables.region_to.at(keys.region_to, time)),
          miles(keys.thousand_miles) {}

    [[nodiscard]] EffectsOf<const Effect> effects() const {
        EffectsOf<const Effect> all;
        place_effects(all, of_system, &system, 1);
        place_effects(all, of_carrier, &carrier, 1);
        place_effects(all, of_dest, &dest, 1);
        place_effects(all, of_origin, &origin, 1);
        place_effects(all, of_route, &route, 1);
        place_effects(all, of_carrier_route, &carrier_route, 1);
        place_effects(all, of_number, &number, 1);
        place_effects(all, of_regions, &regions, miles);
        place_effects(all, of_region_from, &region_from, 1);
        place_effects(all, of_region_to, &region_to, 1);
        return all;
    }

    Entry<2, 1> system;
    Entry<1, 1> carrier;
    Entry<1, 2> origin;
    Entry<2, 2> dest;
    Entry<5, 3> route;
    Entry<2, 1> carrier_route;
    Entry<3, 2> number;
    Entry<1, 2> regions;
    Entry<0, 1> region_from;
    Entry<0, 1> region_to;
    double miles;
};

void set(Values& values, Value value, double number) {
    // One NaN of all: signs of those that arithmetic makes differ between processors.
    values[static_cast<std::size_t>(value)] =
        std::isnan(number) ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(number);
}

// Means of few flights lean on those of more: a number on its carrier's route, that on the route,
// that on the destination, that on all flights.
void set_minutes_lost(Values& values, const Read& read) {
    const double all_7d = read.system.means[system_means::lost_7d].value(kUsualLost, 2);
    const double all_4h = read.system.means[system_means::lost_4h].value(all_7d, 2);
    const double dest_7d = read.dest.means[dest_means::lost_7d].value(all_7d, 2);
    const double route_14d = read.route.means[route_means::lost_14d].value(dest_7d, 2);
    const double carrier_route =
        read.carrier_route.means[carrier_route_means::lost_14d].value(route_14d, 2);
    using enum Value;
    set(values,
        flight_minutes_lost_21d,
        read.number.means[number_means::lost_21d].value(carrier_route, 2));
    set(values, dest_minutes_lost_2h, read.dest.means[dest_means::lost_2h].value(all_7d, 2));
    set(values, origin_minutes_lost_1h, read.origin.means[origin_means::lost_1h].value(all_7d, 2));
    set(values, region_minutes_lost_2h, read.regions.means[region_means::lost_2h].value(all_4h, 2));
    set(values, route_minutes_lost_8h, read.route.means[route_means::lost_8h].value(route_14d, 2));
    set(values, route_minutes_lost_14d, route_14d);
    set(values, carrier_route_minutes_lost_14d, carrier_route);
    set(values, dest_minutes_lost_7d, dest_7d);
    set(values,
        carrier_minutes_lost_4h,
        read.carrier.means[carrier_means::lost_4h].value(all_4h, 2));
    set(values, system_minutes_lost_4h, all_4h);
    set(values, system_landings_4h, read.system.means[system_means::lost_4h].weight);
}

void set_squares(Values& values, const Read& read) {
    const double route = read.route.means[route_means::squared_14d].value(kUsualSquared, 3);
    set(values, Value::route_minutes_lost_squared_14d, route);
    set(values,
        Value::flight_minutes_lost_squared_21d,
        read.number.means[number_means::squared_21d].value(route, 3));
}

// How much longer flights of the route are aloft today than this one is scheduled to be. The
// schedule is learned from flights of the number where the question does not tell it.
void set_elapsed(Values& values, const Read& read, const std::optional<double>& scheduled) {
    const double long_ago = read.route.means[route_means::elapsed_14d].value(kNothing, 0);
    const double elapsed = read.route.means[route_means::elapsed_8h].value(long_ago, 1);
    const double carriers =
        read.carrier_route.means[carrier_route_means::block_14d].value(kNothing, 0);
    const double block = read.number.means[number_means::block_3d].value(carriers, 0.1);
    set(values, Value::elapsed_over_schedule, elapsed - scheduled.value_or(block));
}

void set_departures(Values& values, const Tables& tables, const Keys& keys, double time) {
    const auto delay_of = [time](const auto& table, std::uint64_t key, double strength) {
        return table.at(key, time).means[departure_means::delay].value(kUsualDepDelay, strength);
    };
    using enum Value;
    set(values,
        carrier_origin_dep_delay_2h,
        delay_of(tables.carrier_origin_departures, keys.carrier_origin, 1));
    set(values, origin_dep_delay_1h, delay_of(tables.origin_departures, keys.origin, 2));
    set(values, dest_dep_delay_2h, delay_of(tables.dest_departures, keys.dest, 2));
}

// The entry of a key that may be missing.
template <typename TableType>
auto touch(TableType& table, std::uint64_t key, double time) -> typename TableType::EntryType* {
    return key == Keys::kNone ? nullptr : table.touch(key, time);
}

}  // namespace

Fold::Fold(std::shared_ptr<const flight::AirportTable> airports) : names_(std::move(airports)) {}

Fold::Fold(Names names, Tables tables, double clock)
    : names_(std::move(names)),
      tables_(std::move(tables)),
      clock_(clock),
      known_until_(clock),
      swept_day_(std::floor(clock / kDay)) {}

Values Fold::values(const Question& question) const {
    const Keys keys = names_.find(question.flight);
    const Read read(tables_, keys, question.time);
    Values values{};
    const auto effects = read.effects();
    set(values, Value::expected_minutes_lost, effects.expected());
    set(values, Value::expected_minutes_lost_error, std::sqrt(effects.variance()));
    set_minutes_lost(values, read);
    set_squares(values, read);
    set_elapsed(values, read, question.scheduled_elapsed);
    set_departures(values, tables_, keys, question.time);
    return values;
}

std::size_t Fold::table_bytes() const {
    std::size_t bytes = bytes_of(told_);
    for_each_table(tables_, [&bytes](const auto& table) { bytes += bytes_of(table.entries()); });
    return bytes;
}

Folded Fold::add(const News& news) {
    const Folded end = take(news);
    ++counts_[static_cast<std::size_t>(end)];
    return end;
}

Folded Fold::take(const News& news) {
    if (news.reported <= known_until_) return Folded::known;
    const bool is_late = news.reported < clock_ - kLateMax &&
                         !base::is_planted(base::PlantedBug::fold_takes_late_reports);
    if (is_late) return Folded::late;
    const auto keys = names_.learn(news.flight);
    if (!keys) return Folded::unusable;
    move_clock(news.reported);
    Told spare;
    Told& told = told_of(*keys, news, spare);
    switch (news.event) {
        case arrival::Event::departed:
            return take_departure(*keys, news, told);
        case arrival::Event::landed:
            return take_landing(*keys, news, told);
        case arrival::Event::cancelled:
        case arrival::Event::diverted:
            break;
    }
    return take_back(*keys, news, told);
}

// Once a day of its clock what is too old is forgotten.
void Fold::move_clock(double time) {
    clock_ = std::max(clock_, time);
    const double day = std::floor(clock_ / kDay);
    if (day <= swept_day_) return;
    swept_day_ = day;
    boost::unordered::erase_if(told_, [this](const auto& item) {
        const Told& told = item.second;
        return std::max(told.left, told.renewed) < clock_ - kCorrectable;
    });
    for_each_table(tables_, [this](auto& table) { table.forget_before(clock_ - kForgotten); });
}

// `spare` for a flight that cannot be told apart from others, or for which there is no room: each
// of its reports counts as one of another flight.
Fold::Told& Fold::told_of(const Keys& keys, const News& news, Told& spare) {
    const bool has_identity = keys.number != Keys::kNone || news.crs >= 0;
    if (!has_identity) return spare;
    // No name has the last code: so a flight without a number is none of those with one.
    constexpr std::uint64_t kNoNumber = 0xFFFF;
    const std::uint64_t unnumbered = keys.carrier << 48U | kNoNumber << 32U | keys.route;
    const std::uint64_t flight = keys.number != Keys::kNone ? keys.number : unnumbered;
    const auto day = static_cast<std::uint32_t>(news.day);
    const auto crs = static_cast<std::uint16_t>(news.crs);
    const FlightId id{flight, std::uint64_t{day} << 16U | crs};
    const auto found = told_.find(id);
    if (found != told_.end()) return found->second;
    if (told_.size() >= kToldMax) return spare;
    return told_.emplace(id, Told{}).first->second;
}

Folded Fold::take_departure(const Keys& keys, const News& news, Told& told) {
    if (!news.dep_delay) return Folded::unusable;
    const float delay = clip(*news.dep_delay, kDepDelayMin, kDepDelayMax);
    const bool is_first = told.left == 0;
    if (!is_first && (news.rank > told.left_rank || told.landed != 0)) return Folded::repeated;
    told.left_rank = news.rank;
    if (is_first) {
        told.left = news.reported;
    } else {
        if (told.dep_delay == *news.dep_delay) return Folded::repeated;
        add_departure(keys, told.left, clip(told.dep_delay, kDepDelayMin, kDepDelayMax), -1);
    }
    told.dep_delay = *news.dep_delay;
    add_departure(keys, told.left, delay, 1);
    return is_first ? Folded::added : Folded::corrected;
}

Folded Fold::take_landing(const Keys& keys, const News& news, Told& told) {
    const bool has_delays = news.arr_delay && (news.dep_delay || told.left != 0);
    if (!has_delays) return Folded::unusable;
    const double dep_delay = news.dep_delay.value_or(told.dep_delay);
    const float lost = clip(double{*news.arr_delay} - dep_delay, kLostMin, kLostMax);
    const Landing landing{.time = news.reported, .lost = lost, .elapsed = elapsed_of(news)};
    if (!counts(told.renewed, told.rank, news)) return Folded::repeated;
    told.renewed = news.reported;
    told.rank = news.rank;
    if (told.landed == 0 || base::is_planted(base::PlantedBug::fold_counts_repeats)) {
        add_landing(keys, told, landing);
        return Folded::added;
    }
    if (told.lost == lost && is_same(told.elapsed, landing.elapsed)) return Folded::repeated;
    correct(keys, told, landing);
    return Folded::corrected;
}

// A flight that landed by one report and was cancelled or diverted by a later one; of one that was
// not told to have landed it is kept in mind, so that a worse source's landing does not count.
Folded Fold::take_back(const Keys& keys, const News& news, Told& told) {
    if (!counts(told.renewed, told.rank, news)) return Folded::repeated;
    told.renewed = news.reported;
    told.rank = news.rank;
    if (told.landed == 0) return Folded::unusable;
    change_means(keys, {.time = told.landed, .lost = told.lost, .elapsed = told.elapsed}, -1);
    move_effects(keys, told, -clipped_surprise(told.lost, told.expected));
    told.landed = 0;
    return Folded::corrected;
}

void Fold::add_departure(const Keys& keys, double time, double delay, double sign) {
    const auto add = [&](auto& table, std::uint64_t key) {
        add_mean(
            touch(table, key, time), table.shape(), departure_means::delay, {time, delay, sign}
        );
    };
    add(tables_.carrier_origin_departures, keys.carrier_origin);
    add(tables_.origin_departures, keys.origin);
    add(tables_.dest_departures, keys.dest);
}

EffectsOf<Effect> Fold::touch_effects(const Keys& keys, double time) {
    EffectsOf<Effect> all;
    const auto place = [&](std::size_t first, auto& table, std::uint64_t key, double x) {
        place_effects(all, first, touch(table, key, time), x);
    };
    place(of_system, tables_.system, 0, 1);
    place(of_carrier, tables_.carrier, keys.carrier, 1);
    place(of_dest, tables_.dest, keys.dest, 1);
    place(of_origin, tables_.origin, keys.origin, 1);
    place(of_route, tables_.route, keys.route, 1);
    place(of_carrier_route, tables_.carrier_route, keys.carrier_route, 1);
    place(of_number, tables_.number, keys.number, 1);
    place(of_regions, tables_.regions, keys.regions, keys.thousand_miles);
    place(of_region_from, tables_.region_from, keys.region_from, 1);
    place(of_region_to, tables_.region_to, keys.region_to, 1);
    return all;
}

void Fold::add_landing(const Keys& keys, Told& told, const Landing& landing) {
    told.landed = landing.time;
    told.lost = landing.lost;
    told.elapsed = landing.elapsed;
    EffectsOf<Effect> effects = touch_effects(keys, landing.time);
    told.expected = static_cast<float>(effects.expected());
    told.gains = learn_surprise(effects, clipped_surprise(landing.lost, told.expected));
    change_means(keys, landing, 1);
}

// Adds a landing to all means, or takes it out again. Its tables have been touched.
void Fold::change_means(const Keys& keys, const Landing& landing, double sign) {
    const double lost = landing.lost;
    const auto change = [&](auto& table, std::uint64_t key, std::size_t mean, double value) {
        add_mean(table.find(key), table.shape(), mean, {landing.time, value, sign});
    };
    change(tables_.system, 0, system_means::lost_4h, lost);
    change(tables_.system, 0, system_means::lost_7d, lost);
    change(tables_.carrier, keys.carrier, carrier_means::lost_4h, lost);
    change(tables_.origin, keys.origin, origin_means::lost_1h, lost);
    change(tables_.dest, keys.dest, dest_means::lost_2h, lost);
    change(tables_.dest, keys.dest, dest_means::lost_7d, lost);
    change(tables_.route, keys.route, route_means::lost_8h, lost);
    change(tables_.route, keys.route, route_means::lost_14d, lost);
    change(tables_.route, keys.route, route_means::squared_14d, squared(lost));
    change(tables_.carrier_route, keys.carrier_route, carrier_route_means::lost_14d, lost);
    change(tables_.number, keys.number, number_means::lost_21d, lost);
    change(tables_.number, keys.number, number_means::squared_21d, squared(lost));
    change(tables_.regions, keys.regions, region_means::lost_2h, lost);
    if (std::isnan(landing.elapsed)) return;
    const double elapsed = landing.elapsed;
    const double block = elapsed - lost;
    change(tables_.route, keys.route, route_means::elapsed_8h, elapsed);
    change(tables_.route, keys.route, route_means::elapsed_14d, elapsed);
    change(tables_.carrier_route, keys.carrier_route, carrier_route_means::block_14d, block);
    change(tables_.number, keys.number, number_means::block_3d, block);
}

void Fold::correct(const Keys& keys, Told& told, const Landing& landing) {
    const Landing before{.time = told.landed, .lost = told.lost, .elapsed = told.elapsed};
    Landing after = landing;
    if (!base::is_planted(base::PlantedBug::fold_dates_corrections_anew)) after.time = told.landed;
    if (!base::is_planted(base::PlantedBug::fold_keeps_old_values)) change_means(keys, before, -1);
    change_means(keys, after, 1);
    const double surprise = clipped_surprise(told.lost, told.expected);
    move_effects(keys, told, clipped_surprise(landing.lost, told.expected) - surprise);
    told.lost = landing.lost;
    told.elapsed = landing.elapsed;
}

// Moves the effects as if the surprise at the landing had been larger by `surprise`.
void Fold::move_effects(const Keys& keys, const Told& told, double surprise) {
    const auto move = [&](std::size_t first, auto& table, std::uint64_t key) {
        auto* const entry = key == Keys::kNone ? nullptr : table.find(key);
        if (entry == nullptr) return;
        for (std::size_t i = 0; i < entry->effects.size(); ++i) {
            const double half_life = table.shape().effects[i].half_life;
            const double left = decay(entry->time - told.landed, half_life);
            entry->effects[i].minutes += double{told.gains[first + i]} * surprise * left;
        }
    };
    move(of_system, tables_.system, 0);
    move(of_carrier, tables_.carrier, keys.carrier);
    move(of_dest, tables_.dest, keys.dest);
    move(of_origin, tables_.origin, keys.origin);
    move(of_route, tables_.route, keys.route);
    move(of_carrier_route, tables_.carrier_route, keys.carrier_route);
    move(of_number, tables_.number, keys.number);
    move(of_regions, tables_.regions, keys.regions);
    move(of_region_from, tables_.region_from, keys.region_from);
    move(of_region_to, tables_.region_to, keys.region_to);
}

}  // namespace flightcast::features::online
