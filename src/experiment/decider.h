// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "eventlog/record.h"
#include "experiment/pairs.h"
#include "experiment/sample_ratio.h"
#include "experiment/sequence.h"
#include "flight/topics/topic_set.h"
#include "registry/registry.h"

namespace flightcast::experiment {

struct DeciderOptions {
    flight::TopicSet topics;
    std::string bundled;  // id of the model inside the program, which an unset alias stands for
    // Told of each decision, once more when its record has to be written again.
    std::function<void(const registry::Record&)> on_decided{};
};

// One pair under judgement, as it stands.
struct PairState {
    std::string experiment;  // empty: a fresh champion beside the one before
    std::string challenger;
    std::string champion;
    std::vector<HourSums> hours;
    Judgement judgement;
    std::optional<SampleRatio> ratio{};  // of an arm that answers clients
};

// Folds the registry, the answers of challengers and the evaluations, and decides: harm of an arm
// ends it, harm of a fresh champion rolls it back, a challenger that is better is told or, where
// the experiment says so, promoted; one that gives no usable answers is out. Each decision is one
// record that follows the newest one of the registry, so that of several deciders one counts, once.
// No data never decides.
//
// Thread-safety: one thread.
class Decider {
  public:
    // REQUIRES: `clock` and `random` outlive the decider.
    Decider(DeciderOptions options, const base::Clock& clock, base::Random& random);

    // Records of the topics of the registry, of challengers' answers and of evaluations; others are
    // passed over.
    void consume(const std::vector<eventlog::Record>& records);

    // The record of the next decision, if one is due and none is under way.
    [[nodiscard]] std::vector<eventlog::NewRecord> take_due();

    // What was taken may not have been published.
    void start_over() { pending_.reset(); }

    // Whether another hour is over, or the registry has changed, since the last call.
    [[nodiscard]] bool has_news();

    [[nodiscard]] const registry::Registry& registry() const { return registry_; }
    [[nodiscard]] std::vector<PairState> pairs() const;

  private:
    void take_registry(const eventlog::Record& record);
    void take_shadow(const eventlog::Record& record);
    [[nodiscard]] PairState pair(
        const std::string& experiment,
        const std::string& challenger,
        const std::string& champion,
        registry::RecordTime since
    ) const;
    [[nodiscard]] std::optional<SampleRatio> ratio_of(
        const registry::Experiment& experiment, const registry::ArmState& state
    ) const;
    [[nodiscard]] std::string id_of(const std::optional<std::string>& model) const;
    [[nodiscard]] std::optional<registry::ExperimentDecided> decision() const;
    [[nodiscard]] std::optional<registry::ExperimentDecided> about_champion() const;
    [[nodiscard]] std::optional<registry::ExperimentDecided> about_arm(
        const registry::Experiment& experiment, const registry::ArmState& state
    ) const;

    const DeciderOptions options_;
    const base::Clock& clock_;
    base::Random& random_;
    registry::Registry registry_;
    Pairs pairs_;
    std::map<std::string, std::string> dropped_;  // challengers, and why
    std::optional<base::Uuid> pending_;           // the record that was taken and not read yet
    Hour looked_at_{};
    Hour told_at_{};
    std::optional<base::Uuid> told_head_;
    bool is_told_ = false;
    bool is_changed_ = true;  // the registry, or what was dropped
};

// All pairs under judgement with their bounds over time, as JSON for the API and the page.
[[nodiscard]] std::string status_json(const Decider& decider);

}  // namespace flightcast::experiment
