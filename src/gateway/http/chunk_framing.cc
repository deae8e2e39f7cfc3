// SPDX-License-Identifier: Apache-2.0
//
// *( 1*HEXDIG [ext] CRLF data CRLF ) 1*"0" [ext] CRLF *( field CRLF ) CRLF
//     ext = *( BWS ";" anything but control characters )
#include "gateway/http/chunk_framing.h"

#include "base/limits.h"
#include "gateway/http/head.h"

namespace flightcast::gateway::http {
namespace {

constexpr std::size_t kUsualDigits = 16;  // more can only be zeros in front, which are counted
constexpr std::uint64_t kChunkBytesMax = std::uint64_t{1} << 56U;

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    const char lower = static_cast<char>(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool is_space(char c) {
    return c == ' ' || c == '\t';
}

// Whether a line may have it between its start and its CRLF.
bool is_line_char(char c) {
    return c == '\t' || (static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
}

}  // namespace

ChunkFraming::Event ChunkFraming::take(char c) {
    switch (step_) {
        case Step::size:
            return take_size(c);
        case Step::extension_space:
        case Step::extension:
            return take_extension(c);
        case Step::size_lf:
            return c == '\n' ? end_size() : Event::malformed;
        case Step::data_cr:
            return c == '\r' ? go_on(Step::data_lf) : Event::malformed;
        case Step::data_lf:
            chunk_bytes_ = 0;
            return c == '\n' ? go_on(Step::size) : Event::malformed;
        case Step::trailer_start:
        case Step::trailer:
            return take_trailer(c);
        case Step::trailer_lf:
            return c == '\n' ? end_trailer() : Event::malformed;
        case Step::last_lf:
            return c == '\n' ? Event::done : Event::malformed;
    }
    return Event::malformed;
}

ChunkFraming::Event ChunkFraming::go_on(Step next) {
    step_ = next;
    return Event::more;
}

ChunkFraming::Event ChunkFraming::drop_one(Step next) {
    if (++dropped_ > base::limits::kChunkExtrasBytesMax) return Event::too_large;
    return go_on(next);
}

ChunkFraming::Event ChunkFraming::take_size(char c) {
    if (const int value = hex_digit(c); value >= 0) {
        chunk_bytes_ = chunk_bytes_ * 16 + static_cast<std::uint64_t>(value);
        if (chunk_bytes_ > kChunkBytesMax) return Event::too_large;
        return ++digits_ <= kUsualDigits ? Event::more : drop_one(Step::size);
    }
    if (digits_ == 0) return Event::malformed;
    if (c == '\r') return go_on(Step::size_lf);
    return take_extension(c);
}

// Also the space between the size and the first extension.
ChunkFraming::Event ChunkFraming::take_extension(char c) {
    if (step_ == Step::extension) {
        if (c == '\r') return go_on(Step::size_lf);
        return is_line_char(c) ? drop_one(Step::extension) : Event::malformed;
    }
    if (is_space(c)) return drop_one(Step::extension_space);
    return c == ';' ? drop_one(Step::extension) : Event::malformed;
}

ChunkFraming::Event ChunkFraming::end_size() {
    digits_ = 0;
    if (chunk_bytes_ == 0) return go_on(Step::trailer_start);
    step_ = Step::data_cr;
    return Event::data;
}

ChunkFraming::Event ChunkFraming::take_trailer(char c) {
    if (c == '\r') return go_on(trailer_.empty() ? Step::last_lf : Step::trailer_lf);
    if (!is_line_char(c)) return Event::malformed;
    trailer_ += c;
    return drop_one(Step::trailer);
}

ChunkFraming::Event ChunkFraming::end_trailer() {
    Headers dropped;
    if (!read_field(trailer_, dropped)) return Event::malformed;
    trailer_.clear();
    return go_on(Step::trailer_start);
}

}  // namespace flightcast::gateway::http
