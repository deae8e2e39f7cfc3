// SPDX-License-Identifier: Apache-2.0
//
// The three topics of arrivals in memory, and records to put into them, for tests of the evaluator.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "arrival/arrival.h"
#include "base/uuid.h"
#include "eventlog/record.h"
#include "flight/prediction.h"
#include "flight/topics/topic_set.h"
#include "judging/evaluation.h"
#include "judging/evaluator.h"

namespace flightcast::judging {

extern const flight::TopicSet kTestTopics;

// So many minutes after the begin of April 2008.
[[nodiscard]] base::WallTime test_time(int minute);

// A horizon of ten hours; source "s1" is ranked first.
[[nodiscard]] EvaluatorOptions test_options();

// The same with room for a few flights, and a file at this place for the others.
[[nodiscard]] EvaluatorOptions cramped_options(const std::filesystem::path& file);

// The partitions of the three topics: "p0" .. "p7", "a" and "e".
struct TestTopics {
    std::map<std::string, std::vector<eventlog::Record>> partitions;
    std::size_t appended = 0;

    void append(const std::string& partition, std::string value);
    void publish(Evaluator& evaluator, std::size_t records_max);

    // The state that the evaluation topic says in the end, by id: the first record of the highest
    // revision. Or the fault of a record: a revision was left out, or the state that it replaces is
    // not the one before.
    [[nodiscard]] std::map<std::string, Evaluation> result(std::string& fault) const;
};

// A reader of the topics that may be anywhere in each.
struct TestReader {
    std::map<std::string, std::size_t> read;

    // Hands a few records of some partition on; false when there are none anywhere.
    bool hand_on(const TestTopics& topics, Evaluator& evaluator, std::mt19937& random);
};

// Of AA from ATL to SFO on 2008-04-01. An empty number, a negative crs: without.
[[nodiscard]] flight::Prediction test_prediction(
    const base::Uuid& id, const std::string& number, int crs, int minute
);
[[nodiscard]] std::string text_of(const flight::Prediction& prediction);

// A landing of such a flight.
[[nodiscard]] arrival::Arrival test_arrival(const std::string& number, double delay, int reported);

}  // namespace flightcast::judging
