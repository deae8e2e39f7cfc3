// SPDX-License-Identifier: Apache-2.0
#include "models/active_model.h"

#include <sys/stat.h>

#include <array>
#include <chrono>
#include <utility>

#include "base/check.h"
#include "features/predictor.h"
#include "forest/bundle.h"
#include "models/bundled.h"
#include "models/model_card.h"
#include "scoring/latency_guard.h"

namespace flightcast::models {

using base::Result;

namespace {

// How often the files are looked at. A bundle is some files, so a change is taken for finished when
// the next look finds the same.
constexpr std::chrono::seconds kLookEvery(2);

// Tells one state of a bundle's files from another, without reading them.
using Fingerprint = std::array<std::array<std::int64_t, 4>, 4>;

Fingerprint fingerprint_of(const std::filesystem::path& folder) {
    constexpr std::array kFiles = {
        forest::kBundleFile, forest::kForestFile, forest::kSparkForestFile, forest::kOnlineStateFile
    };
    Fingerprint fingerprint{};
    for (std::size_t i = 0; i < kFiles.size(); ++i) {
        struct stat file{};
        if (::stat((folder / kFiles[i]).c_str(), &file) != 0) continue;
        fingerprint[i] = {
            static_cast<std::int64_t>(file.st_ino),
            static_cast<std::int64_t>(file.st_size),
            static_cast<std::int64_t>(file.st_mtim.tv_sec),
            static_cast<std::int64_t>(file.st_mtim.tv_nsec)
        };
    }
    return fingerprint;
}

std::shared_ptr<const scoring::Model> with_split(
    const scoring::Model& model, std::shared_ptr<const scoring::Split> split
) {
    scoring::Model copy = model;
    copy.split = std::move(split);
    return std::make_shared<const scoring::Model>(std::move(copy));
}

}  // namespace

std::shared_ptr<const scoring::Model> scoring_model(
    features::Predictor loaded, features::Explain explain
) {
    const auto predictor = std::make_shared<const features::Predictor>(std::move(loaded));
    return std::make_shared<const scoring::Model>(scoring::Model{
        .id = std::string(predictor->model_id()),
        .answer = [predictor, explain](
                      std::span<const flight::Request> requests
                  ) { return predictor->answer(requests, explain); },
        .online = std::shared_ptr<const features::online::Fold>(predictor, predictor->online())
    });
}

ActiveModel::Loaded ActiveModel::for_scoring(
    features::Predictor loaded, features::Explain explain
) {
    std::string card = model_card(loaded.bundle());
    auto reference = drift::reference_of(loaded.bundle());
    return {
        .model = scoring_model(std::move(loaded), explain),
        .card = std::move(card),
        .reference = std::move(reference)
    };
}

Result<ActiveModel::Loaded> ActiveModel::load_for_scoring(const ActiveModelOptions& options) {
    FC_TRY(features::Predictor loaded, load_model(options.folder));
    return for_scoring(std::move(loaded), options.explain);
}

Result<std::unique_ptr<ActiveModel>> ActiveModel::load(
    const ActiveModelOptions& options, telemetry::Metrics& metrics, telemetry::Logger logger
) {
    FC_TRY(Loaded loaded, load_for_scoring(options));
    return std::unique_ptr<ActiveModel>(
        new ActiveModel(options, std::move(loaded), metrics, std::move(logger))
    );
}

ActiveModel::ActiveModel(
    ActiveModelOptions options, Loaded loaded, telemetry::Metrics& metrics, telemetry::Logger logger
)
    : options_(std::move(options)),
      metrics_(metrics),
      logger_(std::move(logger)),
      loaded_(std::move(loaded)) {
    metrics_.gauge(telemetry::kModelInfo, loaded_.model->id).set(1);
    for (const char* const outcome : {"loaded", "refused"}) {
        metrics_.counter(telemetry::kModelReloads, outcome).add(0);
    }
    thread_ = std::thread([this] { watch(); });
}

ActiveModel::~ActiveModel() {
    {
        const std::lock_guard lock(mutex_);
        ending_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

std::shared_ptr<const scoring::Model> ActiveModel::snapshot() const {
    const std::lock_guard lock(mutex_);
    return loaded_.model;
}

std::string ActiveModel::card() const {
    const std::lock_guard lock(mutex_);
    return loaded_.card;
}

std::shared_ptr<const drift::Reference> ActiveModel::reference() const {
    const std::lock_guard lock(mutex_);
    return loaded_.reference;
}

void ActiveModel::reload() {
    {
        const std::lock_guard lock(mutex_);
        asked_ = true;
    }
    wake_.notify_one();
}

void ActiveModel::replace(Loaded next) {
    const std::string id = next.model->id;
    {
        const std::lock_guard lock(mutex_);
        std::swap(loaded_, next);
        loaded_.model = with_split(*loaded_.model, split_);
    }
    const std::string& previous = next.model->id;
    if (id == previous) {
        logger_.info("the model is the same as before", {{"model", id}});
        return;
    }
    metrics_.gauge(telemetry::kModelInfo, previous).set(0);
    metrics_.gauge(telemetry::kModelInfo, id).set(1);
    logger_.info("another model is in use", {{"model", id}, {"instead_of", previous}});
}

void ActiveModel::use(features::Predictor predictor, const base::Clock& clock, OnFault on_fault) {
    FC_CHECK(options_.folder.empty());
    Loaded next = for_scoring(std::move(predictor), options_.explain);
    auto inside = on_fault ? load_for_scoring(options_) : base::Result<Loaded>(Loaded{});
    if (inside && inside->model) {
        scoring::Model guarded = *next.model;
        guarded.fallback = inside->model;
        guarded.on_fault = [on_fault = std::move(on_fault),
                            id = guarded.id](const std::string& reason) { on_fault(id, reason); };
        next.model = std::make_shared<const scoring::Model>(
            scoring::with_latency_guard(std::move(guarded), clock)
        );
    }
    replace(std::move(next));
    metrics_.counter(telemetry::kModelReloads, "loaded").add();
}

void ActiveModel::set_split(std::shared_ptr<const scoring::Split> split) {
    const std::lock_guard lock(mutex_);
    split_ = std::move(split);
    loaded_.model = with_split(*loaded_.model, split_);
}

Result<void> ActiveModel::use_bundled() {
    FC_CHECK(options_.folder.empty());
    FC_TRY(Loaded next, load_for_scoring(options_));
    replace(std::move(next));
    metrics_.counter(telemetry::kModelReloads, "loaded").add();
    return {};
}

void ActiveModel::load_again() {
    auto next = load_for_scoring(options_);
    const bool is_good = next.has_value();
    if (is_good) {
        replace(*std::move(next));
    } else {
        logger_.error(
            "cannot use the model in the folder; the one before stays in use",
            {{"folder", options_.folder.string()},
             {"reason", next.error().detail},
             {"model", snapshot()->id}}
        );
    }
    // Last, so that a test that waits for it finds all the rest done.
    metrics_.counter(telemetry::kModelReloads, is_good ? "loaded" : "refused").add();
}

void ActiveModel::watch() {
    Fingerprint loaded = fingerprint_of(options_.folder);
    Fingerprint seen = loaded;
    while (true) {
        bool asked = false;
        {
            std::unique_lock lock(mutex_);
            const auto woken = [this] { return asked_ || ending_; };
            if (options_.folder.empty()) {
                wake_.wait(lock, woken);
            } else {
                wake_.wait_for(lock, kLookEvery, woken);
            }
            if (ending_) return;
            asked = std::exchange(asked_, false);
        }
        if (options_.folder.empty()) {
            logger_.info("there is no --model to load again; the model in use stays");
            continue;
        }
        const Fingerprint now = fingerprint_of(options_.folder);
        const bool changed = now != loaded && now == seen;
        seen = now;
        if (!asked && !changed) continue;
        loaded = now;
        load_again();
    }
}

}  // namespace flightcast::models
