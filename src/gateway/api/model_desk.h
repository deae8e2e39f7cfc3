// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "registry/bundle_parts.h"
#include "registry/ledger.h"

namespace flightcast::gateway::api {

// The registry of models as the API uses it. Each call may come at any time; `done` is called once,
// on another thread, unless the call itself fails.
struct ModelDesk {
    // As it is now; the error says why there is none.
    std::function<base::Result<std::shared_ptr<const registry::Registry>>()> registry;

    std::function<std::string()> in_use;  // the model that answers here; empty: no scorer
    std::function<std::string()> pinned;  // why aliases are not followed here; empty: they are

    std::function<std::string()> status;  // of experiments, as JSON; empty: no decider here

    std::function<std::string()> drift;  // of requests and answers, as JSON; empty: nothing yet

    using Done = registry::Ledger::Done;
    std::function<base::Result<void>(registry::Proposal proposal, Done done)> propose;

    struct NewVersion {
        registry::PackedAddress address;
        std::string author;
        std::string reason;
    };
    std::function<base::Result<void>(NewVersion version, Done done)> add_version;
};

}  // namespace flightcast::gateway::api
