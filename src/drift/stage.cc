// SPDX-License-Identifier: Apache-2.0
#include "drift/stage.h"

#include <optional>
#include <utility>
#include <vector>

#include "flight/prediction_json.h"
#include "judging/evaluation_json.h"

namespace flightcast::drift {

using namespace std::chrono_literals;
using eventlog::Record;

namespace {

constexpr std::chrono::milliseconds kPace{500};
constexpr auto kHistory = 8 * 24h;

class Watch {
  public:
    Watch(std::string response, std::string evaluation, DriftParts parts)
        : response_(std::move(response)),
          evaluation_(std::move(evaluation)),
          parts_(std::move(parts)) {}

    void consume(const std::vector<Record>& records) {
        const auto reference = parts_.reference();
        if (!fold_ || fold_->reference().model != reference->model) fold_.emplace(reference);
        for (const Record& record : records) take(record);
        if (const auto report = fold_->report()) parts_.on_report(*report);
    }

  private:
    void take(const Record& record) {
        if (!record.value) return;
        if (record.at.topic == evaluation_) {
            const auto evaluation = judging::decode_evaluation(*record.value);
            if (evaluation) fold_->add(*evaluation);
        } else if (record.at.topic == response_) {
            const auto prediction = flight::decode_prediction(*record.value, parts_.zone);
            if (!prediction) return;
            fold_->add(*prediction, prediction->request.requested_at.value_or(record.appended));
        }
    }

    const std::string response_;
    const std::string evaluation_;
    const DriftParts parts_;
    std::optional<Fold> fold_;
};

}  // namespace

pipeline::StageSpec drift_stage(const flight::TopicSet& topics, DriftOrReason parts) {
    pipeline::StageSpec spec{
        .name = "drift",
        .verb = "watch",
        .writes = {},
        .off = parts ? std::string() : parts.error(),
        .pace = kPace,
        .placement = pipeline::Placement::own,
        .retention = pipeline::Unread::trimmed,
        .needed = pipeline::Needed::no
    };
    if (!parts) return spec;
    spec.follows = eventlog::ReplayOptions{
        .topics = {topics.response, topics.evaluation},
        .behind_group = {},
        .window = std::chrono::duration_cast<std::chrono::milliseconds>(kHistory)
    };
    // Before the first request there is nothing to compare, which is said, too.
    if (parts->reference) parts->on_report({.model = parts->reference()->model});
    const auto watch =
        std::make_shared<Watch>(topics.response, topics.evaluation, *std::move(parts));
    spec.consume = [watch](const std::vector<Record>& records) -> base::Result<void> {
        watch->consume(records);
        return {};
    };
    return spec;
}

}  // namespace flightcast::drift
