// SPDX-License-Identifier: Apache-2.0
#include "eventlog/membership/proof.h"

#include <gtest/gtest.h>

#include <chrono>

namespace flightcast::eventlog::membership {
namespace {

Record record(Offset offset, std::optional<std::string> key, std::optional<std::string> value) {
    const RecordTime time{std::chrono::milliseconds(1'700'000'000'123)};
    return {{"t", PartitionId(0)}, offset, time, std::move(key), std::move(value), {}};
}

// Goal: notes written today are read for ever, by these bytes. The hashes were computed by a
// separate program from the definition of FNV-1a.
TEST(Proof, HasGoldenBytes) {
    const Proof first = proof_of(record(Offset(7), "k", "v"));
    const Proof second = proof_of(record(Offset(9), std::nullopt, ""));
    const std::string note = note_of({first, second});
    EXPECT_EQ(note, "fc1 7 1700000000123 ec7cce90c03fb9bf 9 1700000000123 cbf29ce484222344");
    EXPECT_EQ(proofs_in(note), (std::vector<Proof>{first, second}));
    EXPECT_EQ(note_of({}), "fc1");
    EXPECT_TRUE(proofs_in("fc1").empty());
}

// Goal: other programs' notes beside a position, and broken ones, prove nothing.
TEST(Proof, PassesOverOtherNotes) {
    for (const char* const note :
         {"",
          "x",
          "fc2 1 2 3",
          "fc1 1 2",
          "fc1 1 2 zz",
          "fc1 -1 2 3",
          "fc1 1 2 3 ",
          "fc1  1 2 3",
          "fc11 2 3"}) {
        EXPECT_TRUE(proofs_in(note).empty()) << note;
    }
}

// Goal: records differ by key, value, and whether they have one.
TEST(Proof, TellsRecordsApart) {
    const Proof some = proof_of(record(Offset(1), "k", "v"));
    EXPECT_NE(some, proof_of(record(Offset(1), "k", "w")));
    EXPECT_NE(some, proof_of(record(Offset(1), "l", "v")));
    EXPECT_NE(some, proof_of(record(Offset(2), "k", "v")));
    EXPECT_NE(proof_of(record(Offset(1), "", "v")), proof_of(record(Offset(1), std::nullopt, "v")));
    EXPECT_NE(proof_of(record(Offset(1), "k", "")), proof_of(record(Offset(1), "k", std::nullopt)));
}

}  // namespace
}  // namespace flightcast::eventlog::membership
