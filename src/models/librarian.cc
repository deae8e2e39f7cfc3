// SPDX-License-Identifier: Apache-2.0
#include "models/librarian.h"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>

#include "base/limits.h"
#include "forest/bundle.h"
#include "models/bundled.h"
#include "models/model_card.h"
#include "scoring/latency_guard.h"

namespace flightcast::models {

using base::Errc;
using base::fail;
using base::Result;
using registry::Fate;

namespace {

using namespace std::chrono_literals;

constexpr auto kPatience = 10s;  // with a log that is asked for parts or records
constexpr auto kPauseAfterError = 500ms;
constexpr auto kUploadMax = 15min;  // its parts are sought there first

Result<features::Predictor> predictor_of(const registry::BundleFiles& files) {
    FC_TRY(
        forest::Bundle bundle,
        forest::parse_bundle(
            files.bundle_json,
            std::as_bytes(std::span(files.forest)),
            "the version",
            std::as_bytes(std::span(files.online))
        )
    );
    return make_predictor(std::move(bundle));
}

// The share of the requests that a model answers as an arm.
double weight_of(const registry::Registry& now, const std::string& model) {
    const registry::Experiment* const experiment = now.running();
    if (experiment == nullptr) return 0;
    for (const registry::ArmState& state : experiment->arms) {
        if (state.arm.model == model && !state.decision) return state.arm.weight;
    }
    return 0;
}

}  // namespace

Result<features::Predictor> load_version(
    eventlog::EventLog& log, const std::string& parts_topic, const registry::VersionAdded& version
) {
    const registry::PackedAddress address{
        .digest = version.digest, .bytes = version.bytes, .parts = version.parts
    };
    FC_TRY(
        const registry::Fetched fetched,
        registry::fetch_bundle(
            log, parts_topic, address, eventlog::Offset(version.parts_at), kPatience
        )
    );
    FC_TRY(const registry::BundleFiles files, registry::unpack(fetched.packed));
    FC_TRY(features::Predictor predictor, predictor_of(files));
    if (predictor.model_id() == version.model) return predictor;
    return fail(
        Errc::corrupt,
        "the bundle of " + version.model + " is that of " + std::string(predictor.model_id())
    );
}

Result<registry::VersionAdded> examine(
    const registry::Fetched& fetched, const registry::PackedAddress& address
) {
    FC_TRY(const registry::BundleFiles files, registry::unpack(fetched.packed));
    FC_TRY(const features::Predictor predictor, predictor_of(files));
    return registry::VersionAdded{
        .model = std::string(predictor.model_id()),
        .digest = address.digest,
        .bytes = address.bytes,
        .parts = address.parts,
        .parts_at = fetched.first.value(),
        .card = model_card(predictor.bundle())
    };
}

Librarian::Librarian(LibrarianParts parts)
    : parts_(std::move(parts)),
      registry_(std::make_shared<const registry::Registry>()),
      challengers_(std::make_shared<const Models>()) {}

Librarian::~Librarian() {
    {
        const std::lock_guard lock(mutex_);
        is_ending_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

Result<std::unique_ptr<Librarian>> Librarian::open(LibrarianParts parts) {
    std::unique_ptr<Librarian> librarian(new Librarian(std::move(parts)));
    FC_TRY_VOID(librarian->start());
    return librarian;
}

Result<void> Librarian::start() {
    FC_TRY(
        ledger_,
        registry::Ledger::open(
            {.log = parts_.log,
             .topic = parts_.topics.models,
             .clock = parts_.clock,
             .random = random_,
             .wake = [this] { wake(); },
             .on_record =
                 [this](const registry::Record* record, Fate fate) { note_record(record, fate); }}
        )
    );
    FC_TRY_VOID(catch_up());
    publish();
    load_champion();
    load_challengers();
    thread_ = std::thread([this] { work(); });
    return {};
}

Result<void> Librarian::catch_up() {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!ledger_->caught_up()) {
        FC_TRY(const bool was_busy, ledger_->step());
        if (was_busy || ledger_->caught_up()) continue;
        std::unique_lock lock(mutex_);
        if (!wake_.wait_until(lock, deadline, [this] { return is_woken_; })) {
            return fail(Errc::timeout, "the log does not give the records of the registry in time");
        }
        is_woken_ = false;
    }
    return {};
}

void Librarian::wake() {
    {
        const std::lock_guard lock(mutex_);
        is_woken_ = true;
    }
    wake_.notify_one();
}

void Librarian::work() {
    while (true) {
        take_tasks();
        follow();
        std::unique_lock lock(mutex_);
        const auto woken = [this] { return is_ending_ || is_woken_ || !tasks_.empty(); };
        if (is_in_trouble_) {
            wake_.wait_for(lock, kPauseAfterError, [this] { return is_ending_; });
        } else {
            wake_.wait(lock, woken);
        }
        is_woken_ = false;
        if (is_ending_) return;
    }
}

void Librarian::take_tasks() {
    std::deque<std::function<void()>> tasks;
    {
        const std::lock_guard lock(mutex_);
        tasks.swap(tasks_);
    }
    for (const auto& task : tasks) task();
}

// As far as it goes.
void Librarian::follow() {
    while (true) {
        const auto was_busy = ledger_->step();
        if (std::exchange(has_news_, false)) {
            forget_faults();
            publish();
            load_champion();
            load_challengers();
        } else if (is_champion_due_) {
            load_champion();
        }
        if (!was_busy && !is_in_trouble_) {
            parts_.logger.warning(
                "cannot follow the registry of models; the model in use stays",
                {{"reason", was_busy.error().detail}}
            );
        }
        is_in_trouble_ = !was_busy || is_champion_due_;
        if (!was_busy || !*was_busy) return;
    }
}

void Librarian::note_record(const registry::Record* record, Fate fate) {
    has_news_ |= fate == Fate::applied;
    if (record == nullptr) {
        parts_.logger.warning("a record of the registry of models is not valid and is passed over");
    } else if (fate == Fate::refused) {
        parts_.logger.warning(
            "a record of the registry of models contradicts it and is passed over",
            {{"record", record->id.to_string()}, {"author", record->author}}
        );
    }
}

// A model that is promoted again may fail again.
void Librarian::forget_faults() {
    const auto champion = ledger_->now().model_of(registry::kChampion);
    const std::lock_guard lock(mutex_);
    std::erase_if(faulty_, [&](const std::string& model) {
        return model != champion && weight_of(ledger_->now(), model) == 0;
    });
}

void Librarian::publish() {
    auto copy = std::make_shared<const registry::Registry>(ledger_->now());
    std::function<void()> told;
    {
        const std::lock_guard lock(mutex_);
        registry_ = std::move(copy);
        told = told_;
    }
    if (told) told();
}

Result<void> Librarian::use_champion(const std::optional<std::string>& champion) {
    if (!champion) return parts_.active->use_bundled();
    const registry::Version* const version = ledger_->now().find(*champion);
    if (version == nullptr) return {};  // The registry names none such.
    FC_TRY(
        features::Predictor loaded,
        load_version(parts_.log, parts_.topics.model_parts, version->added)
    );
    parts_.active->use(
        std::move(loaded),
        parts_.clock,
        [this](const std::string& model, const std::string& reason) { note_fault(model, reason); }
    );
    return {};
}

// Any scorer's thread, with each batch. Once for a model: what it leads to is a record.
void Librarian::note_fault(const std::string& model, const std::string& reason) {
    {
        const std::lock_guard lock(mutex_);
        if (!faulty_.insert(model).second) return;
    }
    parts_.logger.error(
        "a model gives no usable answers; another one answers in its place",
        {{"model", model}, {"reason", reason}}
    );
    const auto event = [model](const registry::Registry& now) -> Result<registry::Event> {
        const registry::Experiment* const experiment = now.running();
        if (experiment != nullptr && weight_of(now, model) > 0) {
            return registry::ExperimentDecided{
                .experiment = experiment->name,
                .model = model,
                .decision = registry::Decision::broken,
                .numbers = {},
                .sets = {}
            };
        }
        if (now.model_of(registry::kChampion) != model) {
            return fail(Errc::not_found, "it is not in use any more");
        }
        return registry::rollback(now, std::string(registry::kChampion));
    };
    const auto queued =
        propose({.author = "scorer", .reason = "it is broken: " + reason, .event = event}, {});
    if (queued) return;
    const std::lock_guard lock(mutex_);
    faulty_.erase(model);  // Told again with the next batch.
}

void Librarian::load_champion() {
    if (parts_.active == nullptr || !parts_.active->folder().empty()) return;
    const auto champion = ledger_->now().model_of(registry::kChampion);
    if (champion == champion_ && !is_champion_due_) return;
    champion_ = champion;
    is_champion_due_ = false;
    const Result<void> done = use_champion(champion);
    if (done) return;
    const Errc code = done.error().code;
    is_champion_due_ = code == Errc::unavailable || code == Errc::timeout || code == Errc::io;
    parts_.metrics.counter(telemetry::kModelReloads, "refused").add();
    parts_.logger.error(
        "cannot use the champion; the model before stays in use",
        {{"champion", champion.value_or("")},
         {"reason", done.error().detail},
         {"model", parts_.active->snapshot()->id}}
    );
}

Result<features::Predictor> Librarian::load_named(const std::string& model) {
    if (model.empty()) return load_model({});
    const registry::Version* const version = ledger_->now().find(model);
    if (version == nullptr) return fail(Errc::not_found, "it is not a version any more");
    return load_version(parts_.log, parts_.topics.model_parts, version->added);
}

// The models to load: challengers, arms, the champion before a fresh one, and the champion while
// arms answer some requests, which it answers in the shadow.
std::vector<Librarian::Wanted> Librarian::wanted() const {
    const registry::Registry& now = ledger_->now();
    std::vector<Wanted> all;
    const auto add = [&](const std::string& name) {
        const bool answers = weight_of(now, name) > 0;
        if (std::ranges::find(all, name, &Wanted::name) == all.end()) {
            all.push_back({.name = name, .answers_clients = answers});
        }
    };
    for (const std::string& name : now.challengers()) add(name);
    if (const auto fresh = now.fresh_champion()) add(fresh->before.value_or(""));
    const bool is_split =
        std::ranges::any_of(all, [](const Wanted& one) { return one.answers_clients; });
    if (is_split) add(now.model_of(registry::kChampion).value_or(""));
    return all;
}

// Null for one that cannot be loaded, which is told; the others answer.
std::shared_ptr<const scoring::Model> Librarian::loaded(const Wanted& wanted) {
    const auto known = loaded_.find(wanted);
    if (known != loaded_.end()) return known->second;
    auto predictor = load_named(wanted.name);
    if (!predictor) {
        parts_.logger.error(
            "cannot use a challenger; it is left out",
            {{"challenger", wanted.name}, {"reason", predictor.error().detail}}
        );
        return nullptr;
    }
    const features::Explain explain =
        wanted.answers_clients ? parts_.active->explain() : features::Explain::no;
    scoring::Model model = *scoring_model(*std::move(predictor), explain);
    if (wanted.answers_clients) {
        model.on_fault = [this, id = model.id](const std::string& reason) {
            note_fault(id, reason);
        };
        model = scoring::with_latency_guard(std::move(model), parts_.clock);
    }
    return loaded_.emplace(wanted, std::make_shared<const scoring::Model>(std::move(model)))
        .first->second;
}

void Librarian::load_challengers() {
    if (parts_.active == nullptr) return;
    const std::vector<Wanted> all = wanted();
    std::erase_if(loaded_, [&](const auto& known) {
        return std::ranges::find(all, known.first) == all.end();
    });
    Models models;
    for (const Wanted& one : all) {
        if (auto model = loaded(one)) models.push_back(std::move(model));
    }
    if (parts_.active->folder().empty()) parts_.active->set_split(split_now());
    auto shared = std::make_shared<const Models>(std::move(models));
    const std::lock_guard lock(mutex_);
    challengers_ = std::move(shared);
}

// An arm that could not be loaded leaves its share to the champion.
std::shared_ptr<const scoring::Split> Librarian::split_now() const {
    const registry::Experiment* const experiment = ledger_->now().running();
    if (experiment == nullptr) return nullptr;
    scoring::Split split{.experiment = experiment->name, .models = {}, .weights = {}};
    for (const registry::ArmState& state : experiment->arms) {
        const auto loaded = loaded_.find({.name = state.arm.model, .answers_clients = true});
        const bool is_open = !state.decision && loaded != loaded_.end();
        split.models.push_back(is_open ? loaded->second : nullptr);
        split.weights.push_back(state.arm.weight);
    }
    const bool is_split =
        std::ranges::any_of(split.models, [](const auto& model) { return model != nullptr; });
    if (!is_split) return nullptr;
    return std::make_shared<const scoring::Split>(std::move(split));
}

std::shared_ptr<const Librarian::Models> Librarian::challengers() const {
    const std::lock_guard lock(mutex_);
    return challengers_;
}

std::shared_ptr<const registry::Registry> Librarian::registry() const {
    const std::lock_guard lock(mutex_);
    return registry_;
}

std::string Librarian::pinned() const {
    if (parts_.active == nullptr || parts_.active->folder().empty()) return {};
    return "this server uses the model in " + parts_.active->folder().string() +
           ": start it without --model to have it follow the aliases";
}

Result<void> Librarian::queue(std::function<void()> task) {
    {
        const std::lock_guard lock(mutex_);
        if (tasks_.size() >= base::limits::kRegistryProposalsMax) {
            return fail(Errc::full, "too many changes of the registry wait; try again in a moment");
        }
        tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
    return {};
}

Result<void> Librarian::propose(registry::Proposal proposal, Done done) {
    return queue([this, proposal = std::move(proposal), done = std::move(done)] {
        ledger_->propose(proposal, done);
    });
}

Result<registry::Event> Librarian::read_version(const registry::PackedAddress& address) {
    const std::string& topic = parts_.topics.model_parts;
    const auto since = std::chrono::floor<std::chrono::milliseconds>(parts_.clock.wall_now());
    FC_TRY(
        const std::vector<eventlog::Position> recent,
        parts_.log.admin().positions_at(topic, since - kUploadMax)
    );
    const eventlog::Offset from = recent.empty() ? eventlog::Offset(0) : recent.front().next;
    FC_TRY(
        const registry::Fetched fetched,
        registry::fetch_bundle(parts_.log, topic, address, from, kPatience)
    );
    FC_TRY(registry::VersionAdded version, examine(fetched, address));
    return version;
}

Result<void> Librarian::add_version(NewVersion version, Done done) {
    return queue([this, version = std::move(version), done = std::move(done)] {
        auto event = read_version(version.address);
        if (!event) {
            done(std::unexpected(event.error()));
            return;
        }
        ledger_->propose(
            {.author = version.author,
             .reason = version.reason,
             .event = [event = *std::move(event)](const registry::Registry& now)
                 -> Result<registry::Event> {
                 FC_TRY_VOID(now.check(event));
                 return event;
             }},
            done
        );
    });
}

void Librarian::on_change(std::function<void()> told) {
    const std::lock_guard lock(mutex_);
    told_ = std::move(told);
}

}  // namespace flightcast::models
