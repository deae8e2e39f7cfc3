// SPDX-License-Identifier: Apache-2.0
#include "eventlog/membership/places.h"

#include <span>
#include <utility>

#include "base/planted_bug.h"

namespace flightcast::eventlog::membership {

using base::is_planted;
using base::PlantedBug;
using base::Result;

namespace {

using namespace std::chrono_literals;

// A broker that was away is behind for a second or two. A log that ends too early for so long will
// not grow back: it was cut off, or its topic was made again.
constexpr auto kPatience = 15s;

constexpr std::string_view kUnstable = "positions in doubt";
constexpr std::string_view kBehind = "logs that end too early";

// The places whose records tell whether a claim holds.
std::vector<Position> evidence(const Claim& claim) {
    std::vector<Position> places;
    for (const Proof& proof : claim.proofs) places.push_back({claim.position.at, proof.offset});
    if (places.empty() && claim.position.next.value() > 0) {
        places.push_back({claim.position.at, Offset(claim.position.next.value() - 1)});
    }
    return places;
}

// How far the proofs hold: the newest that was seen, and whether one of them is contradicted.
struct Evidence {
    std::optional<Proof> seen{};
    bool is_last_seen = false;
    bool is_contradicted = false;
    bool is_unanswered = false;
};

Evidence weigh(const Claim& claim, const std::vector<Probe>& probes) {
    Evidence all;
    for (std::size_t i = 0; i < probes.size(); ++i) {
        const Probe& probe = probes[i];
        const bool has_proof = i < claim.proofs.size();
        all.is_last_seen = false;
        if (probe.kind == Probe::Kind::unknown) all.is_unanswered = true;
        const bool is_record = probe.kind == Probe::Kind::record;
        const bool is_other = is_record ? has_proof && probe.proof != claim.proofs[i]
                                        : has_proof && probe.kind == Probe::Kind::nothing;
        // Later records may be of the other log already.
        if (is_other) all.is_contradicted = true;
        if (all.is_contradicted) break;
        if (!is_record) continue;
        all.seen = probe.proof;
        all.is_last_seen = true;
    }
    return all;
}

// The range's word on a claim that no record contradicts.
Verdict place_in(
    const Claim& claim, const Evidence& all, const PartitionRange& range, bool is_patient
) {
    const Offset next = claim.position.next;
    if (next < range.first) return {Verdict::Kind::trimmed, range.first, {}};
    const bool is_beyond =
        range.end < next || (!claim.proofs.empty() && range.end <= claim.proofs.back().offset);
    if (!is_beyond) return {Verdict::Kind::go_on, next, all.seen};
    if (is_patient) return {.kind = Verdict::Kind::behind};
    // Records written after the cut may begin anywhere behind the last that was seen.
    if (all.seen) return {Verdict::Kind::cut, all.seen->offset.next(), all.seen};
    return {Verdict::Kind::anew, range.first, {}};
}

// A place that had no record when it was looked at, and lies inside the log by now: it was refilled
// between the two questions, and may be another log.
bool has_moved(const Claim& claim, const std::vector<Probe>& probes, const PartitionRange& range) {
    const std::vector<Position> places = evidence(claim);
    for (std::size_t i = 0; i < probes.size(); ++i) {
        const Offset place = places[i].next;
        const bool is_inside = range.first <= place && place < range.end;
        if (probes[i].kind == Probe::Kind::outside && is_inside) return true;
    }
    return false;
}

}  // namespace

std::string name_of(const TopicPartition& at) {
    return "'" + at.topic + "' [" + std::to_string(at.partition.value()) + "]";
}

Verdict judge(
    const Claim& claim,
    const std::vector<Probe>& probes,
    const std::function<Result<PartitionRange>()>& ask_range,
    bool is_patient
) {
    if (is_planted(PlantedBug::foreign_positions_trusted)) {
        return {Verdict::Kind::go_on, claim.position.next, {}};
    }
    const Evidence all = weigh(claim, probes);
    if (all.is_unanswered) return {};
    if (all.is_contradicted && all.seen) {
        return {Verdict::Kind::cut, all.seen->offset.next(), all.seen};
    }
    const bool is_proved = all.is_last_seen && all.seen->offset.next() == claim.position.next;
    if (is_proved) return {Verdict::Kind::go_on, claim.position.next, all.seen};
    const Result<PartitionRange> range = ask_range();
    if (!range) return {};
    if (all.is_contradicted) return {Verdict::Kind::anew, range->first, {}};
    if (has_moved(claim, probes, *range)) return {};
    return place_in(claim, all, *range, is_patient);
}

void Places::seek(std::vector<Order> orders) {
    std::map<TopicPartition, Sought> sought;
    for (Order& order : orders) {
        const auto known = sought_.find(order.at);
        if (known != sought_.end() && known->second.ticket == order.ticket) {
            sought[order.at] = std::move(known->second);
        } else {
            sought[order.at] = {.ticket = order.ticket, .claim = std::move(order.claim)};
        }
    }
    sought_ = std::move(sought);
    if (!sought_.empty()) return;
    for (const std::string_view key : {kUnstable, kBehind}) standing_.stand(key, {});
}

void Places::ask_group() {
    std::vector<TopicPartition> unknown;
    for (const auto& [at, sought] : sought_) {
        if (!sought.claim && !sought.is_first) unknown.push_back(at);
    }
    if (unknown.empty()) return;
    const Result<std::vector<Committed>> answers = questions_.committed(unknown);
    if (!answers && is_planted(PlantedBug::silence_means_no_position)) {
        for (const TopicPartition& at : unknown) sought_.at(at).is_first = true;
    }
    if (!answers) {
        standing_.stand(
            kUnstable,
            "the group's positions are not known yet, a transaction under way may hold them: " +
                answers.error().detail
        );
        return;
    }
    std::string unstable;
    for (const Committed& answer : *answers) {
        const auto found = sought_.find(answer.at);
        if (found == sought_.end()) continue;
        if (!answer.is_stable && !is_planted(PlantedBug::unstable_positions_used)) {
            unstable = name_of(answer.at);
        } else if (answer.claim) {
            found->second.claim = answer.claim;
        } else {
            found->second.is_first = true;
        }
    }
    if (!unstable.empty()) {
        unstable +=
            " waits: a transaction under way holds the group's position, until it ends or "
            "times out";
    }
    standing_.stand(kUnstable, std::move(unstable));
}

Places::Found Places::begin_first(const TopicPartition& at, const Sought& sought) {
    Found found{.at = at, .verdict = {}, .is_first = true, .ticket = sought.ticket};
    const Result<PartitionRange> range = questions_.range(at);
    if (!range) return found;
    const bool from_end = start_ == StartOfGroup::end;
    found.verdict = {Verdict::Kind::go_on, from_end ? range->end : range->first, {}};
    return found;
}

void Places::say(const TopicPartition& at, const Claim& claim, const Verdict& verdict) {
    const std::string place =
        name_of(at) + ": offset " + std::to_string(claim.position.next.value());
    const std::string next = std::to_string(verdict.next.value());
    switch (verdict.kind) {
        case Verdict::Kind::trimmed:
            standing_.tell(
                place + " and those after it were removed before they were read; it goes on at " +
                next
            );
            break;
        case Verdict::Kind::cut:
            standing_.tell(place + " is gone, the log was cut off; it is read again from " + next);
            break;
        case Verdict::Kind::anew:
            standing_.tell(
                place +
                " belongs to another log, the topic was made again; it is read from its "
                "beginning, " +
                next
            );
            break;
        default:
            break;
    }
}

void Places::judge_all(std::vector<Found>& found) {
    std::vector<Position> places;
    for (const auto& [at, sought] : sought_) {
        if (!sought.claim) continue;
        const std::vector<Position> some = evidence(*sought.claim);
        places.insert(places.end(), some.begin(), some.end());
    }
    const std::vector<Probe> probes =
        places.empty() ? std::vector<Probe>{} : questions_.probe(places);
    std::size_t used = 0;
    std::string behind;
    const base::SteadyTime now = clock_.steady_now();
    for (auto& [at, sought] : sought_) {
        if (!sought.claim) continue;
        const std::size_t count = evidence(*sought.claim).size();
        const std::vector<Probe> own(probes.begin() + used, probes.begin() + used + count);
        used += count;
        const bool is_patient = !sought.behind_since || now - *sought.behind_since < kPatience;
        const Verdict verdict =
            judge(*sought.claim, own, [&] { return questions_.range(at); }, is_patient);
        if (verdict.kind == Verdict::Kind::behind) {
            if (!sought.behind_since) sought.behind_since = now;
            behind = name_of(at) + ": the broker does not have offset " +
                     std::to_string(sought.claim->position.next.value()) + "; it is asked again";
        }
        found.push_back({.at = at, .verdict = verdict, .ticket = sought.ticket});
    }
    standing_.stand(kBehind, std::move(behind));
}

std::vector<Places::Found> Places::look() {
    ask_group();
    std::vector<Found> found;
    judge_all(found);
    for (const auto& [at, sought] : sought_) {
        if (sought.is_first) found.push_back(begin_first(at, sought));
    }
    std::erase_if(found, [](const Found& one) {
        return one.verdict.kind == Verdict::Kind::again ||
               one.verdict.kind == Verdict::Kind::behind;
    });
    for (const Found& one : found) {
        const Sought& sought = sought_.at(one.at);
        if (sought.claim) say(one.at, *sought.claim, one.verdict);
        sought_.erase(one.at);
    }
    return found;
}

}  // namespace flightcast::eventlog::membership
