// SPDX-License-Identifier: Apache-2.0
#include "eventlog/membership/watch.h"

namespace flightcast::eventlog::membership {

void Watch::begin(const TopicPartition& at, std::optional<Proof> anchor) {
    lines_.insert_or_assign(at, Line{.anchor = anchor, .latest = anchor});
}

void Watch::rewind(const Claim& claim) {
    const auto known = lines_.find(claim.position.at);
    if (known == lines_.end()) return;
    Line& line = known->second;
    std::optional<Proof> anchor;
    if (line.anchor && line.anchor->offset < claim.position.next) anchor = line.anchor;
    if (!anchor && !claim.proofs.empty()) anchor = claim.proofs.back();
    line = {.anchor = anchor, .latest = anchor};
}

// Only the last record of each partition in a row is worth its hash.
void Watch::read(std::span<const Record> records) {
    for (std::size_t i = 0; i < records.size(); ++i) {
        const bool is_last = i + 1 == records.size() || records[i + 1].at != records[i].at;
        if (!is_last) continue;
        const auto line = lines_.find(records[i].at);
        if (line == lines_.end()) continue;
        line->second.latest = proof_of(records[i]);
        // Before it nothing was read, so nothing else can be claimed.
        if (!line->second.anchor) line->second.anchor = line->second.latest;
    }
}

std::vector<Proof> Watch::proofs(const TopicPartition& at, Offset next) const {
    std::vector<Proof> proofs;
    const auto line = lines_.find(at);
    if (line == lines_.end()) return proofs;
    const auto& [anchor, latest] = line->second;
    if (anchor && anchor->offset < next) proofs.push_back(*anchor);
    if (latest && latest->offset < next && latest != anchor) proofs.push_back(*latest);
    return proofs;
}

std::vector<Watch::Look> Watch::due() const {
    std::vector<Look> looks;
    for (const auto& [at, line] : lines_) {
        if (!line.anchor) continue;
        Look look{at, {*line.anchor}};
        if (line.latest && line.latest != line.anchor) look.proofs.push_back(*line.latest);
        looks.push_back(std::move(look));
    }
    return looks;
}

// A removed record says nothing, and neither does a broker that does not answer or is behind:
// with a log that is too short the consumer itself finds no place.
std::vector<TopicPartition> Watch::looked(
    const std::vector<Look>& looks, const std::vector<Probe>& probes
) {
    std::vector<TopicPartition> changed;
    auto probe = probes.begin();
    for (const Look& look : looks) {
        bool is_other = false;
        std::optional<Proof> seen;
        bool is_answered = true;
        for (const Proof& proof : look.proofs) {
            is_answered = is_answered && probe->kind != Probe::Kind::unknown;
            const bool is_there = probe->kind == Probe::Kind::record && probe->proof == proof;
            if (is_there) seen = proof;
            is_other = is_other || (!is_there && (probe->kind == Probe::Kind::record ||
                                                  probe->kind == Probe::Kind::nothing));
            ++probe;
        }
        const auto line = lines_.find(look.at);
        if (line == lines_.end()) continue;
        // Reading may have begun anew meanwhile.
        if (line->second.anchor != look.proofs.front()) continue;
        if (is_other) changed.push_back(look.at);
        // A later record says nothing of an earlier one that was not answered for: it may have been
        // read from another log.
        if (is_other || !is_answered) continue;
        // Not the latest record: one read since the question may be of another log already.
        line->second.anchor = seen.value_or(look.proofs.back());
    }
    return changed;
}

std::vector<Position> places_of(const std::vector<Watch::Look>& looks) {
    std::vector<Position> places;
    for (const Watch::Look& look : looks) {
        for (const Proof& proof : look.proofs) places.push_back({look.at, proof.offset});
    }
    return places;
}

}  // namespace flightcast::eventlog::membership
