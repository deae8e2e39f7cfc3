// SPDX-License-Identifier: Apache-2.0
#include "evaluate/json_report.h"

#include <boost/json.hpp>

namespace flightcast::evaluate {
namespace {

namespace json = boost::json;

json::array to_json(const Interval& interval) {
    return {interval.low, interval.high};
}

json::array to_json(const Reliability& reliability) {
    json::array bins;
    for (const ReliabilityBin& bin : reliability) {
        bins.push_back(
            json::object{
                {"rows", bin.rows},
                {"probability", bin.probability},
                {"came", bin.came},
            }
        );
    }
    return bins;
}

json::object to_json(const Contestant& contestant) {
    json::object object{{"name", contestant.name}};
    json::value intervals = nullptr;
    if (contestant.intervals) intervals = json::object();
    const auto figures = figures_of(contestant.metrics);
    for (std::size_t i = 0; i < figures.size(); ++i) {
        object[figures[i].first] = figures[i].second;
        if (!contestant.intervals) continue;
        intervals.as_object()[figures[i].first] = to_json(contestant.intervals->figures[i]);
    }
    if (contestant.intervals) {
        intervals.as_object()["log_loss_above_first"] =
            to_json(contestant.intervals->log_loss_above_first);
    }
    object["intervals"] = std::move(intervals);
    json::array confusion;
    for (const auto& came : contestant.metrics.confusion) {
        confusion.push_back(json::array(came.begin(), came.end()));
    }
    object["confusion"] = std::move(confusion);
    json::array reliability;
    for (const Reliability& of_class : contestant.metrics.reliability) {
        reliability.push_back(to_json(of_class));
    }
    object["reliability"] = std::move(reliability);
    object["daily_log_loss"] =
        json::array(contestant.daily_log_loss.begin(), contestant.daily_log_loss.end());
    return object;
}

}  // namespace

json::object json_report(const Judgement& judgement) {
    json::array days;
    for (std::size_t i = 0; i < judgement.days.size(); ++i) {
        days.push_back(
            json::object{
                {"day", dataset::to_string(judgement.days[i])},
                {"rows", judgement.rows_of_day[i]},
            }
        );
    }
    json::array contestants;
    for (const Contestant& one : judgement.contestants) contestants.push_back(to_json(one));
    json::object gain;
    for (const auto& [feature, share] : judgement.gain) gain[feature] = share;
    json::object permutation;
    for (const FieldImportance& one : judgement.permutation) {
        permutation[one.field] = one.log_loss_above;
    }
    return {
        {"rows", judgement.rows},
        {"days", std::move(days)},
        {"contestants", std::move(contestants)},
        {"gain", std::move(gain)},
        {"permutation", std::move(permutation)},
    };
}

}  // namespace flightcast::evaluate
