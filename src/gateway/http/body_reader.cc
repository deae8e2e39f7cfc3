// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/body_reader.h"

#include <algorithm>

namespace flightcast::gateway::http {

BodyReader::BodyReader(const Head& head, std::size_t bytes_max)
    : bytes_max_(bytes_max), chunked_(head.body_kind == BodyKind::chunked) {
    if (head.body_kind == BodyKind::none) return;
    state_ = State::reading;
    if (chunked_) return;
    remaining_ = head.body_bytes;
    if (remaining_ > bytes_max_) {
        state_ = State::too_large;
        return;
    }
    // Memory is reserved as bytes arrive, not as they are announced.
    body_.reserve(std::min<std::size_t>(remaining_, 4'096));
}

std::size_t BodyReader::feed(std::string_view bytes) {
    if (state_ != State::reading) return 0;
    return chunked_ ? feed_chunked(bytes) : feed_sized(bytes);
}

std::size_t BodyReader::feed_sized(std::string_view bytes) {
    const std::size_t taken = std::min<std::size_t>(remaining_, bytes.size());
    body_.append(bytes.substr(0, taken));
    remaining_ -= taken;
    if (remaining_ == 0) state_ = State::done;
    return taken;
}

std::size_t BodyReader::feed_chunked(std::string_view bytes) {
    std::size_t used = 0;
    while (used < bytes.size() && state_ == State::reading) {
        if (remaining_ == 0) {
            take_framing(bytes[used++]);
            continue;
        }
        const std::size_t taken = std::min<std::size_t>(remaining_, bytes.size() - used);
        body_.append(bytes.substr(used, taken));
        used += taken;
        remaining_ -= taken;
    }
    return used;
}

void BodyReader::take_framing(char c) {
    switch (framing_.take(c)) {
        case ChunkFraming::Event::more:
            return;
        case ChunkFraming::Event::data:
            remaining_ = framing_.chunk_bytes();
            if (remaining_ > bytes_max_ - body_.size()) state_ = State::too_large;
            return;
        case ChunkFraming::Event::done:
            state_ = State::done;
            return;
        case ChunkFraming::Event::too_large:
            state_ = State::too_large;
            return;
        case ChunkFraming::Event::malformed:
            state_ = State::malformed;
            return;
    }
}

}  // namespace flightcast::gateway::http
