// SPDX-License-Identifier: Apache-2.0
//
// Taken frames stay where they are until the last is taken, or until they are the larger half: so
// each is moved once on average, however many polls it takes.
#include "gateway/engineio/poll_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/limits.h"
#include "gateway/engineio/packet.h"

namespace flightcast::gateway::engineio {
namespace {

std::size_t cost_of(const websocket::Frame& frame) {
    return frame.payload().size() + base::limits::kQueuedFrameBytes;
}

}  // namespace

void PollQueue::push(websocket::Frame frame) {
    bytes_ += cost_of(frame);
    frames_.push_back(std::move(frame));
}

std::string PollQueue::take_payload(std::size_t packets_max) {
    const std::size_t end = std::min(taken_ + packets_max, frames_.size());
    std::string payload;
    for (; taken_ < end; ++taken_) {
        append_to_payload(payload, frames_[taken_]);
        bytes_ -= cost_of(frames_[taken_]);
    }
    if (empty()) {
        reset();
    } else if (taken_ > frames_.size() / 2) {
        frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(taken_));
        taken_ = 0;
    }
    return payload;
}

std::vector<websocket::Frame> PollQueue::take_all() {
    frames_.erase(frames_.begin(), frames_.begin() + static_cast<std::ptrdiff_t>(taken_));
    std::vector<websocket::Frame> all = std::move(frames_);
    reset();
    return all;
}

void PollQueue::reset() {
    frames_ = {};
    taken_ = 0;
    bytes_ = 0;
}

}  // namespace flightcast::gateway::engineio
