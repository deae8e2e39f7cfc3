// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/bounded_queue.h"
#include "base/clock.h"
#include "store/mongo/mongo_options.h"
#include "store/outcome_store.h"

namespace flightcast::store::mongo {

class ConnectionPool;
class IndexMaker;

// Outcomes in MongoDB, in documents that the original system's programs read and whose documents it
// reads (document.h). Each is inserted under an id that follows from the request, so the first one
// stays and repeating is harmless. A server that is away costs an error within the time limits,
// never a wait for ever; once it is back, everything works again by itself.
//
// Besides the caller's, two threads work: one looks up, as many ids at once as wait; one makes the
// indexes, as soon as there is a server, and ends.
//
// Thread-safety: any thread may call any member.
class MongoStore final : public OutcomeStore {
  public:
    // Opens a store, whether or not there is a server yet. Errc::invalid_argument: the URI.
    // REQUIRES: `clock` outlives the store.
    [[nodiscard]] static base::Result<std::unique_ptr<MongoStore>> open(
        MongoOptions options, const base::Clock& clock
    );

    // Look-ups that wait are answered Errc::closed. Takes as long as a call under way.
    ~MongoStore() override;

    // In bulks; when one fails, those before it are stored. Errc::unavailable with the reason and
    // the way out.
    base::Result<std::vector<Refusal>> put(const std::vector<flight::Outcome>& outcomes) override;
    // While a server is known to be away, which is for a second after it was found to be, the
    // answer is Errc::unavailable at once: callers need not wait for the time limit again and
    // again.
    void find(const base::Uuid& id, FindDone done) override;
    // The server's own count, which may lag behind after it crashed.
    base::Result<std::int64_t> count() override;

    // Asks the server for a sign of life.
    base::Result<void> reach() override;
    // Removes nothing: the server does, by an index (IndexMaker).
    base::Result<std::size_t> trim(base::WallTime, std::size_t) override { return 0; }
    [[nodiscard]] bool is_distant() const override { return true; }

  private:
    struct Lookup {
        base::Uuid id;
        FindDone done;
    };
    using Found = std::map<base::Uuid, StoredOutcome>;

    MongoStore(
        MongoOptions options, const base::Clock& clock, std::shared_ptr<ConnectionPool> pool
    );

    base::Result<std::vector<Refusal>> put_those_of(
        flight::OutcomeKind kind, const std::vector<flight::Outcome>& outcomes
    );
    base::Result<std::int64_t> count_in(const std::string& collection);

    void serve_lookups();
    [[nodiscard]] bool is_away() const { return clock_.steady_now() < away_until_.load(); }
    void answer(std::span<Lookup> lookups);
    static void refuse(std::span<Lookup> lookups, const base::Error& error);
    base::Result<Found> look_up(std::vector<base::Uuid> ids);
    base::Result<void> look_up_in(
        flight::OutcomeKind kind, const std::vector<base::Uuid>& ids, Found& found
    );

    // Notes whether the server could be reached, and hands `result` on.
    template <typename T>
    base::Result<T> noted(base::Result<T> result);

    const MongoOptions options_;
    const base::Clock& clock_;
    const std::shared_ptr<ConnectionPool> pool_;
    const std::unique_ptr<IndexMaker> indexes_;
    std::atomic<bool> closing_ = false;
    std::atomic<base::SteadyTime> away_until_{};  // look-ups fail at once until then
    base::BoundedQueue<Lookup> lookups_;
    std::thread thread_;
};

}  // namespace flightcast::store::mongo
