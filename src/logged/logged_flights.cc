// SPDX-License-Identifier: Apache-2.0
#include "logged/logged_flights.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "flight/calendar/date.h"
#include "flight/prediction_json.h"
#include "judging/evaluation_json.h"

namespace flightcast::logged {

using base::Errc;
using base::fail;
using base::Result;
using judging::Evaluation;
using judging::Verdict;
using replay::Fate;
using replay::Flight;
using std::chrono::sys_seconds;

namespace {

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
constexpr double kDelayMinutesMax = 14'400;  // as of files
constexpr std::uint16_t kOfPeriod = 0;
constexpr std::uint16_t kHistory = 1;

sys_seconds second_of(base::WallTime time) {
    return std::chrono::floor<std::chrono::seconds>(time);
}

std::optional<dataset::Day> day_of(const std::optional<std::string>& flight_date) {
    if (!flight_date) return std::nullopt;
    return dataset::parse_day(std::string_view(*flight_date).substr(0, 10));
}

std::int16_t minute_of(std::int32_t hhmm) {
    return hhmm < 0 ? std::int16_t{-1} : static_cast<std::int16_t>(hhmm / 100 * 60 + hhmm % 100);
}

// The texts of a flight as codes of the list.
struct Names {
    std::string_view carrier;
    std::string_view number;
    std::string_view origin;
    std::string_view dest;
};

Result<void> name_flight(replay::FlightList& list, const Names& names, Flight& flight) {
    const auto carrier = list.carriers.intern(names.carrier);
    const auto number = list.numbers.intern(names.number);
    const auto origin = list.airports.intern(names.origin);
    const auto dest = list.airports.intern(names.dest);
    if (!carrier || !number || !origin || !dest) {
        return fail(
            Errc::full, "more than 65,535 different carriers, flight numbers or airports in the log"
        );
    }
    flight.carrier = *carrier;
    flight.number = *number;
    flight.origin = *origin;
    flight.dest = *dest;
    return {};
}

std::string_view text_of(const std::optional<std::string>& text) {
    return text ? std::string_view(*text) : std::string_view();
}

// arrival::flight_key() of the flight; empty when it does not name all of it.
std::string key_of(const Evaluation& evaluation) {
    const auto date = flight::parse_flight_date(evaluation.flight_date.value_or(""));
    const bool is_whole = date && !text_of(evaluation.flight_num).empty() && evaluation.carrier &&
                          evaluation.origin && evaluation.dest;
    if (!is_whole) return {};
    return arrival::flight_key(
        date->date,
        *evaluation.carrier,
        *evaluation.flight_num,
        *evaluation.origin,
        *evaluation.dest
    );
}

// The fault of a prediction that cannot be a row; empty when it can.
std::string fault_of(const Evaluation& evaluation) {
    if (!day_of(evaluation.flight_date)) return "missing FlightDate";
    if (text_of(evaluation.carrier).empty()) return "missing Carrier";
    if (text_of(evaluation.origin).empty()) return "missing Origin";
    if (text_of(evaluation.dest).empty()) return "missing Dest";
    if (!evaluation.dep_delay) return "missing DepDelay";
    const bool is_flown = evaluation.verdict == Verdict::judged;
    const double arr_delay = is_flown ? static_cast<double>(evaluation.arr_delay) : 0;
    const double furthest = std::max(std::abs(*evaluation.dep_delay), std::abs(arr_delay));
    return furthest > kDelayMinutesMax ? "bad delay" : "";
}

// By the times of the requests, so that the same log gives the same list.
std::vector<const Evaluation*> in_order(
    const std::unordered_map<base::Uuid, Evaluation>& evaluations
) {
    std::vector<const Evaluation*> ordered;
    ordered.reserve(evaluations.size());
    for (const auto& [id, evaluation] : evaluations) ordered.push_back(&evaluation);
    std::ranges::sort(ordered, {}, [](const Evaluation* one) {
        return std::pair(one->requested_at, one->id);
    });
    return ordered;
}

// When it was known that the flight had ended, in seconds after its landing.
std::int32_t lag_of(sys_seconds landed, base::WallTime reported) {
    constexpr std::int64_t kLagMax = std::numeric_limits<std::int32_t>::max();
    const std::int64_t lag = (second_of(reported) - landed).count();
    return static_cast<std::int32_t>(std::clamp(lag, -kLagMax, kLagMax));
}

// Numbers names as a file of the rows would, in their order: what is learned depends on it.
void renumber(replay::FlightList& list) {
    replay::FlightList named;
    for (const bool rows : {true, false}) {
        for (Flight& flight : list.flights) {
            const bool is_row = flight.file == kOfPeriod && flight.fate == Fate::landed;
            if (is_row != rows) continue;
            flight.carrier = *named.carriers.intern(list.carrier(flight));
            flight.number = *named.numbers.intern(list.number(flight));
            const auto origin = named.airports.intern(list.origin(flight));
            flight.dest = *named.airports.intern(list.dest(flight));
            flight.origin = *origin;
        }
    }
    list.carriers = std::move(named.carriers);
    list.numbers = std::move(named.numbers);
    list.airports = std::move(named.airports);
}

// The end of a flight that was asked about, and left at `left`.
void end_flight(Flight& flight, const Evaluation& evaluation, sys_seconds left) {
    flight.arr_delay = kNone;
    flight.departed = second_of(evaluation.requested_at);
    flight.landed = std::max(second_of(evaluation.reported_at), flight.departed);
    if (evaluation.verdict == Verdict::judged) {
        const auto aloft = second_of(evaluation.arrived_at) - left;
        flight.landed = flight.departed + std::max(aloft, std::chrono::seconds(0));
        flight.arr_delay = evaluation.arr_delay;
    } else if (evaluation.verdict == Verdict::cancelled) {
        flight.fate = Fate::cancelled;
        flight.departed = flight.landed;
        flight.dep_delay = kNone;
    } else {
        flight.fate = Fate::diverted;
    }
    // Known when it was reported, and not before it was asked about.
    flight.known_after = std::max(
        lag_of(flight.landed, evaluation.reported_at), lag_of(flight.landed, flight.departed)
    );
}

// The same of one that nobody asked about; false when its times are not told.
bool end_flight(Flight& flight, const ToldFlight& told, const arrival::Report& end) {
    flight.departed = flight.landed = second_of(end.reported_at);
    flight.fate = Fate::cancelled;
    flight.dep_delay = flight.arr_delay = flight.distance = kNone;
    if (end.event == arrival::Event::cancelled) return true;
    if (!told.departed_at || !told.dep_delay || *told.departed_at > end.reported_at) return false;
    flight.departed = second_of(*told.departed_at);
    flight.dep_delay = static_cast<float>(*told.dep_delay);
    flight.fate = Fate::diverted;
    if (end.event != arrival::Event::landed) return true;
    flight.fate = Fate::landed;
    flight.landed = std::max(second_of(end.arrived_at), flight.departed);
    flight.arr_delay = end.arr_delay;
    flight.known_after = lag_of(flight.landed, end.reported_at);
    return true;
}

}  // namespace

LoggedFlights::LoggedFlights(LoggedOptions options)
    : options_(std::move(options)),
      evaluator_(
          {.topics = options_.topics,
           .zone = options_.zone,
           .horizon = options_.horizon,
           .sources = options_.sources,
           .forgets = false}
      ),
      told_(options_.sources) {}

bool LoggedFlights::is_before_end(dataset::Day day) const {
    return !options_.period.to || day <= *options_.period.to;
}

bool LoggedFlights::is_in_period(dataset::Day day) const {
    return is_before_end(day) && (!options_.period.from || day >= *options_.period.from);
}

Result<void> LoggedFlights::take(const eventlog::Record& record) {
    if (!record.value) return {};
    if (record.at.topic == options_.topics.evaluation) {
        const auto evaluation = judging::decode_evaluation(*record.value);
        if (evaluation) take_evaluation(*evaluation);
    } else if (record.at.topic == options_.topics.arrival) {
        told_.take(record);
    } else {
        const auto prediction = flight::decode_prediction(*record.value, options_.zone);
        if (!prediction) return {};
        const flight::Request& request = prediction->request;
        const float miles = request.distance ? static_cast<float>(*request.distance) : kNone;
        const bool is_first = distances_.emplace(request.id, miles).second;
        const auto day = day_of(request.flight_date);
        if (is_first && day && is_in_period(*day)) ++asked_;
    }
    if (distances_.size() > options_.flights_max) {
        return fail(
            Errc::full,
            "the log has more than " + std::to_string(options_.flights_max) + " predictions"
        );
    }
    evaluator_.consume({record});
    return {};
}

// Of a revision the first record counts.
void LoggedFlights::take_evaluation(const Evaluation& evaluation) {
    const auto [place, is_new] = evaluations_.try_emplace(evaluation.id, evaluation);
    if (!is_new && evaluation.revision > place->second.revision) place->second = evaluation;
}

// Whether a prediction becomes a flight of the list; counts why not.
bool LoggedFlights::is_usable(const Evaluation& evaluation, Logged& to) const {
    const auto day = day_of(evaluation.flight_date);
    if (day && !is_before_end(*day)) return false;
    const bool is_wanted = !day || is_in_period(*day);
    if (evaluation.verdict == Verdict::ambiguous && is_wanted) ++to.ambiguous;
    if (evaluation.verdict > Verdict::diverted) return false;  // Its flight has no known end.
    const std::string fault = fault_of(evaluation);
    if (!fault.empty() && is_wanted) ++to.report.bad[fault];
    return fault.empty();
}

// When the flight left, for the time that it was aloft: one that was asked about before it left was
// not.
sys_seconds LoggedFlights::left_at(const Evaluation& evaluation) {
    const sys_seconds asked = second_of(evaluation.requested_at);
    const std::string key = key_of(evaluation);
    if (key.empty()) return asked;
    predicted_.insert(key);
    const auto told = told_.flights().find(key);
    const bool is_told = told != told_.flights().end() && told->second.departed_at;
    return is_told ? second_of(*told->second.departed_at) : asked;
}

Result<void> LoggedFlights::append(const Evaluation& evaluation, Logged& to) {
    if (!is_usable(evaluation, to)) return {};
    Flight flight;
    const Names names{
        *evaluation.carrier, text_of(evaluation.flight_num), *evaluation.origin, *evaluation.dest
    };
    FC_TRY_VOID(name_flight(to.list, names, flight));
    flight.day = *day_of(evaluation.flight_date);
    flight.file = is_in_period(flight.day) ? kOfPeriod : kHistory;
    flight.scheduled_minute = minute_of(evaluation.crs_dep_time.value_or(-1));
    flight.dep_delay = static_cast<float>(*evaluation.dep_delay);
    const auto distance = distances_.find(evaluation.id);
    flight.distance = distance == distances_.end() ? kNone : distance->second;
    end_flight(flight, evaluation, left_at(evaluation));
    to.list.flights.push_back(flight);
    if (flight.file != kOfPeriod) return {};
    ++(flight.fate == Fate::landed     ? to.report.kept
       : flight.fate == Fate::diverted ? to.report.diverted
                                       : to.report.cancelled);
    return {};
}

// Flights that nobody asked about: what the online features know of them, too.
Result<void> LoggedFlights::append_told(Logged& to) const {
    const std::map<std::string_view, const ToldFlight*> ordered = told_.in_order();
    for (const auto& [key, of_key] : ordered) {
        const ToldFlight& told = *of_key;
        const arrival::Report* const end = told_.end_of(told);
        if (end == nullptr || predicted_.contains(std::string(key))) continue;
        const auto& date = *told.named.flight_date;
        const dataset::Day day =
            std::chrono::sys_days(std::chrono::days(flight::days_since_epoch(date)));
        if (!is_before_end(day)) continue;
        Flight flight;
        if (!end_flight(flight, told, *end)) {
            ++to.untold;
            continue;
        }
        const Names names{
            *told.named.carrier,
            text_of(told.named.flight_num),
            *told.named.origin,
            *told.named.dest
        };
        FC_TRY_VOID(name_flight(to.list, names, flight));
        flight.day = day;
        flight.file = kHistory;
        flight.scheduled_minute = minute_of(told.named.crs_dep_time.value_or(-1));
        to.list.flights.push_back(flight);
    }
    return {};
}

std::string LoggedFlights::nothing_usable(const Logged& logged) const {
    std::string text = logged.report.file + " has " + std::to_string(asked_) +
                       " predictions of the period, of which none has an arrival to learn from";
    for (const auto& [cause, rows] : logged.report.bad) {
        text += "; " + std::to_string(rows) + " with " + cause;
    }
    if (logged.ambiguous > 0) {
        text += "; of " + std::to_string(logged.ambiguous) +
                " the arrival may be that of another flight: send CRSDepTime";
    }
    return text + "; see `flightcast arrivals tail`, and --from and --to";
}

Result<Logged> LoggedFlights::finish(const std::string& name, const flight::RouteTable& routes) && {
    for (const auto& record : evaluator_.take_due(std::numeric_limits<std::size_t>::max())) {
        const auto evaluation = judging::decode_evaluation(*record.value);
        // Of reports that were trimmed the evaluator knows nothing; what it published then counts.
        const bool is_forgotten = evaluation && evaluation->verdict == Verdict::withdrawn &&
                                  !told_.flights().contains(key_of(*evaluation));
        if (evaluation && !is_forgotten) take_evaluation(*evaluation);
    }
    Logged logged;
    logged.report.file = name;
    logged.report.reading = "predictions beside their arrivals";
    for (const Evaluation* evaluation : in_order(evaluations_)) {
        FC_TRY_VOID(append(*evaluation, logged));
    }
    FC_TRY_VOID(append_told(logged));
    replay::FlightList& list = logged.list;
    for (Flight& flight : list.flights) {
        if (!std::isnan(flight.distance)) continue;
        const auto miles = routes.distance(list.origin(flight), list.dest(flight));
        if (miles) flight.distance = static_cast<float>(*miles);
    }
    if (logged.report.kept == 0) return fail(Errc::invalid_argument, nothing_usable(logged));
    const std::size_t ended = logged.report.kept + logged.report.cancelled +
                              logged.report.diverted + logged.report.bad_rows() + logged.ambiguous;
    logged.waiting = asked_ > ended ? asked_ - ended : 0;
    list.arrange();
    renumber(list);
    return logged;
}

}  // namespace flightcast::logged
