// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/http/chunk_framing.h"
#include "gateway/http/head.h"

namespace flightcast::gateway::http {

// Takes the body of one request out of the byte stream, sized or chunked, and counts while it
// reads: no more than the limit is ever kept. Chunk extensions and trailers are dropped, within
// the bounds of ChunkFraming.
class BodyReader {
  public:
    enum class State : std::uint8_t { reading, done, too_large, malformed };

    BodyReader() = default;
    BodyReader(const Head& head, std::size_t bytes_max);

    // Takes the body's part off the front of `bytes` and returns its size; less than all only when
    // the state is no longer `reading`.
    std::size_t feed(std::string_view bytes);

    [[nodiscard]] State state() const { return state_; }

    // REQUIRES: state() == done.
    [[nodiscard]] std::string take() { return std::move(body_); }

  private:
    std::size_t feed_sized(std::string_view bytes);
    std::size_t feed_chunked(std::string_view bytes);
    void take_framing(char c);

    std::size_t bytes_max_ = 0;
    State state_ = State::done;
    bool chunked_ = false;
    ChunkFraming framing_;
    std::uint64_t remaining_ = 0;  // of the sized body or the current chunk's data
    std::string body_;
};

}  // namespace flightcast::gateway::http
