// SPDX-License-Identifier: Apache-2.0
#include "gateway/accept/trace_context.h"

#include <gtest/gtest.h>

namespace flightcast::gateway::accept {
namespace {

const std::string kTrace = "0af7651916cd43dd8448eb211c80319c";
const std::string kSpan = "b7ad6b7169203331";

TEST(TraceContext, TakesWhatTheStandardAllows) {
    // Goal: versions that are not known yet may say more at the end; nothing else that is longer,
    // shorter, in capitals or all zeros is a trace.
    for (const std::string& good :
         {"00-" + kTrace + "-" + kSpan + "-01",
          "00-" + kTrace + "-" + kSpan + "-00",
          "cc-" + kTrace + "-" + kSpan + "-01-what-the-future-will-be-like"}) {
        EXPECT_TRUE(is_traceparent(good)) << good;
    }
    for (const std::string& bad :
         {std::string(),
          "00-" + kTrace + "-" + kSpan,
          "00-" + kTrace + "-" + kSpan + "-1",
          "00-" + kTrace + "-" + kSpan + "-01-",
          "cc-" + kTrace + "-" + kSpan + "-01.more",
          "ff-" + kTrace + "-" + kSpan + "-01",
          "00-" + std::string(32, '0') + "-" + kSpan + "-01",
          "00-" + kTrace + "-" + std::string(16, '0') + "-01",
          "00-0AF7651916CD43DD8448EB211C80319C-" + kSpan + "-01",
          "00_" + kTrace + "-" + kSpan + "-01",
          "0x-" + kTrace + "-" + kSpan + "-01"}) {
        EXPECT_FALSE(is_traceparent(bad)) << bad;
    }
}

TEST(TraceContext, MakesOneOfAnId) {
    // Goal: the trace made for a request without one is valid, and is told by the request's id.
    const auto id = base::Uuid::parse("8e90da7e-63f5-45f9-8f3d-7d948120e5a2");
    const std::string made = traceparent_for(*id);
    EXPECT_EQ(made, "00-8e90da7e63f545f98f3d7d948120e5a2-8e90da7e63f545f9-00");
    EXPECT_TRUE(is_traceparent(made));
}

}  // namespace
}  // namespace flightcast::gateway::accept
