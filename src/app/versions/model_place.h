// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "app/options/options.h"
#include "base/clock.h"
#include "base/result.h"
#include "registry/bundle_parts.h"
#include "registry/record.h"

namespace flightcast::app::versions {

// Why a change is made, and by whom.
struct Words {
    std::string author;
    std::string reason;
};

// A change of an alias: to a version or the model inside the program, or back.
struct AliasChange {
    std::string alias;
    std::optional<std::string> model;  // none: the model inside the program
    bool is_rollback = false;
};

// The registry of models as the commands use it: by a running server, or in the log itself. Answers
// are JSON: the record of a change, the state as GET /api/v1/models tells it. Errors: those of the
// registry with what to do, and those of the place.
//
// Thread-safety: one thread.
class ModelPlace {
  public:
    // Where records are written: by the server at `url`, in the Kafka of the options, by the
    // server that works on the data folder, or, without one, in the folder, which is then locked.
    // REQUIRES: `options` and `clock` outlive the place.
    [[nodiscard]] static base::Result<std::unique_ptr<ModelPlace>> open(
        const std::string& url, const options::ServeOptions& options, const base::Clock& clock
    );
    virtual ~ModelPlace() = default;

    [[nodiscard]] virtual base::Result<std::string> add(
        const registry::BundleFiles& files, const Words& words
    ) = 0;
    [[nodiscard]] virtual base::Result<std::string> set_alias(
        const AliasChange& change, const Words& words
    ) = 0;
    [[nodiscard]] virtual base::Result<std::string> remove(
        const std::string& model, const Words& words
    ) = 0;
    [[nodiscard]] virtual base::Result<std::string> start_experiment(
        const registry::ExperimentStarted& experiment, const Words& words
    ) = 0;
    [[nodiscard]] virtual base::Result<std::string> stop_experiment(
        const std::string& experiment, const Words& words
    ) = 0;
};

// How experiments stand, as GET /api/v1/experiments of a server tells it: of that at `url`, or of
// the one that works on the data folder. Errors: not_found without a server.
[[nodiscard]] base::Result<std::string> read_experiments(
    const std::string& url, const options::ServeOptions& options, const base::Clock& clock
);

// The state of the registry, of a server or folded from the topic, which needs no lock; `at` is a
// time as in "2026-11-30T12:00:00Z", empty: now.
[[nodiscard]] base::Result<std::string> read_registry(
    const std::string& url,
    const std::string& at,
    const options::ServeOptions& options,
    const base::Clock& clock
);

}  // namespace flightcast::app::versions
