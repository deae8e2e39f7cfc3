// SPDX-License-Identifier: Apache-2.0
#include "registry/proposal.h"

#include <algorithm>
#include <utility>

namespace flightcast::registry {

using base::Errc;
using base::fail;
using base::Result;

Result<Event> promotion(
    const Registry& now, const std::string& alias, std::optional<std::string> model
) {
    const bool is_set = now.aliases().contains(alias);
    if (now.model_of(alias) == model && (is_set || !model)) {
        return fail(
            Errc::already_exists,
            "'" + alias + "' names " + model.value_or("the model inside the program") + " already"
        );
    }
    Event event = AliasSet{.alias = alias, .model = std::move(model), .way = Way::promote};
    FC_TRY_VOID(now.check(event));
    return event;
}

Result<Event> rollback(const Registry& now, const std::string& alias) {
    const auto before = now.before(alias);
    if (!before) {
        return fail(
            Errc::not_found, "'" + alias + "' has no promotion to take back; promote a version"
        );
    }
    return AliasSet{.alias = alias, .model = before->model, .way = Way::rollback};
}

Result<Event> experiment(const Registry& now, ExperimentStarted wanted) {
    for (Arm& arm : wanted.arms) {
        FC_TRY(arm.model, find_model(now, arm.model));
    }
    Event event = std::move(wanted);
    FC_TRY_VOID(now.check(event));
    return event;
}

Result<std::string> find_model(const Registry& now, const std::string& wanted) {
    if (now.find(wanted) != nullptr) return wanted;
    if (now.aliases().contains(wanted)) {
        if (auto model = now.model_of(wanted)) return *std::move(model);
        return fail(Errc::not_found, "'" + wanted + "' names the model inside the program");
    }
    std::optional<std::string> found;
    for (const Version& version : now.versions()) {
        const std::string& model = version.added.model;
        const std::string_view digits = std::string_view(model).substr(model.rfind('@') + 1);
        const bool is_meant = model.starts_with(wanted) || digits.starts_with(wanted);
        if (version.is_removed || wanted.empty() || !is_meant) continue;
        if (found) {
            return fail(
                Errc::invalid_argument,
                "'" + wanted + "' may be " + *found + " or " + model + "; give more of it"
            );
        }
        found = model;
    }
    if (found) return *std::move(found);
    const bool was_removed = std::ranges::any_of(now.versions(), [&](const Version& version) {
        return version.is_removed && version.added.model == wanted;
    });
    if (was_removed) {
        return fail(Errc::not_found, "'" + wanted + "' was removed; add it again first");
    }
    return fail(
        Errc::not_found,
        "'" + wanted + "' is not a known version; 'flightcast models list' names them"
    );
}

}  // namespace flightcast::registry
