// SPDX-License-Identifier: Apache-2.0
//
// *( 1*8HEX CRLF data CRLF ) "0" CRLF CRLF
#include "gateway/http/body_reader.h"

#include <algorithm>

namespace flightcast::gateway::http {
namespace {

constexpr int kSizeDigitsMax = 8;

}  // namespace

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
        if (step_ != Step::data) {
            take_control(bytes[used++]);
            continue;
        }
        const std::size_t taken = std::min<std::size_t>(remaining_, bytes.size() - used);
        if (body_.size() + taken > bytes_max_) {
            state_ = State::too_large;
            break;
        }
        body_.append(bytes.substr(used, taken));
        used += taken;
        remaining_ -= taken;
        if (remaining_ == 0) step_ = Step::data_cr;
    }
    return used;
}

void BodyReader::take_control(char c) {
    switch (step_) {
        case Step::size:
            return take_size_digit(c);
        case Step::size_end:
            expect(c, '\n', remaining_ > 0 ? Step::data : Step::last_cr);
            if (remaining_ > bytes_max_ - body_.size()) state_ = State::too_large;
            return;
        case Step::data_cr:
            return expect(c, '\r', Step::data_lf);
        case Step::data_lf:
            size_digits_ = 0;
            return expect(c, '\n', Step::size);
        case Step::last_cr:
            return expect(c, '\r', Step::last_lf);
        case Step::last_lf:
            expect(c, '\n', Step::last_lf);
            if (state_ == State::reading) state_ = State::done;
            return;
        case Step::data:
            return;
    }
}

void BodyReader::take_size_digit(char c) {
    if (c == '\r' && size_digits_ > 0) {
        step_ = Step::size_end;
        return;
    }
    const bool digit = c >= '0' && c <= '9';
    const bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'f';
    if ((!digit && !letter) || ++size_digits_ > kSizeDigitsMax) {
        state_ = State::malformed;
        return;
    }
    remaining_ =
        remaining_ * 16 + static_cast<std::uint64_t>(digit ? c - '0' : (c | 0x20) - 'a' + 10);
}

void BodyReader::expect(char c, char wanted, Step next) {
    if (c == wanted) {
        step_ = next;
    } else {
        state_ = State::malformed;
    }
}

}  // namespace flightcast::gateway::http
