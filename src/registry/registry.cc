// SPDX-License-Identifier: Apache-2.0
#include "registry/registry.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/limits.h"
#include "base/planted_bug.h"
#include "flight/topics/variant.h"

namespace flightcast::registry {

using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::size_t kNameBytesMax = 64;
constexpr std::string_view kChallenger = "challenger";

std::string in_quotes(std::string_view name) {
    return "'" + std::string(name) + "'";
}

bool is_hex(std::string_view text) {
    return std::ranges::all_of(text, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

// "<name>@<12 hex digits>"
bool is_model_id(std::string_view id) {
    constexpr std::size_t kDigits = 12;
    const std::size_t at = id.rfind('@');
    return at != std::string_view::npos && is_name(id.substr(0, at)) &&
           id.size() - at - 1 == kDigits && is_hex(id.substr(at + 1));
}

Result<void> check_name(std::string_view what, std::string_view name) {
    if (is_name(name)) return {};
    return fail(
        Errc::invalid_argument,
        in_quotes(name) + " is not a valid name of an " + std::string(what) +
            "; take 1 to 64 letters, digits, '.', '_' and '-'"
    );
}

}  // namespace

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= kNameBytesMax && std::ranges::all_of(name, [](char c) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return is_letter || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
    });
}

Fate Registry::apply(const Record& record, RecordTime appended) {
    const auto is_same = [&record](const Entry& entry) { return entry.record.id == record.id; };
    const bool follows =
        record.follows == head_ || base::is_planted(base::PlantedBug::superseded_records_count);
    if (!follows) {
        const bool is_known = std::any_of(history_.rbegin(), history_.rend(), is_same);
        return is_known ? Fate::repeated : Fate::superseded;
    }
    if (!check(record.event) && !base::is_planted(base::PlantedBug::refused_records_count)) {
        return Fate::refused;
    }
    Entry entry{.record = record, .appended = appended};
    if (auto* const added = std::get_if<VersionAdded>(&entry.record.event)) added->card.clear();
    std::visit([&](const auto& event) { take(event, entry); }, record.event);
    head_ = record.id;
    history_.push_back(std::move(entry));
    return Fate::applied;
}

Result<void> Registry::check(const Event& event) const {
    if (history_.size() >= base::limits::kRegistryRecordsMax) {
        return fail(
            Errc::full,
            "the registry has " + std::to_string(history_.size()) +
                " records, which is the most; begin another one with other topics"
        );
    }
    return std::visit([this](const auto& kind) { return check(kind); }, event);
}

Result<void> Registry::check_known(std::string_view model) const {
    if (find(model) != nullptr) return {};
    const auto known = version_places_.find(model);
    if (known != version_places_.end()) {
        return fail(Errc::not_found, in_quotes(model) + " was removed; add it again first");
    }
    return fail(
        Errc::not_found,
        in_quotes(model) +
            " is not a known version; 'flightcast models list' names them, 'flightcast "
            "models add' adds one"
    );
}

Result<void> Registry::check(const VersionAdded& event) const {
    constexpr std::size_t kDigestDigits = 64;
    if (!is_model_id(event.model)) {
        return fail(
            Errc::invalid_argument, in_quotes(event.model) + " is not a valid name@version"
        );
    }
    if (event.digest.size() != kDigestDigits || !is_hex(event.digest) || event.parts == 0) {
        return fail(
            Errc::invalid_argument,
            "the bundle of " + in_quotes(event.model) + " has no valid digest and parts"
        );
    }
    if (event.bytes > base::limits::kRegistryBundleBytesMax) {
        return fail(
            Errc::invalid_argument,
            "the bundle of " + in_quotes(event.model) + " has " + std::to_string(event.bytes) +
                " bytes; at most " + std::to_string(base::limits::kRegistryBundleBytesMax) +
                " are taken: train with fewer trees or larger leaves"
        );
    }
    if (find(event.model) != nullptr) {
        return fail(Errc::already_exists, in_quotes(event.model) + " is a version already");
    }
    if (versions_.size() >= base::limits::kRegistryVersionsMax) {
        return fail(
            Errc::full,
            "the registry has " + std::to_string(versions_.size()) +
                " versions, which is the most; begin another one with other topics"
        );
    }
    return {};
}

Result<void> Registry::check_not_in_use(std::string_view model) const {
    for (const auto& [alias, changes] : aliases_) {
        if (changes.back().model == model) {
            return fail(
                Errc::already_exists,
                in_quotes(model) + " is in use as " + in_quotes(alias) +
                    "; promote another one first"
            );
        }
    }
    const Experiment* const experiment = running();
    if (experiment == nullptr) return {};
    const bool is_arm = std::ranges::any_of(experiment->arms, [&](const ArmState& state) {
        return state.arm.model == model;
    });
    if (!is_arm) return {};
    return fail(
        Errc::already_exists,
        in_quotes(model) + " takes part in the experiment " + in_quotes(experiment->name) +
            "; stop that first"
    );
}

Result<void> Registry::check(const VersionRemoved& event) const {
    FC_TRY_VOID(check_known(event.model));
    return check_not_in_use(event.model);
}

Result<void> Registry::check(const AliasSet& event) const {
    FC_TRY_VOID(check_name("alias", event.alias));
    if (event.way == Way::rollback) {
        const auto target = before(event.alias);
        if (target && target->model == event.model) return {};
        return fail(
            Errc::invalid_argument,
            in_quotes(event.alias) + " has no promotion to take back that leads there"
        );
    }
    if (event.model) FC_TRY_VOID(check_known(*event.model));
    if (!event.alias.starts_with(kChallenger) || !event.model) return {};
    const std::vector<std::string> now = challengers();
    if (now.size() < base::limits::kChallengersMax ||
        std::ranges::find(now, *event.model) != now.end()) {
        return {};
    }
    // The alias may take the place of one that it named before.
    const auto replaced = model_of(event.alias);
    if (replaced && std::ranges::find(now, *replaced) != now.end()) return {};
    return fail(
        Errc::full,
        "there are " + std::to_string(now.size()) +
            " challengers, which is the most; clear an alias or stop the experiment first"
    );
}

Result<void> Registry::check(const ExperimentStarted& event) const {
    FC_TRY_VOID(check_name("experiment", event.experiment));
    if (const Experiment* const other = running()) {
        return fail(
            Errc::already_exists,
            "the experiment " + in_quotes(other->name) + " is running; stop it first"
        );
    }
    const auto is_same = [&](const Experiment& known) { return known.name == event.experiment; };
    if (std::ranges::any_of(experiments_, is_same)) {
        return fail(
            Errc::already_exists,
            "there was an experiment " + in_quotes(event.experiment) +
                " before; choose another name"
        );
    }
    if (event.arms.empty() || event.arms.size() > base::limits::kChallengersMax) {
        return fail(
            Errc::invalid_argument,
            "an experiment has 1 to " + std::to_string(base::limits::kChallengersMax) +
                " challengers, not " + std::to_string(event.arms.size())
        );
    }
    return check_arms(event.arms);
}

// Each is a known model beside the champion, once, and their shares leave the champion the rest.
Result<void> Registry::check_arms(const std::vector<Arm>& arms) const {
    double total = 0;
    for (std::size_t i = 0; i < arms.size(); ++i) {
        const Arm& arm = arms[i];
        FC_TRY_VOID(check_known(arm.model));
        if (arm.model == model_of(kChampion)) {
            return fail(
                Errc::invalid_argument, in_quotes(arm.model) + " is the champion; name a challenger"
            );
        }
        const auto later = arms.begin() + static_cast<std::ptrdiff_t>(i) + 1;
        if (std::find_if(later, arms.end(), [&](const Arm& other) {
                return other.model == arm.model;
            }) != arms.end()) {
            return fail(Errc::invalid_argument, in_quotes(arm.model) + " is named twice");
        }
        if (!(arm.weight >= 0 && arm.weight <= 1)) {
            return fail(
                Errc::invalid_argument,
                "the weight of " + in_quotes(arm.model) +
                    " is not in 0 to 1; it is a share of the "
                    "requests"
            );
        }
        total += arm.weight;
    }
    constexpr double kRounding = 1e-9;
    if (total <= 1 + kRounding) return {};
    return fail(
        Errc::invalid_argument,
        "the weights of the challengers add up to more than 1; the champion has the rest"
    );
}

Result<void> Registry::check(const ExperimentStopped& event) const {
    const Experiment* const experiment = running();
    if (experiment != nullptr && experiment->name == event.experiment) return {};
    return fail(Errc::not_found, "no experiment " + in_quotes(event.experiment) + " is running");
}

// One without a name watches a fresh champion, beside the one before.
Result<void> Registry::check(const ExperimentDecided& event) const {
    if (event.sets) FC_TRY_VOID(check(*event.sets));
    if (event.experiment.empty()) {
        if (fresh_champion_ && event.model == fresh_champion_->model) return {};
        return fail(Errc::not_found, in_quotes(event.model) + " is not a champion that is watched");
    }
    const Experiment* const experiment = running();
    if (experiment == nullptr || experiment->name != event.experiment) {
        return fail(
            Errc::not_found, "no experiment " + in_quotes(event.experiment) + " is running"
        );
    }
    const bool is_open = std::ranges::any_of(experiment->arms, [&](const ArmState& state) {
        return state.arm.model == event.model && !state.decision;
    });
    if (is_open) return {};
    return fail(
        Errc::not_found,
        in_quotes(event.model) + " is not an undecided challenger of " + in_quotes(event.experiment)
    );
}

void Registry::take(const VersionAdded& event, const Entry& entry) {
    Version version{
        .added = event,
        .since = entry.appended,
        .author = entry.record.author,
        .reason = entry.record.reason
    };
    const auto [place, is_new] = version_places_.try_emplace(event.model, versions_.size());
    if (is_new) {
        versions_.push_back(std::move(version));
    } else {
        versions_[place->second] = std::move(version);
    }
}

void Registry::take(const VersionRemoved& event, const Entry& /*entry*/) {
    versions_[version_places_.find(event.model)->second].is_removed = true;
}

void Registry::take(const AliasSet& event, const Entry& entry) {
    if (event.alias == kChampion) {
        fresh_champion_.reset();
        if (event.way == Way::promote && event.model) {
            fresh_champion_ = FreshChampion{
                .model = *event.model, .before = model_of(kChampion), .since = entry.appended
            };
        }
    }
    auto& stack = stacks_[event.alias];
    if (event.way == Way::promote) {
        stack.push_back(model_of(event.alias));
    } else {
        while (!stack.empty()) {
            const std::optional<std::string> model = std::move(stack.back());
            stack.pop_back();
            if (model == event.model) break;
        }
    }
    aliases_[event.alias].push_back(
        {.since = entry.appended, .model = event.model, .way = event.way, .record = entry.record.id}
    );
}

void Registry::take(const ExperimentStarted& event, const Entry& entry) {
    Experiment experiment{
        .name = event.experiment,
        .since = entry.appended,
        .ended = {},
        .arms = {},
        .auto_promote = event.auto_promote,
        .champion = model_of(kChampion)
    };
    for (const Arm& arm : event.arms) experiment.arms.push_back({.arm = arm, .decision = {}});
    experiments_.push_back(std::move(experiment));
}

void Registry::take(const ExperimentStopped& /*event*/, const Entry& entry) {
    experiments_.back().ended = entry.appended;
}

void Registry::take(const ExperimentDecided& event, const Entry& entry) {
    if (!event.experiment.empty()) {
        Experiment& experiment = experiments_.back();
        for (ArmState& state : experiment.arms) {
            if (state.arm.model == event.model) state.decision = event.decision;
        }
        const bool is_over = std::ranges::all_of(experiment.arms, [](const ArmState& state) {
            return state.decision.has_value();
        });
        if (is_over) experiment.ended = entry.appended;
    } else {
        fresh_champion_.reset();
    }
    if (event.sets) take(*event.sets, entry);
}

const Version* Registry::find(std::string_view model) const {
    const auto found = version_places_.find(model);
    if (found == version_places_.end()) return nullptr;
    const Version& version = versions_[found->second];
    return version.is_removed ? nullptr : &version;
}

std::optional<std::string> Registry::model_of(std::string_view alias) const {
    const auto found = aliases_.find(alias);
    return found == aliases_.end() ? std::nullopt : found->second.back().model;
}

std::optional<std::string> Registry::model_of(std::string_view alias, RecordTime time) const {
    const auto found = aliases_.find(alias);
    if (found == aliases_.end()) return std::nullopt;
    std::optional<std::string> model;
    for (const AliasChange& change : found->second) {
        if (change.since <= time) model = change.model;
    }
    return model;
}

// Versions that were removed since are passed over.
std::optional<Registry::Before> Registry::before(std::string_view alias) const {
    const auto found = stacks_.find(alias);
    if (found == stacks_.end()) return std::nullopt;
    const std::optional<std::string> now = model_of(alias);
    for (auto model = found->second.rbegin(); model != found->second.rend(); ++model) {
        if (*model == now) continue;
        if (!*model || find(**model) != nullptr) return Before{.model = *model};
    }
    return std::nullopt;
}

const Experiment* Registry::running() const {
    const bool is_running = !experiments_.empty() && experiments_.back().is_running();
    return is_running ? &experiments_.back() : nullptr;
}

// The shares stay where they are when an arm is decided: its own goes to the champion.
std::string Registry::variant_of(const base::Uuid& id) const {
    const Experiment* const experiment = running();
    if (experiment == nullptr) return {};
    std::vector<double> weights;
    double open_share = 0;
    for (const ArmState& state : experiment->arms) {
        weights.push_back(state.arm.weight);
        if (!state.decision) open_share += state.arm.weight;
    }
    if (open_share == 0) return {};
    const auto arm = flight::arm_of(experiment->name, weights, id);
    const bool is_arm = arm && !experiment->arms[*arm].decision;
    return experiment->name + "/" +
           (is_arm ? experiment->arms[*arm].arm.model : std::string(flight::kChampionVariant));
}

std::optional<Registry::FreshChampion> Registry::fresh_champion() const {
    return fresh_champion_;
}

std::vector<std::string> Registry::challengers() const {
    std::vector<std::string> models;
    const auto add = [&](const std::string& model) {
        if (model == model_of(kChampion) || find(model) == nullptr) return;
        if (std::ranges::find(models, model) == models.end()) models.push_back(model);
    };
    if (const Experiment* const experiment = running()) {
        for (const ArmState& state : experiment->arms) {
            if (!state.decision) add(state.arm.model);
        }
    }
    for (const auto& [alias, changes] : aliases_) {
        if (alias.starts_with(kChallenger) && changes.back().model) add(*changes.back().model);
    }
    return models;
}

}  // namespace flightcast::registry
