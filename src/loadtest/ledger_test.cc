// SPDX-License-Identifier: Apache-2.0
#include "loadtest/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flightcast::loadtest {
namespace {

using namespace std::chrono_literals;

constexpr ClientId kAlice{1};
constexpr ClientId kBob{2};
constexpr base::SteadyTime kIntended{1h};

base::Uuid id_of(std::uint8_t number) {
    base::Uuid id;
    id.bytes[0] = number;
    return id;
}

Ledger with_joined(std::initializer_list<std::uint8_t> numbers) {
    Ledger ledger;
    for (const std::uint8_t number : numbers) {
        ledger.accept(id_of(number), kAlice, kIntended + number * 1ms);
        ledger.join(id_of(number));
    }
    return ledger;
}

TEST(Ledger, OutcomesToTheWrongConnectionAreMisdelivered) {
    // Goal: an unknown id, another's id, and an own id that was not joined yet are all
    // misdelivered, and none of them pays an outcome that is owed.
    Ledger ledger = with_joined({1});
    ledger.accept(id_of(2), kAlice, kIntended);
    EXPECT_FALSE(ledger.deliver(id_of(9), kAlice, Outcome::prediction));
    EXPECT_FALSE(ledger.deliver(id_of(1), kBob, Outcome::prediction));
    EXPECT_FALSE(ledger.deliver(id_of(2), kAlice, Outcome::failure));
    EXPECT_EQ(ledger.tally(), (Tally{.accepted = 2, .misdelivered = 3}));
    EXPECT_EQ(ledger.owed(), 2U);
}

TEST(Ledger, SecondOutcomesAreDoubled) {
    // Goal: the first outcome counts, whatever its kind; every later one is a double.
    Ledger ledger = with_joined({1, 2});
    EXPECT_EQ(ledger.deliver(id_of(1), kAlice, Outcome::prediction), kIntended + 1ms);
    EXPECT_FALSE(ledger.deliver(id_of(1), kAlice, Outcome::prediction));
    EXPECT_FALSE(ledger.deliver(id_of(1), kAlice, Outcome::failure));
    EXPECT_EQ(ledger.deliver(id_of(2), kAlice, Outcome::failure), kIntended + 2ms);
    EXPECT_EQ(
        ledger.tally(), (Tally{.accepted = 2, .predictions = 1, .failures = 1, .doubled = 2})
    );
    EXPECT_EQ(ledger.owed(), 0U);
}

TEST(Ledger, WhatNeverCameIsOwed) {
    // Goal: losses show, and a message that only ends a wait settles nothing.
    Ledger ledger = with_joined({1, 2, 3});
    EXPECT_TRUE(ledger.deliver(id_of(2), kAlice, Outcome::prediction));
    EXPECT_FALSE(ledger.deliver(id_of(3), kAlice, Outcome::still_waits));
    EXPECT_EQ(ledger.owed(), 2U);
    EXPECT_EQ(ledger.deliver(id_of(3), kAlice, Outcome::prediction), kIntended + 3ms);
    EXPECT_EQ(ledger.tally().doubled, 0U);
}

TEST(Ledger, IdsGivenTwiceAreCounted) {
    // Goal: two POSTs answered with one id are noticed; the first owner keeps it.
    Ledger ledger = with_joined({1});
    EXPECT_FALSE(ledger.accept(id_of(1), kBob, kIntended));
    EXPECT_EQ(ledger.tally(), (Tally{.accepted = 2, .repeated_ids = 1}));
    EXPECT_EQ(ledger.owed(), 1U);
    EXPECT_TRUE(ledger.deliver(id_of(1), kAlice, Outcome::prediction));
}

}  // namespace
}  // namespace flightcast::loadtest
