// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "drift/reference.h"
#include "features/predictor.h"
#include "scoring/model.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace flightcast::models {

struct ActiveModelOptions {
    std::filesystem::path folder;                        // empty: the model inside the program
    features::Explain explain = features::Explain::yes;  // contributions in answers
};

// A predictor as a scorer uses it.
[[nodiscard]] std::shared_ptr<const scoring::Model> scoring_model(
    features::Predictor loaded, features::Explain explain
);

// The model in use. A new one in the bundle's folder is loaded and checked on a thread of its own,
// after reload() or when the files there have changed and then stay the same for a moment; only
// when it is good it takes the old one's place, for the next batch. A bad one is said and left
// alone. Without a folder another model is put in its place by use() (models/librarian.h).
//
// Thread-safety: any thread may call any member.
class ActiveModel {
  public:
    // Loads the model in the folder, or, when none is named, the one inside the program, which
    // nothing replaces. Fails as loading does. REQUIRES: `metrics` outlives the result.
    [[nodiscard]] static base::Result<std::unique_ptr<ActiveModel>> load(
        const ActiveModelOptions& options, telemetry::Metrics& metrics, telemetry::Logger logger
    );
    ~ActiveModel();
    ActiveModel(const ActiveModel&) = delete;
    ActiveModel& operator=(const ActiveModel&) = delete;

    // The card (models/model_card.h) of the model in use.
    [[nodiscard]] std::string card() const;

    // What requests are held against to see whether they have changed, of the model in use.
    [[nodiscard]] std::shared_ptr<const drift::Reference> reference() const;

    // Readers keep it for a whole batch.
    [[nodiscard]] std::shared_ptr<const scoring::Model> snapshot() const;

    // Has the folder loaded again, soon and on another thread.
    void reload();

    // The folder that is followed; empty: none.
    [[nodiscard]] const std::filesystem::path& folder() const { return options_.folder; }

    [[nodiscard]] features::Explain explain() const { return options_.explain; }

    // Another model takes the place of the one in use, for the next batch; or the one inside the
    // program does. REQUIRES: there is no folder.
    // With `on_fault` the model inside the program answers in its place when it gives no usable
    // answers, which is told on the scorer's thread.
    // The same where it stays slow by `clock` (scoring/latency_guard.h).
    using OnFault = std::function<void(const std::string& model, const std::string& reason)>;
    void use(features::Predictor predictor, const base::Clock& clock, OnFault on_fault = {});
    [[nodiscard]] base::Result<void> use_bundled();

    // Other models answer shares of the requests from the next batch on; null: none does.
    void set_split(std::shared_ptr<const scoring::Split> split);

  private:
    struct Loaded {
        std::shared_ptr<const scoring::Model> model;
        std::string card;
        std::shared_ptr<const drift::Reference> reference;
    };

    ActiveModel(
        ActiveModelOptions options,
        Loaded loaded,
        telemetry::Metrics& metrics,
        telemetry::Logger logger
    );
    [[nodiscard]] static base::Result<Loaded> load_for_scoring(const ActiveModelOptions& options);
    [[nodiscard]] static Loaded for_scoring(features::Predictor loaded, features::Explain explain);
    void watch();
    void load_again();
    void replace(Loaded next);

    const ActiveModelOptions options_;
    telemetry::Metrics& metrics_;
    const telemetry::Logger logger_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    Loaded loaded_;                                // guarded by mutex_
    std::shared_ptr<const scoring::Split> split_;  // guarded by mutex_
    bool asked_ = false;                           // guarded by mutex_
    bool ending_ = false;                          // guarded by mutex_
    std::thread thread_;
};

}  // namespace flightcast::models
