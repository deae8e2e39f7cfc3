// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "eventlog/event_log.h"
#include "registry/proposal.h"
#include "registry/registry.h"

namespace flightcast::registry {

// All that a ledger works with; it outlives the ledger.
struct LedgerParts {
    eventlog::EventLog& log;
    std::string topic;
    const base::Clock& clock;
    base::Random& random;
    std::function<void()> wake{};  // step() may have something to do; any thread, must be cheap
    // Told of each record that was read, the invalid ones without one.
    std::function<void(const Record* record, Fate fate)> on_record{};
};

// The registry's topic as one process sees it: follows it without a group and appends records to
// it. An append whose fate is unknown is repeated as it is, which the fold takes once; a record
// that another one got ahead of is proposed anew on what holds then.
//
// Thread-safety: one thread; completions of the log come on another.
class Ledger {
  public:
    // Errors are those of the log; not_found when the topic is missing.
    [[nodiscard]] static base::Result<std::unique_ptr<Ledger>> open(LedgerParts parts);
    ~Ledger();
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    // Reads what is there, and appends what is proposed. True when there was something to do. The
    // log's error; calling it again later goes on.
    [[nodiscard]] base::Result<bool> step();

    // Whether all was read that was there when the ledger was opened.
    [[nodiscard]] bool caught_up() const { return caught_up_; }

    [[nodiscard]] const Registry& now() const { return registry_; }

    // Called once, in step(): with the record that counts, or with why there is none: what the
    // proposal says itself, or invalid_argument from the log.
    using Done = std::function<void(const base::Result<Record>&)>;

    // Proposals are taken one after the other.
    void propose(Proposal proposal, Done done);
    [[nodiscard]] bool has_open_proposals() const { return !proposals_.empty(); }

  private:
    struct Waiting {
        Proposal proposal;
        Done done;
        std::optional<Record> record{};  // as it was appended, or is about to be
        bool is_durable = false;         // it will be read
    };
    struct Append;  // what the log's thread tells

    explicit Ledger(LedgerParts parts);
    void take(const eventlog::Record& read);
    void settle(const Record& record, Fate fate);
    void finish(base::Result<Record> result);
    base::Result<bool> work_on_proposal();
    base::Result<bool> look_at_append();
    base::Result<void> make_record(Waiting& waiting);
    base::Result<void> append(const Record& record);

    const LedgerParts parts_;
    std::unique_ptr<eventlog::Reader> reader_;
    std::unique_ptr<eventlog::Writer> writer_;
    std::vector<eventlog::Position> ends_;  // when it was opened
    std::shared_ptr<Append> append_;
    Registry registry_;
    std::deque<Waiting> proposals_;
    bool caught_up_ = false;
};

}  // namespace flightcast::registry
