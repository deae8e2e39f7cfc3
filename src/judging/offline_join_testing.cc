// SPDX-License-Identifier: Apache-2.0
#include "judging/offline_join_testing.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "arrival/arrival_json.h"
#include "base/limits.h"
#include "judging/topics_testing.h"

namespace flightcast::judging {

using base::Uuid;
using base::WallTime;

Schedule random_schedule(std::mt19937& random, base::Random& ids) {
    Schedule schedule;
    const auto pick = [&](const auto&... options) {
        const std::vector list{options...};
        return list[random() % list.size()];
    };
    for (int i = 0; i < 14; ++i) {
        schedule.predictions.push_back(test_prediction(
            Uuid::random(ids),
            pick(std::string("1"), std::string("2"), std::string("3"), std::string("")),
            pick(-1, 600, 600, 1800),
            static_cast<int>(random() % 400)
        ));
    }
    for (int i = 0; i < 24; ++i) {
        if (!schedule.reports.empty() && random() % 4 == 0) {
            Schedule::Told again = schedule.reports[random() % schedule.reports.size()];
            // Of an earlier time: a flight without ArrivedAt may have landed before a request then.
            if (random() % 2 == 0) {
                *again.arrival.reported_at -= std::chrono::minutes(random() % 400);
            }
            schedule.reports.push_back(std::move(again));
            continue;
        }
        arrival::Arrival arrival = test_arrival(
            pick(std::string("1"), std::string("2"), std::string("3")),
            pick(-20.0, -1.0, 5.0, 45.0),
            static_cast<int>(random() % 1'000)
        );
        if (random() % 3 == 0) arrival.crs_dep_time = pick(600, 1800);
        if (random() % 3 == 0) arrival.arrived_at.reset();
        arrival.source = pick(std::string(""), std::string("s1"), std::string("x"));
        const auto event = random() % 8;
        if (event < 2) arrival.arr_delay.reset();
        if (event == 0) arrival.cancelled = true;
        if (event == 1) arrival.diverted = true;
        if (random() % 4 == 0) {
            arrival.id = schedule.predictions[random() % schedule.predictions.size()].request.id;
            if (random() % 2 == 0) arrival.source = "client";
        }
        const std::string key =
            arrival.id ? arrival.id->to_string() : *arrival::flight_key(arrival);
        schedule.reports.push_back({arrival, key});
    }
    return schedule;
}

// NOLINTNEXTLINE(readability-function-size): one plain text, to be read beside docs/arrivals.md
std::string expected_of(const Schedule& schedule, const flight::Prediction& prediction) {
    const flight::Request& request = prediction.request;
    std::set<int> asked, told;
    std::string key;
    if (request.flight_num) {
        key = "2008-04-01/AA/" + *request.flight_num + "/ATL/SFO";
        for (const flight::Prediction& other : schedule.predictions) {
            if (other.request.flight_num != request.flight_num) continue;
            if (other.request.crs_dep_time) asked.insert(*other.request.crs_dep_time);
        }
        for (const Schedule::Told& report : schedule.reports) {
            if (report.key == key && report.arrival.crs_dep_time) {
                told.insert(*report.arrival.crs_dep_time);
            }
        }
    }
    struct Said {
        arrival::Arrival what;
        WallTime first, last;
    };
    // By key and source: its statements in the order of the log, repetitions of the latest joined.
    std::map<std::pair<std::string, std::string>, std::vector<Said>> said;
    for (const Schedule::Told& report : schedule.reports) {
        if (report.key != key && report.key != request.id.to_string()) continue;
        auto& list = said[{report.key, report.arrival.source}];
        const WallTime when = *report.arrival.reported_at;
        auto latest = list.end();
        for (auto it = list.begin(); it != list.end(); ++it) {
            if (latest == list.end() || it->last >= latest->last) latest = it;
        }
        arrival::Arrival plain = report.arrival;
        plain.reported_at.reset();
        plain.flight_num.reset();  // By id, whatever flight it names.
        if (latest != list.end() && latest->what == plain) {
            latest->last = std::max(latest->last, when);
            latest->first = std::min(latest->first, when);
        } else {
            list.push_back({plain, when, when});
        }
    }
    const Said* best = nullptr;
    bool is_ambiguous = false;
    const auto rank = [](const std::string& source) {
        return source == "s1" ? 0 : source == "client" ? 2 : 1;
    };
    for (const auto& [from, list] : said) {
        for (const Said& one : list) {
            const WallTime arrived = one.what.arrived_at.value_or(one.first);
            if (one.first > *request.requested_at + std::chrono::hours(10)) continue;
            if (*request.requested_at > arrived) continue;
            if (from.first == key) {
                const auto& crs = one.what.crs_dep_time;
                const bool both = crs && request.crs_dep_time;
                if (both && *crs != *request.crs_dep_time) continue;
                if (!both && (crs ? told.size() : asked.size()) > 1) {
                    is_ambiguous = true;
                    continue;
                }
            }
            const auto order = [&](const Said& a) {
                return std::pair(-rank(a.what.source), a.last);
            };
            if (best == nullptr || order(one) > order(*best)) best = &one;
        }
    }
    if (best == nullptr) return is_ambiguous ? "ambiguous" : "none";
    if (best->what.cancelled) return "cancelled";
    if (best->what.diverted) return "diverted";
    return "judged " + std::to_string(flight::class_of_delay(*best->what.arr_delay)) + " " +
           std::to_string(static_cast<int>(*best->what.arr_delay));
}

std::string told_of(const Evaluation* evaluation) {
    if (evaluation == nullptr || evaluation->verdict == Verdict::withdrawn) return "none";
    std::string text(kVerdictNames[static_cast<std::size_t>(evaluation->verdict)]);
    if (evaluation->verdict != Verdict::judged) return text;
    return text + " " + std::to_string(evaluation->observed) + " " +
           std::to_string(static_cast<int>(evaluation->arr_delay));
}

bool has_ties(const Schedule& schedule) {
    std::map<WallTime, arrival::Arrival> seen;
    std::map<std::string, std::size_t> counts;
    for (const Schedule::Told& report : schedule.reports) {
        if (++counts[report.key] > base::limits::kFlightReportsMax) return true;
    }
    for (const Schedule::Told& report : schedule.reports) {
        const auto [place, is_new] = seen.emplace(*report.arrival.reported_at, report.arrival);
        if (!is_new && place->second != report.arrival) return true;
    }
    return false;
}

}  // namespace flightcast::judging
