// SPDX-License-Identifier: Apache-2.0
#include "app/cli/file_limit.h"

#include <gtest/gtest.h>

namespace flightcast::app::cli {
namespace {

// Goal: so many connections as fit need no more files than there are; some are always taken.
TEST(FileLimit, ConnectionsAndFilesAgree) {
    for (const std::size_t files : {101U, 1'024U, 20'100U}) {
        EXPECT_EQ(files_for(connections_within(files)), files);
    }
    EXPECT_EQ(connections_within(20'000), 19'900U);
    EXPECT_EQ(connections_within(10), 1U);
}

// Goal: the process may open as many files as the system lets it.
TEST(FileLimit, IsRaised) {
    EXPECT_EQ(raise_file_limit(), file_limit());
}

}  // namespace
}  // namespace flightcast::app::cli
