// SPDX-License-Identifier: Apache-2.0
//
// Whether predictions can be judged: whether reports of arrivals come, and whether records are kept
// for as long as a report may come after its prediction.
#include <algorithm>
#include <cstdint>
#include <string>

#include "app/doctor/doctor_checks.h"

namespace flightcast::app::doctor {
namespace {

using eventlog::TopicDescription;
using State = Finding::State;
using std::chrono::hours;
using std::chrono::milliseconds;

constexpr auto kRecently = hours(24);
constexpr auto kSlack = hours(24);  // as the evaluator reads back, beyond the horizon

const TopicDescription* topic_of(
    const std::vector<TopicDescription>& found, const std::string& name
) {
    const auto place = std::ranges::find_if(found, [&name](const TopicDescription& topic) {
        return topic.spec.name == name;
    });
    return place == found.end() ? nullptr : &*place;
}

std::int64_t records_in(const TopicDescription& topic) {
    std::int64_t records = 0;
    for (const auto& range : topic.partitions) records += range.end.value() - range.first.value();
    return records;
}

std::string hours_text(milliseconds time) {
    return std::to_string(std::chrono::floor<hours>(time).count()) + " h";
}

// How many of its records came in the last day.
std::int64_t recent_records(
    eventlog::Admin& admin, const TopicDescription& topic, base::WallTime now
) {
    const auto from =
        admin.positions_at(topic.spec.name, std::chrono::floor<milliseconds>(now) - kRecently);
    if (!from) return 0;
    std::int64_t records = 0;
    for (const auto& range : topic.partitions) {
        const auto begin = std::ranges::find_if(*from, [&range](const eventlog::Position& at) {
            return at.at.partition == range.partition;
        });
        if (begin != from->end()) records += range.end.value() - begin->next.value();
    }
    return records;
}

Finding check_reports(
    eventlog::Admin& admin, const TopicDescription& arrivals, base::WallTime now
) {
    const std::int64_t all = records_in(arrivals);
    if (all == 0) {
        return {"arrivals", State::good, "no reports yet: predictions are not judged", ""};
    }
    const std::int64_t recent = recent_records(admin, arrivals, now);
    const std::string text = std::to_string(all) + " reports, " + std::to_string(recent) +
                             " of them in the last 24 hours";
    if (recent > 0) return {"arrivals", State::good, text, ""};
    return {
        "arrivals",
        State::warning,
        text,
        "does their source still post them? predictions since then are not judged"
    };
}

// The time for which a topic's records are kept; none: for ever, or the broker's own, unknown here.
std::optional<milliseconds> kept_for(
    const TopicDescription& topic, const options::ServeOptions& options
) {
    if (topic.spec.retention) return topic.spec.retention;
    if (options.kafka.empty()) return options.log_retention;
    return std::nullopt;
}

}  // namespace

std::vector<Finding> check_arrivals(
    eventlog::Admin& admin,
    const options::ServeOptions& options,
    const std::vector<TopicDescription>& found,
    base::WallTime now
) {
    std::vector<Finding> findings;
    const TopicDescription* const arrivals = topic_of(found, options.arrival_topic);
    if (arrivals == nullptr) return findings;
    if (arrivals->partitions.size() != 1) {
        findings.push_back(
            {"arrivals",
             State::warning,
             options.arrival_topic + " has " + std::to_string(arrivals->partitions.size()) +
                 " partitions, so arrivals are off",
             "give --arrival-topic one with a single partition: the order of reports counts"}
        );
        return findings;
    }
    findings.push_back(check_reports(admin, *arrivals, now));
    const auto needed = options.arrival_horizon + kSlack;
    for (const std::string& name :
         {options.response_topic, options.arrival_topic, options.evaluation_topic}) {
        const TopicDescription* const topic = topic_of(found, name);
        const auto kept = topic == nullptr ? std::nullopt : kept_for(*topic, options);
        if (!kept || *kept >= needed) continue;
        findings.push_back(
            {"arrival horizon",
             State::warning,
             name + " is kept for " + hours_text(*kept) + ", and --arrival-horizon with a day is " +
                 hours_text(needed) +
                 (name == options.evaluation_topic
                      ? ": after a restart evaluations are published again"
                      : ": after a restart later reports judge nothing"),
             "keep it longer ('flightcast topics set --topic " + name +
                 " --retention ...'), or give a shorter --arrival-horizon"}
        );
    }
    return findings;
}

}  // namespace flightcast::app::doctor
