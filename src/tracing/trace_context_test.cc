// SPDX-License-Identifier: Apache-2.0
#include "tracing/trace_context.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace flightcast::tracing {
namespace {

constexpr const char* kGood = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

// Goal: a traceparent is read and written back as it was, with its decision.
TEST(TraceContext, RoundTrip) {
    const auto context = parse_traceparent(kGood);
    ASSERT_TRUE(context.has_value());
    EXPECT_TRUE(context->sampled);
    EXPECT_EQ(context->trace[0], 0x0a);
    EXPECT_EQ(context->span[7], 0x31);
    EXPECT_EQ(traceparent_of(*context), kGood);
    EXPECT_FALSE(
        parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00")->sampled
    );
}

// Goal: flags other than the last bit are no decision, and later versions may be longer.
TEST(TraceContext, LaterVersions) {
    EXPECT_FALSE(
        parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-fe")->sampled
    );
    EXPECT_TRUE(
        parse_traceparent("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more")->sampled
    );
}

// Goal: what is not a traceparent is none, as in W3C's examples.
TEST(TraceContext, Refused) {
    for (const char* const bad :
         {"",
          "00",
          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more",
          "00-00000000000000000000000000000000-b7ad6b7169203331-01",
          "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
          "00-0AF7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          "00_0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
          "00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333g-01"}) {
        EXPECT_FALSE(parse_traceparent(bad).has_value()) << bad;
    }
}

// Goal: ids of spans are the same for the same step and different for others, and never zero.
TEST(TraceContext, SpanIds) {
    const TraceContext parent = *parse_traceparent(kGood);
    EXPECT_EQ(span_id(parent, "score"), span_id(parent, "score"));
    std::set<SpanId> ids;
    for (const char* const name : {"accept", "log", "score", "publish", "push", "archive"}) {
        for (int key = 0; key < 1000; ++key) ids.insert(span_id(parent, name, std::to_string(key)));
    }
    EXPECT_EQ(ids.size(), 6000U);
    EXPECT_FALSE(ids.contains(SpanId{}));
}

}  // namespace
}  // namespace flightcast::tracing
