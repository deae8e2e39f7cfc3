// SPDX-License-Identifier: Apache-2.0
#include "judging/topics_testing.h"

#include <algorithm>
#include <utility>

#include "flight/prediction_json.h"
#include "judging/evaluation_json.h"

namespace flightcast::judging {

using base::Uuid;
using base::WallTime;
using eventlog::NewRecord;
using eventlog::Record;

namespace {

constexpr std::chrono::seconds kApril2008(1'207'008'000);

}  // namespace

const flight::TopicSet kTestTopics{
    .request = "q", .response = "p", .dead_letter = "d", .arrival = "a", .evaluation = "e"
};

WallTime test_time(int minute) {
    return WallTime(kApril2008) + std::chrono::minutes(minute);
}

EvaluatorOptions test_options() {
    return {
        .topics = kTestTopics, .zone = {}, .horizon = std::chrono::hours(10), .sources = {"s1"}
    };
}

EvaluatorOptions cramped_options(const std::filesystem::path& file) {
    constexpr std::size_t kFileBytesMax = 1'000'000;
    EvaluatorOptions options = test_options();
    options.bytes_max = 3'000;
    options.open_file = [file] { return WaitingFile::open(file, kFileBytesMax); };
    return options;
}

void TestTopics::append(const std::string& partition, std::string value) {
    auto& records = partitions[partition];
    records.push_back(
        {.at = {partition.substr(0, 1), eventlog::PartitionId(0)},
         .offset = eventlog::Offset(static_cast<std::int64_t>(records.size())),
         .appended = eventlog::RecordTime(kApril2008) + std::chrono::days(2) +
                     std::chrono::milliseconds(++appended),
         .key = {},
         .value = std::move(value),
         .headers = {}}
    );
}

void TestTopics::publish(Evaluator& evaluator, std::size_t records_max) {
    for (NewRecord& record : evaluator.take_due(records_max)) append("e", *record.value);
}

std::map<std::string, Evaluation> TestTopics::result(std::string& fault) const {
    std::map<std::string, Evaluation> last;
    const auto found = partitions.find("e");
    if (found == partitions.end()) return last;
    for (const Record& record : found->second) {
        const Evaluation evaluation = decode_evaluation(*record.value).value();
        const auto place = last.find(evaluation.id.to_string());
        if (place == last.end()) {
            if (evaluation.revision != 1 || evaluation.replaces) fault = "the first is not one";
            last.emplace(evaluation.id.to_string(), evaluation);
            continue;
        }
        Evaluation& before = place->second;
        if (evaluation.revision <= before.revision) continue;
        if (evaluation.revision > before.revision + 1) fault = "a revision was left out";
        const Replaced state{
            .revision = before.revision,
            .verdict = before.verdict,
            .observed = before.verdict == Verdict::judged ? before.observed : 0
        };
        if (evaluation.replaces != state) fault = "a correction names another state";
        before = evaluation;
    }
    return last;
}

bool TestReader::hand_on(const TestTopics& topics, Evaluator& evaluator, std::mt19937& random) {
    std::vector<std::string> behind;
    for (const auto& [name, records] : topics.partitions) {
        if (read[name] < records.size()) behind.push_back(name);
    }
    if (behind.empty()) return false;
    const std::string& name = behind[random() % behind.size()];
    const std::vector<Record>& records = topics.partitions.at(name);
    const std::size_t count = std::min<std::size_t>(records.size() - read[name], 1 + random() % 8);
    const auto begin = records.begin() + static_cast<std::ptrdiff_t>(read[name]);
    evaluator.consume({begin, begin + static_cast<std::ptrdiff_t>(count)});
    read[name] += count;
    return true;
}

flight::Prediction test_prediction(const Uuid& id, const std::string& number, int crs, int minute) {
    flight::Prediction prediction;
    flight::Request& request = prediction.request;
    request.id = id;
    request.flight_date = "2008-04-01";
    request.carrier = "AA";
    request.origin = "ATL";
    request.dest = "SFO";
    if (!number.empty()) request.flight_num = number;
    if (crs >= 0) request.crs_dep_time = crs;
    request.requested_at = test_time(minute);
    prediction.predicted = 2;
    prediction.probabilities = flight::Probabilities{0.125, 0.25, 0.5, 0.125};
    prediction.model = "m@1";
    return prediction;
}

std::string text_of(const flight::Prediction& prediction) {
    return flight::encode_prediction(prediction, flight::ResponseFields::all, {});
}

arrival::Arrival test_arrival(const std::string& number, double delay, int reported) {
    return {
        .flight_date = flight::CalendarDate{2008, 4, 1},
        .carrier = "AA",
        .origin = "ATL",
        .dest = "SFO",
        .flight_num = number,
        .arr_delay = delay,
        .arrived_at = test_time(reported),
        .reported_at = test_time(reported)
    };
}

}  // namespace flightcast::judging
