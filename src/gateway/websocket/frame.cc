// SPDX-License-Identifier: Apache-2.0
#include "gateway/websocket/frame.h"

#include "base/check.h"

namespace flightcast::gateway::websocket {
namespace {

constexpr char kFinal = static_cast<char>(0x80);

void append_big_endian(std::string& out, std::uint64_t value, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        out.push_back(static_cast<char>(value >> static_cast<unsigned>(shift)));
    }
}

void append_header(std::string& out, char opcode, std::size_t length) {
    out.push_back(static_cast<char>(kFinal | opcode));
    if (length < 126) {
        out.push_back(static_cast<char>(length));
    } else if (length < 65'536) {
        out.push_back(126);
        append_big_endian(out, length, 2);
    } else {
        out.push_back(127);
        append_big_endian(out, length, 8);
    }
}

// For people who look at the connection; programs go by the code.
std::string_view reason_of(CloseCode code) {
    switch (code) {
        case CloseCode::going_away:
            return "the server shuts down";
        case CloseCode::protocol_error:
            return "malformed frame";
        case CloseCode::bad_text:
            return "text that is not UTF-8";
        case CloseCode::policy:
            return "a bound was reached";
        case CloseCode::too_large:
            return "message too large";
        case CloseCode::none:
        case CloseCode::normal:
        case CloseCode::service_restart:
        case CloseCode::try_again_later:
            return "";
    }
    return "";
}

}  // namespace

Frame Frame::make(MessageKind kind, std::initializer_list<std::string_view> parts) {
    std::size_t length = 0;
    for (const std::string_view part : parts) length += part.size();
    std::string bytes;
    bytes.reserve(length + 10);
    append_header(bytes, kind == MessageKind::text ? 1 : 2, length);
    Frame frame;
    frame.kind_ = kind;
    frame.header_bytes_ = static_cast<std::uint8_t>(bytes.size());
    for (const std::string_view part : parts) bytes.append(part);
    frame.bytes_ = std::make_shared<const std::string>(std::move(bytes));
    return frame;
}

std::string close_frame(CloseCode code) {
    std::string out;
    if (code == CloseCode::none) {
        append_header(out, 8, 0);
        return out;
    }
    const std::string_view reason = reason_of(code);
    append_header(out, 8, 2 + reason.size());
    append_big_endian(out, static_cast<std::uint16_t>(code), 2);
    return out.append(reason);
}

std::string pong_frame(std::string_view payload) {
    FC_CHECK(payload.size() <= 125);
    std::string out;
    append_header(out, 10, payload.size());
    return out.append(payload);
}

}  // namespace flightcast::gateway::websocket
