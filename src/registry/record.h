// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"

namespace flightcast::registry {

// The alias of the model that answers.
inline constexpr std::string_view kChampion = "champion";

// A version of a model whose bundle stands on the topic of parts.
struct VersionAdded {
    std::string model;   // "<name>@<version>", as in predictions
    std::string digest;  // of the packed bundle: SHA-256, 64 hex digits
    std::uint64_t bytes = 0;
    std::uint32_t parts = 0;
    std::int64_t parts_at = 0;  // offset at or before the first part, where it was written
    std::string card;           // the model's description: one JSON object (models/model_card.h)

    bool operator==(const VersionAdded&) const = default;
};

// A version that may be named no longer. Its parts stay on their topic.
struct VersionRemoved {
    std::string model;

    bool operator==(const VersionRemoved&) const = default;
};

// The way in which an alias came to its model: a rollback takes the last promotion back.
enum class Way { promote, rollback };

// An alias names another model from now on.
struct AliasSet {
    std::string alias;
    std::optional<std::string> model;  // none: the model inside the program
    Way way = Way::promote;

    bool operator==(const AliasSet&) const = default;
};

// A challenger of an experiment and its share of the answers: 0 is a shadow.
struct Arm {
    std::string model;
    double weight = 0;

    bool operator==(const Arm&) const = default;
};

// Challengers are judged beside the champion, on the same flights.
struct ExperimentStarted {
    std::string experiment;  // its name
    std::vector<Arm> arms;
    bool auto_promote = false;

    bool operator==(const ExperimentStarted&) const = default;
};

struct ExperimentStopped {
    std::string experiment;

    bool operator==(const ExperimentStopped&) const = default;
};

// What the figures of an experiment say of one arm.
enum class Decision { harm, better, broken, skewed };

// A decision with the numbers that it follows from. One record has all its effects, so that they
// happen together and once.
struct ExperimentDecided {
    std::string experiment;
    std::string model;  // of the arm
    Decision decision = Decision::harm;
    std::vector<std::pair<std::string, double>> numbers;
    std::optional<AliasSet> sets;  // the alias that it sets

    bool operator==(const ExperimentDecided&) const = default;
};

// A record of a newer version of the program: it has its place in the chain and no effect here.
struct Unknown {
    std::string kind;

    bool operator==(const Unknown&) const = default;
};

using Event = std::variant<
    VersionAdded,
    VersionRemoved,
    AliasSet,
    ExperimentStarted,
    ExperimentStopped,
    ExperimentDecided,
    Unknown>;

// A record of the registry: what happened, who wrote it and why, and the record it follows. Of two
// that follow the same one only the first counts.
struct Record {
    base::Uuid id;
    std::optional<base::Uuid> follows;  // none: the first of all
    base::WallTime at{};                // by the clock of its author
    std::string author;
    std::string reason;
    Event event;

    bool operator==(const Record&) const = default;
};

// The name of an event's kind, as records have it: "alias_set".
[[nodiscard]] std::string_view kind_of(const Event& event);

// The name of a decision, as records have it: "harm".
[[nodiscard]] std::string_view name_of(Decision decision);

}  // namespace flightcast::registry
