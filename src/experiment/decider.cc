// SPDX-License-Identifier: Apache-2.0
#include "experiment/decider.h"

#include <algorithm>
#include <utility>

#include "base/planted_bug.h"
#include "experiment/shadow_record.h"
#include "judging/evaluation_json.h"
#include "registry/record_json.h"

namespace flightcast::experiment {

using eventlog::NewRecord;
using eventlog::Record;
using registry::AliasSet;
using registry::Decision;
using registry::ExperimentDecided;
using registry::kChampion;
using registry::Way;

namespace {

constexpr const char* kAuthor = "decider";

std::vector<std::pair<std::string, double>> numbers_of(const Bounds& bounds) {
    return {
        {"flights", static_cast<double>(bounds.flights)},
        {"blocks", static_cast<double>(bounds.blocks)},
        {"mean", bounds.mean},
        {"lower", bounds.lower},
        {"upper", bounds.upper},
        {"champion_loss", bounds.champion}
    };
}

std::string reason_of(const ExperimentDecided& decided, const std::string& rule) {
    switch (decided.decision) {
        case Decision::harm:
            return "its log loss is higher (" + rule + ")";
        case Decision::better:
            return "its log loss is lower (" + rule + ")";
        case Decision::broken:
            return rule;
        case Decision::skewed:
            return "the arms do not get their shares of the requests";
    }
    return {};
}

}  // namespace

Decider::Decider(DeciderOptions options, const base::Clock& clock, base::Random& random)
    : options_(std::move(options)), clock_(clock), random_(random) {}

void Decider::consume(const std::vector<Record>& records) {
    for (const Record& record : records) {
        if (record.at.topic == options_.topics.models) take_registry(record);
        if (record.at.topic == options_.topics.shadow) take_shadow(record);
        if (record.at.topic == options_.topics.evaluation) {
            const auto read = judging::decode_evaluation(record.value.value_or(""));
            if (read) pairs_.take(*read);
        }
    }
}

void Decider::take_registry(const Record& record) {
    const auto read = registry::decode_record(record.value.value_or(""));
    if (!read) return;
    const auto fate = registry_.apply(*read, record.appended);
    if (pending_ == read->id) pending_.reset();
    if (fate == registry::Fate::applied) is_changed_ = true;
}

void Decider::take_shadow(const Record& record) {
    const auto read = decode_shadow(record.value.value_or(""));
    if (!read) return;
    for (const DroppedModel& dropped : read->dropped) {
        dropped_[dropped.model] = dropped.reason;
        is_changed_ = true;
    }
    pairs_.take(*read, record.appended);
}

std::string Decider::id_of(const std::optional<std::string>& model) const {
    return model.value_or(options_.bundled);
}

PairState Decider::pair(
    const std::string& experiment,
    const std::string& challenger,
    const std::string& champion,
    registry::RecordTime since
) const {
    PairState state{
        .experiment = experiment,
        .challenger = challenger,
        .champion = champion,
        .hours = pairs_.hours(challenger, champion, since),
        .judgement = {}
    };
    state.judgement = judge(state.hours);
    return state;
}

// Of the requests since the weights changed last: the share of an arm that is decided goes to the
// champion. The minute of the change itself has requests of both.
std::optional<SampleRatio> Decider::ratio_of(
    const registry::Experiment& experiment, const registry::ArmState& state
) const {
    if (state.decision || state.arm.weight <= 0) return std::nullopt;
    double champion_weight = 1;
    for (const registry::ArmState& other : experiment.arms) {
        if (!other.decision) champion_weight -= other.arm.weight;
    }
    constexpr double kRounding = 1e-9;
    if (champion_weight < kRounding) return std::nullopt;
    registry::RecordTime since = experiment.since;
    for (const registry::Entry& entry : registry_.history()) {
        const auto* const decided = std::get_if<ExperimentDecided>(&entry.record.event);
        const bool is_of_it = decided != nullptr && decided->experiment == experiment.name;
        if (is_of_it) since = std::max(since, entry.appended);
    }
    const std::vector<HourSums> hours = pairs_.hours(
        state.arm.model, id_of(registry_.model_of(kChampion)), since + std::chrono::minutes(1)
    );
    return sample_ratio(hours, state.arm.weight, champion_weight);
}

std::vector<PairState> Decider::pairs() const {
    std::vector<PairState> all;
    if (const auto fresh = registry_.fresh_champion()) {
        all.push_back(pair("", fresh->model, id_of(fresh->before), fresh->since));
    }
    const registry::Experiment* const experiment = registry_.running();
    if (experiment == nullptr) return all;
    for (const registry::ArmState& state : experiment->arms) {
        all.push_back(pair(
            experiment->name,
            state.arm.model,
            id_of(registry_.model_of(kChampion)),
            experiment->since
        ));
        all.back().ratio = ratio_of(*experiment, state);
    }
    return all;
}

// A fresh champion that does harm gives way to the one before; one that is better is not watched
// any more.
std::optional<ExperimentDecided> Decider::about_champion() const {
    const auto fresh = registry_.fresh_champion();
    if (!fresh) return std::nullopt;
    const PairState state = pair("", fresh->model, id_of(fresh->before), fresh->since);
    const Verdict verdict = state.judgement.verdict;
    if (verdict == Verdict::not_enough) return std::nullopt;
    ExperimentDecided decided{
        .experiment = "",
        .model = fresh->model,
        .decision = verdict == Verdict::harm ? Decision::harm : Decision::better,
        .numbers = numbers_of(state.judgement.bounds),
        .sets = {}
    };
    if (verdict == Verdict::better) return decided;
    const auto before = registry_.before(kChampion);
    if (!before) return std::nullopt;
    decided.sets =
        AliasSet{.alias = std::string(kChampion), .model = before->model, .way = Way::rollback};
    return decided;
}

std::optional<ExperimentDecided> Decider::about_arm(
    const registry::Experiment& experiment, const registry::ArmState& state
) const {
    if (state.decision) return std::nullopt;
    ExperimentDecided decided{.experiment = experiment.name, .model = state.arm.model};
    if (dropped_.contains(state.arm.model)) {
        decided.decision = Decision::broken;
        return decided;
    }
    const PairState now = pair(
        experiment.name, state.arm.model, id_of(registry_.model_of(kChampion)), experiment.since
    );
    const Verdict verdict = now.judgement.verdict;
    if (verdict == Verdict::not_enough) return std::nullopt;
    decided.decision = verdict == Verdict::harm ? Decision::harm : Decision::better;
    decided.numbers = numbers_of(now.judgement.bounds);
    if (verdict == Verdict::better && experiment.auto_promote) {
        decided.sets = AliasSet{
            .alias = std::string(kChampion), .model = state.arm.model, .way = Way::promote
        };
    }
    return decided;
}

std::optional<ExperimentDecided> Decider::decision() const {
    if (auto decided = about_champion()) return decided;
    const registry::Experiment* const experiment = registry_.running();
    if (experiment == nullptr) return std::nullopt;
    for (const registry::ArmState& state : experiment->arms) {
        if (auto decided = about_arm(*experiment, state)) return decided;
    }
    return std::nullopt;
}

bool Decider::has_news() {
    if (is_told_ && told_at_ == pairs_.newest() && told_head_ == registry_.head()) return false;
    is_told_ = true;
    told_at_ = pairs_.newest();
    told_head_ = registry_.head();
    return true;
}

std::vector<NewRecord> Decider::take_due() {
    if (pending_) return {};
    // Nothing new is known before another hour is over.
    if (!is_changed_ && pairs_.newest() == looked_at_) return {};
    is_changed_ = false;
    looked_at_ = pairs_.newest();
    const auto decided = decision();
    if (!decided) return {};
    registry::Record record{
        .id = base::Uuid::random(random_),
        .follows = registry_.head(),
        .at = clock_.wall_now(),
        .author = kAuthor,
        .reason = {},
        .event = *decided
    };
    const auto dropped = dropped_.find(decided->model);
    std::string why = "looked at after every hour";
    if (decided->decision == Decision::broken && dropped != dropped_.end()) why = dropped->second;
    record.reason = reason_of(*decided, why);
    pending_ = record.id;
    is_changed_ = true;  // Others may be due after it.
    if (options_.on_decided) options_.on_decided(record);
    return {
        {.topic = options_.topics.models,
         .key = "registry",
         .value = registry::encode_record(record),
         .headers = {{"content-type", "application/json"}, {"schema", "1"}}}
    };
}

}  // namespace flightcast::experiment
