// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "gateway/websocket/frame.h"

namespace flightcast::gateway::engineio {

// The packets that a polling session has yet to fetch, in their order. An empty one needs no memory
// of its own.
class PollQueue {
  public:
    void push(websocket::Frame frame);

    [[nodiscard]] bool empty() const { return taken_ == frames_.size(); }

    // The packets' cost in memory, limits::kQueuedFrameBytes each besides their own bytes.
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

    // Takes the first packets, `packets_max` of them at most, as the body of an answer.
    [[nodiscard]] std::string take_payload(std::size_t packets_max);

    [[nodiscard]] std::vector<websocket::Frame> take_all();

  private:
    void reset();

    std::vector<websocket::Frame> frames_;
    std::size_t taken_ = 0;  // of the frames, from the first on
    std::size_t bytes_ = 0;
};

}  // namespace flightcast::gateway::engineio
