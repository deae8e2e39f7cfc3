// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "sqlite/database.h"

namespace flightcast::judging {

// How many a flight that was put away stands for.
struct PutAwayCounts {
    std::int64_t predictions = 0;
    std::int64_t judged = 0;     // of these
    std::int64_t unmatched = 0;  // flights

    PutAwayCounts& operator+=(const PutAwayCounts& other);
    bool operator==(const PutAwayCounts&) const = default;
};

// A flight that waits in the file instead of in memory.
struct PutAway {
    std::string key;              // of the flight
    std::vector<base::Uuid> ids;  // of its predictions: it is found by each of them, too
    std::int64_t touched_ms = 0;
    PutAwayCounts counts;
    std::string bytes;  // the evaluator's own

    bool operator==(const PutAway&) const = default;
};

// Flights that wait for arrivals, and for which memory has no room: a file that belongs to this
// process alone and is made anew at each start, since all of it follows from the log. A filter in
// memory knows which keys are surely not in it, so that flights that never were there cost nothing.
//
// Thread-safety: one thread at a time.
class WaitingFile {
  public:
    // Makes the file, in the place of one that an earlier process left. Errc::io, Errc::full.
    [[nodiscard]] static base::Result<std::unique_ptr<WaitingFile>> open(
        std::filesystem::path file, std::size_t bytes_max
    );
    ~WaitingFile();
    WaitingFile(const WaitingFile&) = delete;
    WaitingFile& operator=(const WaitingFile&) = delete;

    // Puts flights away. REQUIRES: none of their keys is in the file. Errc::full: the file has its
    // size; after an error none of them is in it.
    [[nodiscard]] base::Result<void> put(const std::vector<PutAway>& flights);

    // Takes a flight out, by its key or by the id of one of its predictions. Nothing, if it is not
    // in the file.
    [[nodiscard]] base::Result<std::optional<PutAway>> take(std::string_view key);
    [[nodiscard]] base::Result<std::optional<PutAway>> take(const base::Uuid& id);

    // Removes the flights that were touched last before this time; what they stood for.
    [[nodiscard]] base::Result<PutAwayCounts> remove_before(std::int64_t touched_ms);

    // What all that is in the file stands for.
    [[nodiscard]] const PutAwayCounts& counts() const { return counts_; }
    [[nodiscard]] std::size_t flights() const { return flights_; }

  private:
    WaitingFile(std::filesystem::path file, std::size_t bytes_max);
    [[nodiscard]] base::Result<void> prepare();
    [[nodiscard]] bool may_have(std::uint64_t hash) const;
    void note(std::uint64_t hash);
    void forget_if_empty();
    void remove_files() const;
    [[nodiscard]] base::Result<void> insert(const PutAway& flight);
    [[nodiscard]] base::Result<void> remove(const PutAway& flight);

    const std::filesystem::path file_;
    const std::size_t bytes_max_;
    std::vector<std::uint64_t> filter_;  // a Bloom filter of keys and ids
    PutAwayCounts counts_;
    std::size_t flights_ = 0;
    std::size_t bytes_ = 0;
    std::optional<flightcast::sqlite::Database> database_;
    flightcast::sqlite::Statement insert_;
    flightcast::sqlite::Statement insert_id_;
    flightcast::sqlite::Statement find_;
    flightcast::sqlite::Statement find_ids_;
    flightcast::sqlite::Statement find_key_;
    flightcast::sqlite::Statement remove_;
    flightcast::sqlite::Statement remove_ids_;
};

}  // namespace flightcast::judging
