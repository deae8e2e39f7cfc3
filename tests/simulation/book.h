// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.h"
#include "flight/outcome.h"

namespace flightcast::simulation {

// A flight that a client submits, perhaps more than once under its key. Its delay is its number, so
// that every outcome says whose it is.
struct Flight {
    std::size_t number = 0;
    std::size_t client = 0;
    std::string key{};               // empty: none
    std::optional<base::Uuid> id{};  // as the first answer had it
    bool is_accepted = false;        // was answered OK
    bool is_scorable = true;
    std::size_t records = 0;  // of it on the request topic and of rivals, at most
    bool has_rival_failure = false;
};

// An outcome as anybody saw it.
struct Sight {
    base::Uuid id;
    flight::OutcomeKind kind{};
    std::string json;  // a prediction's record, a failure's reason
};

// What was promised to whom, and what became of it. Every breach is a fault in words.
class Book {
  public:
    Flight& add_flight(std::size_t client, std::string key);
    [[nodiscard]] std::vector<Flight>& flights() { return flights_; }
    [[nodiscard]] const Flight* flight_of(const base::Uuid& id) const;
    // The accepted ids, in the order of acceptance.
    [[nodiscard]] const std::vector<base::Uuid>& accepted() const { return accepted_; }

    // A client was answered OK.
    void accept(Flight& flight, const base::Uuid& id);
    // Another program appended a request of its own.
    void add_unscorable(const base::Uuid& id);

    // A client, or an HTTP request, got an outcome.
    void see(const Sight& sight);
    // The store has this at the end, or nothing.
    void check_stored(const base::Uuid& id, const std::optional<Sight>& stored);
    // A gateway shows this at the end, or nothing.
    void check_shown(const base::Uuid& id, const std::optional<Sight>& shown);

    void fault(const std::string& what, const base::Uuid& id);
    void fault(std::string what) { faults_.push_back(std::move(what)); }
    [[nodiscard]] const std::vector<std::string>& faults() const { return faults_; }

    // From now on an outcome may be scored anew that somebody saw already: the power was cut, or
    // the cache is smaller than the work that a crash repeats.
    void allow_new_outcomes() { may_change_ = true; }

    // From now on the log and the caches may have forgotten an outcome that is in the store:
    // minutes passed, or retention removed it. A submission that is repeated, or a rival, is then
    // news.
    void allow_news_of_repeated() { forgets_ = true; }
    // More time than gateways read back has gone by: one that starts now may begin behind an
    // outcome and before its repetition.
    void allow_news_of_repetitions() { forgets_repetitions_ = true; }

  private:
    [[nodiscard]] std::string name_of(const base::Uuid& id) const;
    void check_content(const Sight& sight);
    [[nodiscard]] bool may_differ(const Flight& flight) const {
        return may_change_ || (forgets_ && flight.records > 1) || forgets_repetitions_;
    }

    std::vector<Flight> flights_;
    std::map<base::Uuid, std::size_t> by_id_;
    std::vector<base::Uuid> accepted_;
    std::map<base::Uuid, std::set<std::string>> predictions_seen_;
    std::map<base::Uuid, std::string> stored_;
    std::vector<std::string> faults_;
    bool may_change_ = false;
    bool forgets_ = false;
    bool forgets_repetitions_ = false;
};

}  // namespace flightcast::simulation
