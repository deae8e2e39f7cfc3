// SPDX-License-Identifier: Apache-2.0
#include "app/import/child_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flightcast::app::import {
namespace {

using base::Errc;
using ::testing::HasSubstr;

TEST(ChildOutput, GivesWhatTheProgramWrote) {
    // Goal: arguments arrive as they are, and an output longer than a pipe is read whole.
    EXPECT_EQ(child_output({"printf", "%s|%s", "a b", "c\"'$"}, 100), "a b|c\"'$");
    const auto much = child_output({"head", "-c", "300000", "/dev/zero"}, 300'000);
    ASSERT_TRUE(much);
    EXPECT_EQ(much->size(), 300'000U);
}

TEST(ChildOutput, SaysWhatWentWrong) {
    // Goal: a program that is absent, that fails and that writes too much are told apart.
    const auto absent = child_output({"no-such-program-here"}, 100);
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().code, Errc::not_found);
    EXPECT_THAT(absent.error().detail, HasSubstr("cannot run no-such-program-here: No such file"));
    EXPECT_EQ(child_output({"false"}, 100).error().code, Errc::io);
    EXPECT_EQ(child_output({"cat", "/dev/zero"}, 1'000).error().code, Errc::full);
}

}  // namespace
}  // namespace flightcast::app::import
