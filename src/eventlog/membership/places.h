// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "eventlog/membership/port.h"

namespace flightcast::eventlog::membership {

// Where a claim leads in the log that is there now.
struct Verdict {
    enum class Kind {
        go_on,    // at `next`
        trimmed,  // at `next`: what was before it was removed before it was read
        cut,      // at `next`: what was behind it is gone, and was written anew or not
        anew,     // at `next`, the beginning: it is another log
        behind,   // the log ends before it: ask again, for a while
        again,    // the brokers did not answer
    };
    Kind kind = Kind::again;
    Offset next{};
    std::optional<Proof> anchor{};  // a record before `next` that was seen there
};

// Judges a claim by what is at its proofs (in their order; without proofs, what is right before
// its position), and where that does not do, where the log begins and ends. `is_patient` while a
// log that ends too early may be that of a broker that is behind.
[[nodiscard]] Verdict judge(
    const Claim& claim,
    const std::vector<Probe>& probes,
    const std::function<base::Result<PartitionRange>()>& ask_range,
    bool is_patient
);

// Where a group begins that has no position.
enum class StartOfGroup { beginning, end };

// Finds where to read partitions from: the group's own committed position, asked for explicitly and
// checked against the log before it is used.
//
// Thread-safety: one thread at a time.
class Places {
  public:
    struct Found {
        TopicPartition at;
        Verdict verdict;
        bool is_first = false;  // the group never had a position
        std::uint64_t ticket = 0;
    };

    // REQUIRES: all outlive it.
    Places(Questions& questions, Standing& standing, const base::Clock& clock, StartOfGroup start)
        : questions_(questions), standing_(standing), clock_(clock), start_(start) {}

    // Seeks a partition, by `claim` or, without one, by the group's committed position. `ticket`
    // comes back with what is found.
    struct Order {
        TopicPartition at;
        std::uint64_t ticket = 0;
        std::optional<Claim> claim{};
    };
    // Instead of all that is still sought with other tickets.
    void seek(std::vector<Order> orders);

    // Asks once. What is not found yet stays sought.
    [[nodiscard]] std::vector<Found> look();
    [[nodiscard]] bool is_seeking() const { return !sought_.empty(); }

  private:
    struct Sought {
        std::uint64_t ticket = 0;
        std::optional<Claim> claim{};
        bool is_first = false;
        std::optional<base::SteadyTime> behind_since{};
    };

    void ask_group();
    void judge_all(std::vector<Found>& found);
    [[nodiscard]] Found begin_first(const TopicPartition& at, const Sought& sought);
    void say(const TopicPartition& at, const Claim& claim, const Verdict& verdict);

    Questions& questions_;
    Standing& standing_;
    const base::Clock& clock_;
    const StartOfGroup start_;
    std::map<TopicPartition, Sought> sought_;
};

// A partition for people: 'topic' [3].
[[nodiscard]] std::string name_of(const TopicPartition& at);

}  // namespace flightcast::eventlog::membership
