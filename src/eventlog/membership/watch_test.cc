// SPDX-License-Identifier: Apache-2.0
#include "eventlog/membership/watch.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace flightcast::eventlog::membership {
namespace {

const TopicPartition kWatched{"in", PartitionId(0)};

Record watched_record(std::int64_t offset, const std::string& log) {
    return {kWatched, Offset(offset), RecordTime(std::chrono::milliseconds(offset)), "k", log, {}};
}

std::vector<Probe> answers(std::size_t count, Probe::Kind kind) {
    return std::vector<Probe>(count, {kWatched, kind, {}});
}

// Goal: a topic that is made again while it is looked at, and refilled and read on before the look
// is over, is found out by the next look: its records prove nothing of the log before.
TEST(Watch, TakesNoRecordReadSinceTheQuestionForProof) {
    Watch watch;
    watch.begin(kWatched, {});
    for (const std::int64_t offset : {3, 9}) watch.read(std::vector{watched_record(offset, "old")});
    const std::vector<Watch::Look> looks = watch.due();
    ASSERT_EQ(places_of(looks).size(), 2U);
    watch.read(std::vector{watched_record(12, "new")});
    EXPECT_TRUE(watch.looked(looks, answers(2, Probe::Kind::outside)).empty());
    const std::vector<Watch::Look> later = watch.due();
    std::vector<Probe> probes;
    for (const Position& place : places_of(later)) {
        const Proof proof = proof_of(watched_record(place.next.value(), "new"));
        probes.push_back({kWatched, Probe::Kind::record, proof});
    }
    EXPECT_EQ(watch.looked(later, probes), std::vector{kWatched});
}

// Goal: where retention removed what was read, later records are watched, and nothing is said.
TEST(Watch, GoesOnBehindWhatRetentionRemoved) {
    Watch watch;
    watch.begin(kWatched, {});
    watch.read(std::vector{watched_record(3, "old")});
    EXPECT_TRUE(watch.looked(watch.due(), answers(1, Probe::Kind::outside)).empty());
    watch.read(std::vector{watched_record(9, "old")});
    const std::vector<Watch::Look> looks = watch.due();
    const Proof last = proof_of(watched_record(9, "old"));
    EXPECT_TRUE(
        watch
            .looked(
                looks, {{kWatched, Probe::Kind::outside, {}}, {kWatched, Probe::Kind::record, last}}
            )
            .empty()
    );
    EXPECT_EQ(watch.proofs(kWatched, Offset(10)), std::vector{last});
}

// Goal: while an earlier record is not answered for, a later one does not take its place: it may
// have been read from the log that was made again.
TEST(Watch, TakesNoLaterRecordWhereAnEarlierIsNotAnsweredFor) {
    Watch watch;
    watch.begin(kWatched, {});
    watch.read(std::vector{watched_record(3, "old")});
    watch.read(std::vector{watched_record(9, "new")});
    const Proof fresh = proof_of(watched_record(9, "new"));
    const Probe seen{kWatched, Probe::Kind::record, fresh};
    const Probe silent{kWatched, Probe::Kind::unknown, {}};
    EXPECT_TRUE(watch.looked(watch.due(), {silent, seen}).empty());
    const Probe other{kWatched, Probe::Kind::record, proof_of(watched_record(3, "new"))};
    EXPECT_EQ(watch.looked(watch.due(), {other, seen}), std::vector{kWatched});
}

// Goal: an earlier position is proved by records before it, or by the proof that belongs to it.
TEST(Watch, RewindsItsProofs) {
    Watch watch;
    const auto proof = [](std::int64_t offset) { return proof_of(watched_record(offset, "log")); };
    watch.begin(kWatched, proof(3));
    watch.read(std::vector{watched_record(30, "log")});
    watch.rewind({{kWatched, Offset(10)}, {proof(9)}});
    EXPECT_EQ(watch.proofs(kWatched, Offset(10)), std::vector{proof(3)});
    watch.begin(kWatched, proof(28));
    watch.rewind({{kWatched, Offset(10)}, {proof(9)}});
    EXPECT_EQ(watch.proofs(kWatched, Offset(10)), std::vector{proof(9)});
    watch.begin(kWatched, proof(28));
    watch.rewind({{kWatched, Offset(10)}, {}});
    EXPECT_TRUE(watch.proofs(kWatched, Offset(10)).empty());
}

}  // namespace
}  // namespace flightcast::eventlog::membership
