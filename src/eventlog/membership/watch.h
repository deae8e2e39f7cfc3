// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "eventlog/membership/port.h"

namespace flightcast::eventlog::membership {

// Whether a log that is read is still the one that was read before. Nothing in the protocol that we
// have tells that a topic was deleted and made again between two fetches, so some records that were
// read are looked at again from time to time.
//
// `anchor` was still there at the last look, so all that was read before that look is of its log.
// When it is gone, nothing that was read since the look before is known to be of one log.
//
// Thread-safety: one thread at a time.
class Watch {
  public:
    // Reading begins anew, behind `anchor` if that is known.
    void begin(const TopicPartition& at, std::optional<Proof> anchor);
    // It goes on from an earlier position, which only earlier records can prove.
    void rewind(const Claim& claim);
    void end(const TopicPartition& at) { lines_.erase(at); }
    void clear() { lines_.clear(); }
    // Records were read, in order.
    void read(std::span<const Record> records);

    // Proofs of the log to which `next` belongs: the anchor, and the last record that was read, if
    // it is before `next`.
    [[nodiscard]] std::vector<Proof> proofs(const TopicPartition& at, Offset next) const;

    // Records to look at, and the partitions whose log turned out to be another one.
    struct Look {
        TopicPartition at;
        std::vector<Proof> proofs;
    };
    [[nodiscard]] std::vector<Look> due() const;
    [[nodiscard]] std::vector<TopicPartition> looked(
        const std::vector<Look>& looks, const std::vector<Probe>& probes
    );

  private:
    struct Line {
        std::optional<Proof> anchor{};
        std::optional<Proof> latest{};
    };

    std::map<TopicPartition, Line> lines_;
};

// The places that `looks` are about, in order.
[[nodiscard]] std::vector<Position> places_of(const std::vector<Watch::Look>& looks);

}  // namespace flightcast::eventlog::membership
