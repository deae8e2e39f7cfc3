// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstddef>

#include "app/cli/cli_values.h"
#include "app/topics/topics_report.h"

namespace flightcast::app::topics {
namespace {

namespace json = boost::json;

using Row = std::vector<std::string>;

// Columns as wide as their widest cell; the last one is not padded.
std::string table(const std::vector<Row>& rows) {
    std::vector<std::size_t> widths;
    for (const Row& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            text += row[i];
            if (i + 1 < row.size()) text.append(widths[i] + 2 - row[i].size(), ' ');
        }
        text += '\n';
    }
    return text;
}

std::int64_t records_in(const eventlog::TopicDescription& topic) {
    std::int64_t total = 0;
    for (const eventlog::PartitionRange& range : topic.partitions) {
        total += range.end.value() - range.first.value();
    }
    return total;
}

std::string replicas_text(const TopicState& topic) {
    if (!topic.replicas) return "-";
    std::string text = std::to_string(*topic.replicas);
    if (*topic.replicas_in_sync < *topic.replicas) {
        text += " (" + std::to_string(*topic.replicas_in_sync) + " in sync)";
    }
    if (topic.without_leader > 0) {
        text += ", " + std::to_string(topic.without_leader) + " partitions without leader";
    }
    return text;
}

}  // namespace

std::string outcomes_text(const std::vector<TopicOutcome>& outcomes) {
    std::string text;
    for (const TopicOutcome& outcome : outcomes) {
        text += outcome.name + (outcome.is_new ? ": created\n" : ": is there\n");
        for (const std::string& difference : outcome.differences) {
            text += "  but it " + difference + "\n";
        }
    }
    return text;
}

std::string topics_text(const std::vector<TopicState>& topics) {
    std::vector<Row> rows = {
        {"topic", "partitions", "records", "retention", "replicas", "offsets of each partition"}
    };
    for (const TopicState& topic : topics) {
        const eventlog::TopicSpec& spec = topic.description.spec;
        std::string ranges;
        for (const eventlog::PartitionRange& range : topic.description.partitions) {
            if (!ranges.empty()) ranges += ' ';
            ranges +=
                std::to_string(range.first.value()) + ".." + std::to_string(range.end.value());
        }
        rows.push_back({
            spec.name,
            std::to_string(spec.partitions),
            std::to_string(records_in(topic.description)),
            spec.retention ? cli::format_duration(*spec.retention) : "default",
            replicas_text(topic),
            ranges,
        });
    }
    return table(rows);
}

std::string lags_text(const std::vector<eventlog::PartitionLag>& lags) {
    std::vector<Row> rows = {{"group", "topic", "partition", "committed", "end", "lag"}};
    for (const eventlog::PartitionLag& lag : lags) {
        rows.push_back({
            lag.group,
            lag.at.topic,
            std::to_string(lag.at.partition.value()),
            lag.committed ? std::to_string(lag.committed->value()) : "-",
            std::to_string(lag.end.value()),
            std::to_string(lag.records),
        });
    }
    return table(rows);
}

std::string outcomes_json(const std::vector<TopicOutcome>& outcomes) {
    json::array all;
    for (const TopicOutcome& outcome : outcomes) {
        json::array differences;
        for (const std::string& difference : outcome.differences) {
            differences.emplace_back(difference);
        }
        all.push_back(
            json::object{
                {"topic", outcome.name},
                {"created", outcome.is_new},
                {"differences", std::move(differences)},
            }
        );
    }
    return json::serialize(all);
}

std::string topics_json(const std::vector<TopicState>& topics) {
    json::array all;
    for (const TopicState& topic : topics) {
        json::array partitions;
        for (const eventlog::PartitionRange& range : topic.description.partitions) {
            partitions.push_back(
                json::object{
                    {"partition", range.partition.value()},
                    {"first", range.first.value()},
                    {"end", range.end.value()},
                }
            );
        }
        json::object entry{
            {"topic", topic.description.spec.name},
            {"records", records_in(topic.description)},
            {"partitions", std::move(partitions)},
        };
        if (const auto retention = topic.description.spec.retention) {
            entry["retention_ms"] = retention->count();
        }
        if (topic.replicas) {
            entry["replicas"] = *topic.replicas;
            entry["replicas_in_sync"] = *topic.replicas_in_sync;
            entry["partitions_without_leader"] = topic.without_leader;
        }
        all.push_back(std::move(entry));
    }
    return json::serialize(all);
}

std::string lags_json(const std::vector<eventlog::PartitionLag>& lags) {
    json::array all;
    for (const eventlog::PartitionLag& lag : lags) {
        json::object entry{
            {"group", lag.group},
            {"topic", lag.at.topic},
            {"partition", lag.at.partition.value()},
            {"end", lag.end.value()},
            {"lag", lag.records},
        };
        if (lag.committed) entry["committed"] = lag.committed->value();
        all.push_back(std::move(entry));
    }
    return json::serialize(all);
}

}  // namespace flightcast::app::topics
