// SPDX-License-Identifier: Apache-2.0
#include "gateway/engineio/poll_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/limits.h"

namespace flightcast::gateway::engineio {
namespace {

using websocket::Frame;
using websocket::MessageKind;

Frame text(const std::string& payload) {
    return Frame::make(MessageKind::text, {payload});
}

// Goal: whatever is pushed between polls of whatever size comes out once, in its order, and is
// counted while it is there.
TEST(PollQueue, KeepsOrderAndCount) {
    for (const std::size_t packets_max : {1U, 2U, 3U, 16U, 1'000U}) {
        PollQueue queue;
        std::string pushed;
        std::string taken;
        std::size_t left = 0;
        for (int i = 0; i < 200; ++i) {
            const std::string payload = "4" + std::to_string(i);
            pushed += payload + '\x1e';
            queue.push(text(payload));
            ++left;
            if (i % 3 != 0) continue;
            const std::size_t taking = std::min(left, packets_max);
            taken += queue.take_payload(packets_max) + '\x1e';
            left -= taking;
            EXPECT_EQ(queue.empty(), left == 0);
            EXPECT_GE(queue.bytes(), left * (base::limits::kQueuedFrameBytes + 2));
            EXPECT_LE(queue.bytes(), left * (base::limits::kQueuedFrameBytes + 4));
        }
        for (const Frame& frame : queue.take_all()) taken.append(frame.payload()) += '\x1e';
        EXPECT_EQ(taken, pushed) << packets_max;
        EXPECT_TRUE(queue.empty());
        EXPECT_EQ(queue.bytes(), 0U);
    }
}

// Goal: one answer has no more packets than it may, text and binary, and says them as the protocol
// does.
TEST(PollQueue, MakesPayloads) {
    PollQueue queue;
    queue.push(text("4a"));
    queue.push(Frame::make(MessageKind::binary, {"\x01\x02"}));
    queue.push(text("2"));
    EXPECT_EQ(
        queue.take_payload(2),
        "4a\x1e"
        "bAQI="
    );
    EXPECT_EQ(queue.take_payload(2), "2");
    EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace flightcast::gateway::engineio
