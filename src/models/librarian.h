// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "features/predictor.h"
#include "flight/topics/topic_set.h"
#include "models/active_model.h"
#include "registry/bundle_parts.h"
#include "registry/ledger.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

namespace flightcast::models {

// The parts that a librarian works with. All of it outlives the librarian.
struct LibrarianParts {
    eventlog::EventLog& log;
    flight::TopicSet topics;
    const base::Clock& clock;
    ActiveModel* active = nullptr;  // null in a process that scores nothing
    telemetry::Metrics& metrics;
    telemetry::Logger logger;
};

// The registry of models in one process, on a thread of its own: follows its topic, loads the
// champion whenever that is another one and hands it to the scorer, and writes records. With a
// folder of its own (--model) the process does not follow aliases. A champion that cannot be loaded
// leaves the model before in use, and is said.
//
// Thread-safety: any thread may call any member.
class Librarian {
  public:
    // Reads the registry to its end and loads the champion, so that no request is answered by
    // another one after a restart. Errors: those of the log; timeout when it does not answer.
    [[nodiscard]] static base::Result<std::unique_ptr<Librarian>> open(LibrarianParts parts);
    ~Librarian();
    Librarian(const Librarian&) = delete;
    Librarian& operator=(const Librarian&) = delete;

    // As it is now.
    [[nodiscard]] std::shared_ptr<const registry::Registry> registry() const;

    // Why aliases are not followed in this process; empty: they are.
    [[nodiscard]] std::string pinned() const;

    // The models that answer in the shadow: the challengers of the registry, and the champion
    // before a fresh one. Empty in a process that scores nothing.
    using Models = std::vector<std::shared_ptr<const scoring::Model>>;
    [[nodiscard]] std::shared_ptr<const Models> challengers() const;

    // Called once, on the librarian's thread, or never when it ends before.
    using Done = registry::Ledger::Done;

    // Writes a record. full when too many wait.
    [[nodiscard]] base::Result<void> propose(registry::Proposal proposal, Done done);

    // The same for a version whose parts stand on their topic: they are read and the bundle in them
    // is checked first. Errors of `done`, besides: invalid_argument for a bundle that cannot be
    // used here.
    struct NewVersion {
        registry::PackedAddress address;
        std::string author;
        std::string reason;
    };
    [[nodiscard]] base::Result<void> add_version(NewVersion version, Done done);

    // Told after each record that counts, on the librarian's thread; one at a time.
    void on_change(std::function<void()> told);

  private:
    // A model besides the champion; "" is the one inside the program.
    struct Wanted {
        std::string name;
        bool answers_clients = false;

        auto operator<=>(const Wanted&) const = default;
    };

    explicit Librarian(LibrarianParts parts);
    base::Result<void> start();
    base::Result<void> catch_up();
    void work();
    void take_tasks();
    void follow();
    void publish();
    void forget_faults();
    void load_champion();
    void note_fault(const std::string& model, const std::string& reason);
    void load_challengers();
    [[nodiscard]] std::vector<Wanted> wanted() const;
    [[nodiscard]] std::shared_ptr<const scoring::Model> loaded(const Wanted& wanted);
    [[nodiscard]] std::shared_ptr<const scoring::Split> split_now() const;
    [[nodiscard]] base::Result<features::Predictor> load_named(const std::string& model);
    base::Result<void> use_champion(const std::optional<std::string>& champion);
    void note_record(const registry::Record* record, registry::Fate fate);
    base::Result<void> queue(std::function<void()> task);
    void wake();
    [[nodiscard]] base::Result<registry::Event> read_version(
        const registry::PackedAddress& address
    );

    const LibrarianParts parts_;
    base::SystemRandom random_;
    std::unique_ptr<registry::Ledger> ledger_;  // the thread's
    std::optional<std::string> champion_;       // the thread's: what was loaded or tried last
    std::map<Wanted, std::shared_ptr<const scoring::Model>> loaded_;  // the thread's
    bool has_news_ = false;                                           // the thread's
    bool is_in_trouble_ = false;                                      // the thread's
    bool is_champion_due_ = false;  // the thread's: the log did not give it

    mutable std::mutex mutex_;
    std::condition_variable wake_;
    bool is_woken_ = false;                               // guarded by mutex_
    bool is_ending_ = false;                              // guarded by mutex_
    std::deque<std::function<void()>> tasks_;             // guarded by mutex_
    std::shared_ptr<const registry::Registry> registry_;  // guarded by mutex_
    std::shared_ptr<const Models> challengers_;           // guarded by mutex_
    std::set<std::string> faulty_;                        // guarded by mutex_: told already
    std::function<void()> told_;                          // guarded by mutex_
    std::thread thread_;
};

// Reads the bundle of a version from the topic of parts and checks all of it. Errors: not_found,
// corrupt, unsupported, timeout, those of the log.
[[nodiscard]] base::Result<features::Predictor> load_version(
    eventlog::EventLog& log, const std::string& parts_topic, const registry::VersionAdded& version
);

// The record of a version whose parts were read at `first`: its bundle can be used by this program.
// Errors: invalid_argument, corrupt, unsupported.
[[nodiscard]] base::Result<registry::VersionAdded> examine(
    const registry::Fetched& fetched, const registry::PackedAddress& address
);

}  // namespace flightcast::models
