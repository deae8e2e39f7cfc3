// SPDX-License-Identifier: Apache-2.0
#include "timeline/fold_run.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "features/online/state_file.h"

namespace flightcast::timeline {
namespace {

using features::online::Fold;
using features::online::News;
using replay::Fate;
using replay::Flight;
using replay::FlightList;
using replay::PlannedReport;
using replay::Step;

double seconds_of(std::chrono::sys_seconds time) {
    return static_cast<double>(time.time_since_epoch().count());
}

features::online::FlightName name_of(const FlightList& list, const Flight& flight) {
    return {
        .carrier = list.carrier(flight),
        .number = list.number(flight),
        .origin = list.origin(flight),
        .dest = list.dest(flight)
    };
}

News news_about(const FlightList& list, const PlannedReport& report) {
    const Flight& flight = list.flights[report.flight];
    const int crs = flight.scheduled_minute / 60 * 100 + flight.scheduled_minute % 60;
    News news{
        .flight = name_of(list, flight),
        .day = static_cast<std::int32_t>(flight.day.time_since_epoch().count()),
        .crs = static_cast<std::int16_t>(crs),
        .event = arrival::Event::departed,
        .reported = seconds_of(report.time)
    };
    if (flight.fate != Fate::cancelled) news.dep_delay = flight.dep_delay;
    return news;
}

// Takes the states at the ends of days.
class Cutter {
  public:
    Cutter(const FlightList& list, const FoldRunOptions& options)
        : list_(list), options_(options) {}

    base::Result<void> look_at(const Step& step, Fold& fold) {
        while (next_ < options_.cuts.size() && has_later(step)) FC_TRY_VOID(cut(fold));
        return {};
    }

    base::Result<std::vector<CutState>> finish(Fold& fold) {
        while (next_ < options_.cuts.size()) FC_TRY_VOID(cut(fold));
        return std::move(states_);
    }

  private:
    [[nodiscard]] bool has_later(const Step& step) const {
        const dataset::Day last = options_.cuts[next_];
        const auto is_later = [&](std::uint32_t flight) {
            return list_.flights[flight].day > last;
        };
        const auto tells_later = [&](const PlannedReport& report) {
            return is_later(report.flight);
        };
        return std::ranges::any_of(step.requests, is_later) ||
               std::ranges::any_of(step.arrivals, tells_later);
    }

    base::Result<void> cut(Fold& fold) {
        const dataset::Day last = options_.cuts[next_++];
        states_.push_back({.last = last, .bytes = features::online::serialize_state(fold)});
        FC_TRY(
            fold,
            features::online::parse_state(
                states_.back().bytes, "the state of " + dataset::to_string(last), options_.airports
            )
        );
        return {};
    }

    const FlightList& list_;
    const FoldRunOptions& options_;
    std::size_t next_ = 0;
    std::vector<CutState> states_;
};

}  // namespace

News departure_news(const FlightList& list, const PlannedReport& report) {
    return news_about(list, report);
}

News arrival_news(const FlightList& list, const PlannedReport& report) {
    const Flight& flight = list.flights[report.flight];
    News news = news_about(list, report);
    if (flight.fate == Fate::cancelled) news.event = arrival::Event::cancelled;
    if (flight.fate == Fate::diverted) news.event = arrival::Event::diverted;
    if (flight.fate != Fate::landed) return news;
    news.event = arrival::Event::landed;
    news.arr_delay = flight.arr_delay;
    news.elapsed_minutes =
        static_cast<float>((seconds_of(flight.landed) - seconds_of(flight.departed)) / 60);
    return news;
}

base::Result<std::vector<CutState>> run_fold(
    const FlightList& list, Fold& fold, const FoldRunOptions& options, const OnAsked& on_asked
) {
    replay::Planner planner(list, options.plan);
    Cutter cutter(list, options);
    while (const std::optional<Step> step = planner.next()) {
        FC_TRY_VOID(cutter.look_at(*step, fold));
        for (const PlannedReport& report : step->arrivals) fold.add(arrival_news(list, report));
        for (const std::uint32_t index : step->requests) {
            const Flight& flight = list.flights[index];
            on_asked(
                index,
                fold.values({.flight = name_of(list, flight), .time = seconds_of(flight.departed)})
            );
        }
        for (const PlannedReport& report : step->departures) {
            fold.add(departure_news(list, report));
        }
    }
    return cutter.finish(fold);
}

}  // namespace flightcast::timeline
