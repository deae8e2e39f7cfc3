// SPDX-License-Identifier: Apache-2.0
#include "eventlog/membership/places.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace flightcast::eventlog::membership {
namespace {

using base::Errc;
using base::fail;
using base::Result;
using Kind = Verdict::Kind;

const TopicPartition kAt{"in", PartitionId(0)};

Proof proof(std::int64_t offset, std::uint64_t hash = 1) {
    return {Offset(offset), RecordTime(std::chrono::milliseconds(offset)), hash};
}
Probe seen(const Proof& what) {
    return {kAt, Probe::Kind::record, what};
}
Probe none(Probe::Kind kind) {
    return {kAt, kind, {}};
}

struct Case {
    const char* name;
    std::int64_t next;
    std::vector<Proof> proofs;
    std::vector<Probe> probes;
    std::int64_t first;
    std::int64_t end;
    Kind patient;    // the verdict
    Kind impatient;  // when a broker that is behind was waited for
    std::int64_t at = 0;
};

// Goal: a position is believed when the log it came from is there, in all ways in which a log and a
// position can stand to each other.
TEST(Places, JudgesClaims) {
    const Probe nothing = none(Probe::Kind::nothing);
    const Probe outside = none(Probe::Kind::outside);
    const Probe unknown = none(Probe::Kind::unknown);
    const std::vector<Case> cases = {
        {"at the beginning", 0, {}, {}, 0, 5, Kind::go_on, Kind::go_on, 0},
        {"of others, inside", 4, {}, {seen(proof(3))}, 0, 5, Kind::go_on, Kind::go_on, 4},
        {"of others, at a mark", 4, {}, {nothing}, 0, 5, Kind::go_on, Kind::go_on, 4},
        {"of others, removed", 4, {}, {outside}, 6, 9, Kind::trimmed, Kind::trimmed, 6},
        {"of others, at the first", 6, {}, {outside}, 6, 9, Kind::go_on, Kind::go_on, 6},
        {"of others, beyond", 9, {}, {outside}, 0, 5, Kind::behind, Kind::anew, 0},
        {"proved", 4, {proof(3)}, {seen(proof(3))}, 0, 5, Kind::go_on, Kind::go_on, 4},
        {"proved at the end", 5, {proof(4)}, {seen(proof(4))}, 0, 5, Kind::go_on, Kind::go_on, 5},
        {"proved twice",
         5,
         {proof(2), proof(4)},
         {seen(proof(2)), seen(proof(4))},
         0,
         5,
         Kind::go_on,
         Kind::go_on,
         5},
        {"older proof removed",
         5,
         {proof(2), proof(4)},
         {outside, seen(proof(4))},
         3,
         5,
         Kind::go_on,
         Kind::go_on,
         5},
        {"all proofs removed",
         5,
         {proof(2), proof(4)},
         {outside, outside},
         5,
         8,
         Kind::go_on,
         Kind::go_on,
         5},
        {"all removed",
         5,
         {proof(2), proof(4)},
         {outside, outside},
         7,
         8,
         Kind::trimmed,
         Kind::trimmed,
         7},
        {"made again", 5, {proof(4)}, {seen(proof(4, 2))}, 0, 9, Kind::anew, Kind::anew, 0},
        {"made again with a mark there", 5, {proof(4)}, {nothing}, 0, 9, Kind::anew, Kind::anew, 0},
        {"refilled between the questions",
         5,
         {proof(2), proof(4)},
         {outside, outside},
         0,
         9,
         Kind::again,
         Kind::again},
        {"of others, refilled between the questions",
         5,
         {},
         {outside},
         0,
         9,
         Kind::again,
         Kind::again},
        {"made again, moved on",
         5,
         {proof(2), proof(4)},
         {seen(proof(2, 2)), seen(proof(4, 2))},
         1,
         9,
         Kind::anew,
         Kind::anew,
         1},
        {"made again and read on",
         5,
         {proof(2), proof(4)},
         {seen(proof(2, 2)), seen(proof(4))},
         0,
         9,
         Kind::anew,
         Kind::anew,
         0},
        {"made again, shorter", 5, {proof(4)}, {outside}, 0, 2, Kind::behind, Kind::anew, 0},
        {"cut and written on",
         5,
         {proof(2), proof(4)},
         {seen(proof(2)), seen(proof(4, 2))},
         0,
         9,
         Kind::cut,
         Kind::cut,
         3},
        {"cut",
         9,
         {proof(2), proof(8)},
         {seen(proof(2)), outside},
         0,
         6,
         Kind::behind,
         Kind::cut,
         3},
        {"no answer", 5, {proof(4)}, {unknown}, 0, 9, Kind::again, Kind::again, 0},
        {"half an answer",
         5,
         {proof(2), proof(4)},
         {seen(proof(2)), unknown},
         0,
         9,
         Kind::again,
         Kind::again,
         0},
    };
    for (const Case& item : cases) {
        const auto range = [&]() -> Result<PartitionRange> {
            return PartitionRange{PartitionId(0), Offset(item.first), Offset(item.end)};
        };
        const Claim claim{{kAt, Offset(item.next)}, item.proofs};
        EXPECT_EQ(judge(claim, item.probes, range, true).kind, item.patient) << item.name;
        const Verdict verdict = judge(claim, item.probes, range, false);
        EXPECT_EQ(verdict.kind, item.impatient) << item.name;
        if (verdict.kind != Kind::again) {
            EXPECT_EQ(verdict.next, Offset(item.at)) << item.name;
        }
    }
}

// Goal: what cannot be asked is asked again.
TEST(Places, WaitsForTheRange) {
    const auto silent = []() -> Result<PartitionRange> { return fail(Errc::timeout, ""); };
    const Claim claim{{kAt, Offset(5)}, {proof(4)}};
    EXPECT_EQ(judge(claim, {none(Probe::Kind::outside)}, silent, true).kind, Kind::again);
    EXPECT_EQ(judge(claim, {seen(proof(4, 2))}, silent, true).kind, Kind::again);
    EXPECT_EQ(judge(claim, {seen(proof(4))}, silent, true).kind, Kind::go_on);
}

}  // namespace
}  // namespace flightcast::eventlog::membership
