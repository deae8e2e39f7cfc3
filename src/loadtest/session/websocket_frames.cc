// SPDX-License-Identifier: Apache-2.0
//
// A frame (RFC 6455, section 5.2):
//
//     byte 0   FIN, three reserved bits, opcode (4 bits)
//     byte 1   MASK, length (7 bits): up to 125, or 126: 16 bits follow, or 127: 64 bits follow
//     mask     4 bytes, only from a client
//     payload  xored with the mask
#include "loadtest/session/websocket_frames.h"

#include <array>

#include "base/limits.h"

namespace flightcast::loadtest::session {

using base::Errc;
using base::fail;
using base::Result;
using base::limits::kMessageBytesMax;

struct WebsocketReader::Frame {
    bool is_last = false;
    std::uint8_t opcode = 0;
    std::string_view payload{};
};

namespace {

constexpr std::uint8_t kFin = 0x80;
constexpr std::uint8_t kReserved = 0x70;
constexpr std::uint8_t kMask = 0x80;
constexpr std::uint8_t kContinuation = 0;
constexpr std::size_t kControlBytesMax = 125;

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint8_t>(bytes[at]);
}

void append_big_endian(std::string& out, std::uint64_t number, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(number >> static_cast<unsigned>(shift)));
    }
}

std::unexpected<base::Error> broken_frame(std::string what) {
    return fail(Errc::corrupt, "the server broke the websocket protocol: " + std::move(what));
}

bool is_known_opcode(std::uint8_t opcode) {
    return opcode <= 2 || (opcode >= 8 && opcode <= 10);
}

}  // namespace

void append_client_frame(
    std::string& out, FrameKind kind, std::string_view payload, base::Random& random
) {
    out.push_back(static_cast<char>(kFin | static_cast<std::uint8_t>(kind)));
    if (payload.size() <= 125) {
        out.push_back(static_cast<char>(kMask | payload.size()));
    } else if (payload.size() <= UINT16_MAX) {
        out.push_back(static_cast<char>(kMask | 126U));
        append_big_endian(out, payload.size(), 2);
    } else {
        out.push_back(static_cast<char>(kMask | 127U));
        append_big_endian(out, payload.size(), 8);
    }
    std::array<std::byte, 4> mask{};
    random.fill(mask);
    for (const std::byte byte : mask) out.push_back(static_cast<char>(byte));
    for (std::size_t i = 0; i < payload.size(); ++i) {
        const auto byte = static_cast<std::byte>(payload[i]);
        out.push_back(static_cast<char>(byte ^ mask[i % mask.size()]));
    }
}

void WebsocketReader::append(std::string_view bytes) {
    buffer_.erase(0, used_);
    used_ = 0;
    buffer_.append(bytes);
}

Result<std::optional<WebsocketMessage>> WebsocketReader::next() {
    if (fragments_given_) {
        fragments_.clear();
        fragments_given_ = false;
    }
    while (true) {
        FC_TRY(const auto frame, read_frame());
        if (!frame) return std::nullopt;
        const bool continues = frame->opcode == kContinuation;
        const bool is_control = frame->opcode >= 8;
        if (is_control || (frame->is_last && !continues && !fragmented_)) {
            return WebsocketMessage{static_cast<FrameKind>(frame->opcode), frame->payload};
        }
        if (continues != fragmented_.has_value()) {
            return broken_frame(
                continues ? "a continuation of nothing" : "a message within another"
            );
        }
        if (!continues) fragmented_ = static_cast<FrameKind>(frame->opcode);
        if (frame->payload.size() > kMessageBytesMax - fragments_.size()) {
            return fail(Errc::full, "a message of the server is too large");
        }
        fragments_.append(frame->payload);
        if (!frame->is_last) continue;
        const FrameKind kind = *fragmented_;
        fragmented_.reset();
        fragments_given_ = true;
        return WebsocketMessage{kind, fragments_};
    }
}

Result<std::optional<WebsocketReader::Frame>> WebsocketReader::read_frame() {
    const std::string_view bytes = std::string_view(buffer_).substr(used_);
    if (bytes.size() < 2) return std::nullopt;
    Frame frame{.is_last = (byte_at(bytes, 0) & kFin) != 0};
    frame.opcode = byte_at(bytes, 0) & 0x0fU;
    if ((byte_at(bytes, 0) & kReserved) != 0) return broken_frame("a reserved bit is set");
    if ((byte_at(bytes, 1) & kMask) != 0) return broken_frame("a masked frame");
    if (!is_known_opcode(frame.opcode))
        return broken_frame("opcode " + std::to_string(frame.opcode));

    std::uint64_t length = byte_at(bytes, 1);
    std::size_t head = 2;
    if (length >= 126) {
        head = length == 126 ? 4 : 10;
        if (bytes.size() < head) return std::nullopt;
        length = 0;
        for (std::size_t i = 2; i < head; ++i) length = length << 8U | byte_at(bytes, i);
    }
    if (frame.opcode >= 8 && (!frame.is_last || length > kControlBytesMax)) {
        return broken_frame("a control frame that is long or fragmented");
    }
    if (length > kMessageBytesMax) {
        return fail(Errc::full, "a message of the server has " + std::to_string(length) + " bytes");
    }
    if (bytes.size() - head < length) return std::nullopt;
    frame.payload = bytes.substr(head, static_cast<std::size_t>(length));
    used_ += head + static_cast<std::size_t>(length);
    return frame;
}

}  // namespace flightcast::loadtest::session
