// SPDX-License-Identifier: Apache-2.0
#include "pipeline/batch_limit.h"

#include <gtest/gtest.h>

namespace flightcast::pipeline {
namespace {

// Goal: each failure halves what failed, down to one record; each success doubles the limit, up to
// the most.
TEST(BatchLimit, HalvesAndDoubles) {
    BatchLimit limit(512);
    EXPECT_EQ(limit.records(), 512U);
    limit.succeed();
    EXPECT_EQ(limit.records(), 512U);
    limit.fail(300);
    EXPECT_EQ(limit.records(), 150U);
    for (const std::size_t expected : {75U, 37U, 18U, 9U, 4U, 2U, 1U, 1U}) {
        limit.fail(limit.records());
        EXPECT_EQ(limit.records(), expected);
    }
    for (const std::size_t expected : {2U, 4U, 8U, 16U, 32U, 64U, 128U, 256U, 512U, 512U}) {
        limit.succeed();
        EXPECT_EQ(limit.records(), expected);
    }
}

// Goal: batches that are too large are tried seldom, and ever more seldom, until the largest works.
TEST(BatchLimit, LearnsTheSizeThatWorks) {
    BatchLimit limit(512);
    std::size_t manages = 100;
    const auto fail_in = [&](int batches) {
        int failures = 0;
        for (int i = 0; i < batches; ++i) {
            const bool is_managed = limit.records() <= manages;
            if (is_managed) {
                limit.succeed();
            } else {
                limit.fail(limit.records());
                ++failures;
            }
        }
        return failures;
    };
    EXPECT_LE(fail_in(200), 10);
    EXPECT_LE(fail_in(650), 11);
    manages = 512;
    EXPECT_EQ(fail_in(200), 0);
    EXPECT_EQ(limit.records(), 512U);
    limit.fail(512);
    limit.succeed();
    EXPECT_EQ(limit.records(), 512U);
}

}  // namespace
}  // namespace flightcast::pipeline
