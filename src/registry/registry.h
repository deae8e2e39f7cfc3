// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "eventlog/record.h"
#include "registry/record.h"

namespace flightcast::registry {

using eventlog::RecordTime;

// A version that was added.
struct Version {
    VersionAdded added;
    RecordTime since{};  // when its record was appended
    std::string author;
    std::string reason;
    bool is_removed = false;
};

// A moment from which on an alias names a model; none: the model inside the program.
struct AliasChange {
    RecordTime since{};
    std::optional<std::string> model;
    Way way = Way::promote;
    base::Uuid record;
};

// An arm and the decision about it, if there is one.
struct ArmState {
    Arm arm;
    std::optional<Decision> decision;
};

struct Experiment {
    std::string name;
    RecordTime since{};
    std::optional<RecordTime> ended;
    std::vector<ArmState> arms;
    bool auto_promote = false;
    std::optional<std::string> champion;  // at its start

    [[nodiscard]] bool is_running() const { return !ended; }
};

// A record that counts, and when it was appended.
struct Entry {
    Record record;
    RecordTime appended{};
};

// What became of a record.
enum class Fate {
    applied,     // it counts
    repeated,    // it counts already: a second copy
    superseded,  // another one followed the same record first
    refused,     // it contradicts what holds: an alias of an unknown version, say
};

// All that the records of the registry say, folded in their order: versions, aliases, experiments.
// A pure function of the records: every process that read the same ones knows the same.
//
// A record counts when it follows the last one that counts, and is in keeping with what holds.
class Registry {
  public:
    Fate apply(const Record& record, RecordTime appended);

    // Why an event would be refused now: invalid_argument, not_found or already_exists, with what
    // to do.
    [[nodiscard]] base::Result<void> check(const Event& event) const;

    // The record that a new one must follow.
    [[nodiscard]] const std::optional<base::Uuid>& head() const { return head_; }

    // In the order in which they were added, removed ones, too; a version that was added again
    // stands where it was.
    [[nodiscard]] const std::vector<Version>& versions() const { return versions_; }

    // Null for one that was never added, or was removed.
    [[nodiscard]] const Version* find(std::string_view model) const;

    // Each alias that was ever set, with all its changes, the oldest first.
    using Aliases = std::map<std::string, std::vector<AliasChange>, std::less<>>;
    [[nodiscard]] const Aliases& aliases() const { return aliases_; }

    // The model that an alias names, now or at a time; none: the model inside the program.
    [[nodiscard]] std::optional<std::string> model_of(std::string_view alias) const;
    [[nodiscard]] std::optional<std::string> model_of(
        std::string_view alias, RecordTime time
    ) const;

    // Where a rollback of the alias would lead; nothing: there is no promotion to take back.
    struct Before {
        std::optional<std::string> model;
    };
    [[nodiscard]] std::optional<Before> before(std::string_view alias) const;

    // A champion that was promoted and is watched beside the one before: until a decision, a
    // rollback or the next promotion.
    struct FreshChampion {
        std::string model;
        std::optional<std::string> before;  // none: the model inside the program
        RecordTime since{};
    };
    [[nodiscard]] std::optional<FreshChampion> fresh_champion() const;

    // Null when none is running.
    [[nodiscard]] const Experiment* running() const;
    [[nodiscard]] const std::vector<Experiment>& experiments() const { return experiments_; }

    // The records that count, the oldest first, without the cards of versions.
    [[nodiscard]] const std::vector<Entry>& history() const { return history_; }

    // The header of a request that is accepted now (flight/topics/variant.h): the arm of the
    // running experiment that is to answer it. Empty when no arm answers any.
    [[nodiscard]] std::string variant_of(const base::Uuid& id) const;

    // The models that score in the shadow: those of the aliases whose name begins with
    // "challenger", and the arms of the running experiment; each once, without the champion.
    [[nodiscard]] std::vector<std::string> challengers() const;

  private:
    [[nodiscard]] base::Result<void> check(const VersionAdded& event) const;
    [[nodiscard]] base::Result<void> check(const VersionRemoved& event) const;
    [[nodiscard]] base::Result<void> check(const AliasSet& event) const;
    [[nodiscard]] base::Result<void> check(const ExperimentStarted& event) const;
    [[nodiscard]] base::Result<void> check_arms(const std::vector<Arm>& arms) const;
    [[nodiscard]] base::Result<void> check(const ExperimentStopped& event) const;
    [[nodiscard]] base::Result<void> check(const ExperimentDecided& event) const;
    [[nodiscard]] base::Result<void> check(const Unknown& /*event*/) const { return {}; }
    [[nodiscard]] base::Result<void> check_known(std::string_view model) const;
    [[nodiscard]] base::Result<void> check_not_in_use(std::string_view model) const;

    void take(const VersionAdded& event, const Entry& entry);
    void take(const VersionRemoved& event, const Entry& entry);
    void take(const AliasSet& event, const Entry& entry);
    void take(const ExperimentStarted& event, const Entry& entry);
    void take(const ExperimentStopped& event, const Entry& entry);
    void take(const ExperimentDecided& event, const Entry& entry);
    void take(const Unknown& /*event*/, const Entry& /*entry*/) {}

    std::optional<base::Uuid> head_;
    std::vector<Version> versions_;
    std::map<std::string, std::size_t, std::less<>> version_places_;
    Aliases aliases_;
    // For each alias the models it was promoted to, below the current one; "" is the model inside.
    std::map<std::string, std::vector<std::optional<std::string>>, std::less<>> stacks_;
    std::optional<FreshChampion> fresh_champion_;
    std::vector<Experiment> experiments_;
    std::vector<Entry> history_;
};

// Whether `name` may name an alias or an experiment: 1 to 64 letters, digits, '.', '_' and '-'.
[[nodiscard]] bool is_name(std::string_view name);

}  // namespace flightcast::registry
