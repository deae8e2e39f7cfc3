// SPDX-License-Identifier: Apache-2.0
//
// FIN RSV1-3 opcode(4) | MASK length(7) | [length(16 or 64)] | masking key(32) | payload
#include "gateway/websocket/decoder.h"

#include <algorithm>
#include <cstring>

#include "base/limits.h"
#include "base/utf8.h"

namespace flightcast::gateway::websocket {
namespace {

enum Opcode : unsigned { continuation = 0, text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

constexpr bool is_control(unsigned opcode) {
    return opcode >= 8;
}

// `phase` is where in the frame's payload the bytes begin.
void unmask(std::span<char> bytes, const unsigned char* key, std::uint64_t phase) {
    std::array<unsigned char, 8> turned{};
    for (std::size_t i = 0; i < 8; ++i) turned[i] = key[(phase + i) % 4];
    std::uint64_t wide = 0;
    std::memcpy(&wide, turned.data(), 8);
    std::size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + i, 8);
        word ^= wide;
        std::memcpy(bytes.data() + i, &word, 8);
    }
    for (; i < bytes.size(); ++i) bytes[i] = static_cast<char>(bytes[i] ^ turned[i % 8]);
}

bool close_payload_is_valid(std::string_view data) {
    if (data.empty()) return true;
    if (data.size() == 1) return false;
    const unsigned code =
        (static_cast<unsigned char>(data[0]) * 256U) + static_cast<unsigned char>(data[1]);
    const bool defined =
        code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
    return (defined || (code >= 3000 && code <= 4999)) && base::is_utf8(data.substr(2));
}

}  // namespace

Event Decoder::next(std::span<char>& input) {
    if (delivered_) {
        delivered_ = false;
        message_ = {};
    }
    while (true) {
        if (!in_frame_) {
            if (!read_header(input)) return NeedMore{};
            if (const CloseCode code = check_header(); code != CloseCode::none)
                return Violation{code};
            in_frame_ = true;
            frame_have_ = 0;
        }
        const std::span<char> whole = read_payload(input);
        if (frame_have_ < frame_bytes_) return NeedMore{};
        in_frame_ = false;
        header_have_ = 0;
        const Event event = finish_frame(whole);
        if (!std::holds_alternative<NeedMore>(event)) return event;
    }
}

std::size_t Decoder::header_bytes_wanted() const {
    if (header_have_ < 2) return 2;
    const unsigned length = header_[1] & 0x7FU;
    const std::size_t extended = length == 126 ? 2 : length == 127 ? 8 : 0;
    return 2 + extended + ((header_[1] & 0x80U) != 0 ? 4 : 0);
}

bool Decoder::read_header(std::span<char>& input) {
    while (header_have_ < header_bytes_wanted()) {
        if (input.empty()) return false;
        const std::size_t taken = std::min(header_bytes_wanted() - header_have_, input.size());
        std::memcpy(header_.data() + header_have_, input.data(), taken);
        header_have_ = static_cast<std::uint8_t>(header_have_ + taken);
        input = input.subspan(taken);
    }
    return true;
}

// CloseCode::none when the header is right.
CloseCode Decoder::check_header() {
    const bool final = (header_[0] & 0x80U) != 0;
    const unsigned opcode = header_[0] & 0x0FU;
    const bool masked = (header_[1] & 0x80U) != 0;
    const std::size_t length_end = header_have_ - 4U;
    frame_bytes_ = header_[1] & 0x7FU;
    if (!masked || (header_[0] & 0x70U) != 0) return CloseCode::protocol_error;
    if (length_end > 2) {
        frame_bytes_ = 0;
        for (std::size_t i = 2; i < length_end; ++i) frame_bytes_ = frame_bytes_ * 256 + header_[i];
        const bool shortest = length_end == 4 ? frame_bytes_ >= 126 : frame_bytes_ >= 65'536;
        if (!shortest || (frame_bytes_ >> 63U) != 0) return CloseCode::protocol_error;
    }
    if (is_control(opcode)) {
        control_.clear();
        const bool known = opcode <= Opcode::pong;
        return known && final && frame_bytes_ <= 125 ? CloseCode::none : CloseCode::protocol_error;
    }
    const bool continues = fragments_ > 0;
    if (opcode > Opcode::binary || (opcode == Opcode::continuation) != continues) {
        return CloseCode::protocol_error;
    }
    if (frame_bytes_ > message_bytes_max_ - message_.size()) return CloseCode::too_large;
    if (++fragments_ > base::limits::kWebSocketFragmentsMax) return CloseCode::policy;
    if (!continues) kind_ = opcode == Opcode::text ? MessageKind::text : MessageKind::binary;
    return CloseCode::none;
}

// Unmasks the frame's part in `input`. The whole payload, when it lies in `input`; otherwise
// nothing and the bytes are kept.
std::span<char> Decoder::read_payload(std::span<char>& input) {
    const std::uint64_t missing = frame_bytes_ - frame_have_;
    const auto part = input.first(std::min<std::size_t>(missing, input.size()));
    unmask(part, header_.data() + header_have_ - 4, frame_have_);
    input = input.subspan(part.size());
    const bool whole = part.size() == frame_bytes_;
    frame_have_ += part.size();
    if (whole) return part;
    (is_control(header_[0] & 0x0FU) ? control_ : message_).append(part.data(), part.size());
    return {};
}

Event Decoder::finish_frame(std::span<const char> whole) {
    const std::string_view in_place(whole.data(), whole.size());
    const bool kept = whole.size() != frame_bytes_;
    if (is_control(header_[0] & 0x0FU)) return finish_control(kept ? control_ : in_place);
    const bool final = (header_[0] & 0x80U) != 0;
    if (final && fragments_ == 1 && !kept) return finish_data(in_place);
    if (!kept) message_.append(in_place);
    return final ? finish_data(message_) : Event(NeedMore{});
}

Event Decoder::finish_control(std::string_view data) {
    const unsigned opcode = header_[0] & 0x0FU;
    if (opcode == Opcode::close) {
        return close_payload_is_valid(data) ? Event(PeerClosed{}) : Event(Violation{});
    }
    if (opcode == Opcode::ping) return Ping{data};
    return NeedMore{};
}

Event Decoder::finish_data(std::string_view data) {
    fragments_ = 0;
    delivered_ = true;
    if (kind_ == MessageKind::text && !base::is_utf8(data)) return Violation{CloseCode::bad_text};
    return Message{kind_, data};
}

}  // namespace flightcast::gateway::websocket
