// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "gateway/http/head.h"

namespace flightcast::gateway::http {

// Takes the body of one request out of the byte stream, sized or chunked, and counts while it
// reads: no more than the limit is ever kept.
//
// Chunk extensions and trailers are refused: nobody here uses them, and they are where parsers
// differ.
class BodyReader {
  public:
    enum class State : std::uint8_t { reading, done, too_large, malformed };

    BodyReader() = default;
    BodyReader(const Head& head, std::size_t bytes_max);

    // Takes what belongs to the body off the front of `bytes` and returns how much that was; less
    // than all only when the state is no longer `reading`.
    std::size_t feed(std::string_view bytes);

    [[nodiscard]] State state() const { return state_; }

    // REQUIRES: state() == done.
    [[nodiscard]] std::string take() { return std::move(body_); }

  private:
    enum class Step : std::uint8_t { size, size_end, data, data_cr, data_lf, last_cr, last_lf };

    std::size_t feed_sized(std::string_view bytes);
    std::size_t feed_chunked(std::string_view bytes);
    void take_control(char c);
    void take_size_digit(char c);
    void expect(char c, char wanted, Step next);

    std::size_t bytes_max_ = 0;
    State state_ = State::done;
    bool chunked_ = false;
    Step step_ = Step::size;
    int size_digits_ = 0;
    std::uint64_t remaining_ = 0;  // of the sized body or the current chunk
    std::string body_;
};

}  // namespace flightcast::gateway::http
