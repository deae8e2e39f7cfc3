// SPDX-License-Identifier: Apache-2.0
#include "scoring/fold_schedule_testing.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "arrival/arrival_json.h"
#include "base/random.h"
#include "features/online/report.h"
#include "features/online/tables.h"
#include "scoring/live_fold.h"

namespace flightcast::scoring {
namespace {

using namespace std::chrono_literals;
using arrival::Arrival;
using arrival::Event;
using eventlog::Record;
using features::online::Fold;
using features::online::kDay;
using features::online::kHour;
using features::online::Mean;

constexpr base::WallTime kBegin{std::chrono::sys_days(std::chrono::year(2008) / 4 / 1)};
constexpr std::size_t kFlights = 24;
const std::vector<std::string> kRanked{"towers", "airline"};

double seconds_of(base::WallTime time) {
    return std::chrono::duration<double>(time.time_since_epoch()).count();
}

struct Flight {
    std::string number;
    std::string origin;
    std::string dest;
    std::int32_t crs = 0;
};

struct Told {
    base::WallTime appended;
    Arrival report;
    std::size_t flight = 0;
};

// The reports of all flights, in the order of the log.
class Reports {
  public:
    explicit Reports(base::SeededRandom& random) : random_(random) {
        for (std::size_t i = 0; i < kFlights; ++i) {
            flights_.push_back(
                {std::to_string(100 + i),
                 random_.below(2) == 0 ? "ATL" : "JFK",
                 random_.below(2) == 0 ? "SFO" : "OAK",
                 static_cast<std::int32_t>(600 + i)}
            );
            tell(i);
        }
        std::ranges::stable_sort(told_, {}, &Told::appended);
    }

    [[nodiscard]] const std::vector<Flight>& flights() const { return flights_; }
    [[nodiscard]] const std::vector<Told>& told() const { return told_; }

  private:
    [[nodiscard]] bool happens(std::uint64_t in_ten) { return random_.below(10) < in_ten; }
    [[nodiscard]] std::chrono::minutes minutes(std::uint64_t below) {
        return std::chrono::minutes(random_.below(below));
    }
    [[nodiscard]] std::string source() {
        static const char* const all[] = {"towers", "airline", "other", "", "client"};
        return all[random_.below(std::size(all))];
    }

    [[nodiscard]] Arrival report_of(std::size_t i) {
        const Flight& flight = flights_[i];
        Arrival report;
        report.flight_date = flight::CalendarDate{2008, 4, 1};
        report.carrier = "AA";
        report.origin = flight.origin;
        report.dest = flight.dest;
        report.flight_num = flight.number;
        report.crs_dep_time = flight.crs;
        report.dep_delay = static_cast<double>(random_.below(60)) - 10;
        report.source = source();
        return report;
    }

    void add(std::size_t i, Arrival report, base::WallTime reported) {
        report.reported_at = reported;
        const auto delay = happens(1) ? std::chrono::minutes(1'500) : minutes(20);
        told_.push_back({reported + delay, report, i});
        if (happens(2)) told_.push_back({reported + delay + minutes(600), report, i});
    }

    void tell(std::size_t i) {
        const base::WallTime left = kBegin + 1h + minutes(24 * 60);
        const base::WallTime landed = left + 40min + minutes(300);
        Arrival departure = report_of(i);
        const double delay = *departure.dep_delay;
        if (happens(8)) add(i, departure, left);
        if (happens(2)) add(i, report_of(i), left + minutes(30));
        Arrival landing = report_of(i);
        landing.dep_delay = delay;
        for (int times = 0; times < 3 && (times == 0 || happens(4)); ++times) {
            landing.source = source();
            landing.arr_delay = *landing.dep_delay + static_cast<double>(random_.below(80)) - 30;
            add(i, landing, landed + times * minutes(400));
        }
        if (!happens(2)) return;
        Arrival cancelled = report_of(i);
        cancelled.dep_delay.reset();
        cancelled.cancelled = true;
        add(i, cancelled, landed + minutes(500));
    }

    base::SeededRandom& random_;
    std::vector<Flight> flights_;
    std::vector<Told> told_;
};

// What is known of the flights by the rules of docs/arrivals.md, made anew for each question.
class Known {
  public:
    void take(const Told& told) {
        const Arrival& report = told.report;
        if (report.source == arrival::kClientSource) return;
        const double reported = seconds_of(std::min(*report.reported_at, told.appended));
        if (reported < clock_ - kDay) {
            ++late;
            return;
        }
        clock_ = std::max(clock_, reported);
        const auto place = std::ranges::find(kRanked, report.source);
        const int rank = static_cast<int>(place - kRanked.begin());
        State& state = states_[told.flight];
        if (arrival::event_of(report) == Event::departed) {
            take_departure(state, rank, reported, *report.dep_delay);
            return;
        }
        const bool counts = !state.ended || rank < state.ended->first ||
                            (rank == state.ended->first && reported >= state.ended->second);
        if (!counts) return;
        state.ended = {rank, reported};
        if (arrival::event_of(report) == Event::cancelled) {
            corrections += state.lost ? 1U : 0U;
            state.lost.reset();
            return;
        }
        const double lost = std::clamp(*report.arr_delay - *report.dep_delay, -60.0, 120.0);
        corrections += state.lost && *state.lost != lost ? 1U : 0U;
        if (!state.lost) state.landed = reported;
        state.lost = lost;
    }

    // Sum and weight of a decayed mean over the flights that `is_wanted`.
    template <typename IsWanted>
    [[nodiscard]] Mean lost(double half_life, double now, const IsWanted& is_wanted) const {
        Mean mean;
        for (const auto& [flight, state] : states_) {
            if (!state.lost || !is_wanted(flight)) continue;
            mean.add(*state.lost, std::exp2(-(now - state.landed) / half_life));
        }
        return mean;
    }
    template <typename IsWanted>
    [[nodiscard]] Mean delays(double half_life, double now, const IsWanted& is_wanted) const {
        Mean mean;
        for (const auto& [flight, state] : states_) {
            if (!state.left || !is_wanted(flight)) continue;
            const double delay = std::clamp(state.left->second, -20.0, 180.0);
            mean.add(delay, std::exp2(-(now - state.left_at) / half_life));
        }
        return mean;
    }

    [[nodiscard]] double clock() const { return clock_; }

    std::size_t corrections = 0;
    std::size_t late = 0;

  private:
    struct State {
        std::optional<std::pair<int, double>> left;  // rank and delay of the departure
        double left_at = 0;
        std::optional<std::pair<int, double>> ended;  // rank and time of the report that counts
        std::optional<double> lost;
        double landed = 0;
    };

    static void take_departure(State& state, int rank, double reported, double delay) {
        if (!state.left) {
            state.left = {rank, delay};
            state.left_at = reported;
            return;
        }
        if (rank <= state.left->first && !state.lost) state.left = {rank, delay};
    }

    std::map<std::size_t, State> states_;
    double clock_ = 0;
};

bool is_near(const Mean& a, const Mean& b) {
    return std::abs(a.sum - b.sum) < 1e-5 && std::abs(a.weight - b.weight) < 1e-7;
}

std::vector<std::uint32_t> bits_of(const std::vector<float>& values) {
    std::vector<std::uint32_t> bits;
    for (const float value : values) bits.push_back(std::bit_cast<std::uint32_t>(value));
    return bits;
}

class Play {
  public:
    explicit Play(std::uint64_t seed)
        : random_(seed), reports_(random_), base_(std::make_shared<const Fold>(nullptr)) {
        start();
    }

    FoldPlayed run() {
        while (!played_.fault && appended_ < reports_.told().size()) {
            switch (random_.below(12)) {
                case 0:
                    ++played_.kills;
                    start();
                    break;
                case 1:
                case 2:
                    answer();
                    break;
                case 3:
                    read(1 + random_.below(3));
                    break;
                default:
                    append();
            }
        }
        if (!played_.fault) answer();
        played_.corrections = known_.corrections;
        played_.late = known_.late;
        return played_;
    }

  private:
    void start() {
        live_.emplace(base_, arrival::SourceRanks(kRanked));
        read_ = 0;
    }

    void append() {
        const Told& told = reports_.told()[appended_];
        log_.push_back(
            {.at = {"arrivals", eventlog::PartitionId(0)},
             .offset = eventlog::Offset(static_cast<std::int64_t>(appended_)),
             .appended = std::chrono::floor<std::chrono::milliseconds>(told.appended),
             .key = "k",
             .value = arrival::encode_arrival(told.report),
             .headers = {}}
        );
        known_.take(told);
        ++appended_;
    }

    void read(std::size_t most) {
        const std::size_t end = std::min(read_ + most, log_.size());
        live_->consume({log_.begin() + std::ptrdiff_t(read_), log_.begin() + std::ptrdiff_t(end)});
        read_ = end;
    }

    void answer() {
        while (read_ < log_.size()) read(1 + random_.below(8));
        if (log_.empty()) return;
        ++played_.answers;
        const Flight& flight = reports_.flights()[random_.below(kFlights)];
        flight::Request request;
        request.carrier = "AA";
        request.origin = flight.origin;
        request.dest = flight.dest;
        request.flight_num = flight.number;
        request.requested_at = log_.back().appended + 1min;
        const flight::OnlineValues values = live_->values(request);
        const auto last = static_cast<std::int64_t>(log_.size()) - 1;
        if (values.arrival_offset != last) {
            played_.fault = "an answer does not name the last arrival that it knows";
            return;
        }
        LiveFold again(base_, arrival::SourceRanks(kRanked));
        again.consume({log_.begin(), log_.begin() + std::ptrdiff_t(last + 1)});
        if (bits_of(again.values(request).values) != bits_of(values.values)) {
            played_.fault = "the values are not those of the arrivals up to the named one";
            return;
        }
        compare(flight);
    }

    void compare(const Flight& flight) {
        const Fold& fold = live_->fold();
        const auto keys = fold.names().find({"AA", flight.number, flight.origin, flight.dest});
        const double now = fold.clock();
        const auto& tables = fold.tables();
        const auto& all = reports_.flights();
        const auto is_to = [&](std::size_t i) { return all[i].dest == flight.dest; };
        const auto is_from = [&](std::size_t i) { return all[i].origin == flight.origin; };
        const auto is_on = [&](std::size_t i) { return is_to(i) && is_from(i); };
        const auto is_it = [&](std::size_t i) { return all[i].number == flight.number; };
        namespace online = features::online;
        check(
            "of the destination",
            tables.dest.at(keys.dest, now).means[online::dest_means::lost_2h],
            known_.lost(2 * kHour, now, is_to)
        );
        check(
            "of the route",
            tables.route.at(keys.route, now).means[online::route_means::lost_14d],
            known_.lost(14 * kDay, now, is_on)
        );
        check(
            "of the number",
            tables.number.at(keys.number, now).means[online::number_means::lost_21d],
            known_.lost(21 * kDay, now, is_it)
        );
        check(
            "of departures",
            tables.origin_departures.at(keys.origin, now).means[0],
            known_.delays(1 * kHour, now, is_from)
        );
    }

    void check(const char* name, const Mean& folded, const Mean& anew) {
        if (played_.fault || is_near(folded, anew)) return;
        played_.fault = std::string("the mean ") + name + " is " + std::to_string(folded.sum) +
                        " of weight " + std::to_string(folded.weight) + ", made anew " +
                        std::to_string(anew.sum) + " of " + std::to_string(anew.weight);
    }

    base::SeededRandom random_;
    const Reports reports_;
    const std::shared_ptr<const Fold> base_;
    std::optional<LiveFold> live_;
    std::vector<Record> log_;
    std::size_t appended_ = 0;
    std::size_t read_ = 0;  // of the log, by the scorer that lives
    Known known_;
    FoldPlayed played_;
};

}  // namespace

FoldPlayed play_fold_schedule(std::uint64_t seed) {
    return Play(seed).run();
}

}  // namespace flightcast::scoring
