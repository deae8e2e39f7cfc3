// SPDX-License-Identifier: Apache-2.0
#include "gateway/engineio/packet.h"

#include <array>

#include "base/utf8.h"

namespace flightcast::gateway::engineio {
namespace {

using websocket::MessageKind;

constexpr char kSeparator = '\x1e';
constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> kValues = [] {
    std::array<std::int8_t, 256> table{};
    table.fill(-1);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
    }
    return table;
}();

// The Java client breaks its base64 into lines, which the official server overlooks.
std::string without_line_breaks(std::string_view text) {
    std::string out(text);
    std::erase_if(out, [](char c) { return c == '\n' || c == '\r'; });
    return out;
}

PayloadReader::Item decode_item(std::string_view text) {
    PayloadReader::Item item;
    if (text.starts_with('b')) {
        item.kind = MessageKind::binary;
        auto bytes = decode_base64(without_line_breaks(text.substr(1)));
        item.valid = bytes.has_value();
        if (bytes) item.binary = *std::move(bytes);
        return item;
    }
    const auto packet = decode_packet(text);
    item.valid = packet.has_value() && base::is_utf8(packet->data);
    if (packet) item.packet = *packet;
    return item;
}

}  // namespace

std::optional<Packet> decode_packet(std::string_view text) {
    if (text.empty() || text.front() < '0' || text.front() > '6') return std::nullopt;
    return Packet{static_cast<PacketType>(text.front()), text.substr(1)};
}

std::string encode_base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
        const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
        std::uint32_t group = 0;
        for (std::size_t j = 0; j < 3; ++j) {
            group = group << 8U | (j < have ? static_cast<unsigned char>(bytes[i + j]) : 0U);
        }
        for (std::size_t j = 0; j < 4; ++j) {
            out.push_back(j <= have ? kAlphabet[group >> (18U - 6U * j) & 63U] : '=');
        }
    }
    return out;
}

std::optional<std::string> decode_base64(std::string_view text) {
    for (int i = 0; i < 2 && text.ends_with('=') && text.size() % 4 <= (i == 0 ? 0U : 3U); ++i) {
        text.remove_suffix(1);
    }
    if (text.size() % 4 == 1) return std::nullopt;
    std::string out;
    out.reserve(text.size() * 3 / 4);
    std::uint32_t bits = 0;
    unsigned have = 0;
    for (const char c : text) {
        const int value = kValues[static_cast<unsigned char>(c)];
        if (value < 0) return std::nullopt;
        bits = bits << 6U | static_cast<std::uint32_t>(value);
        have += 6;
        if (have >= 8) {
            have -= 8;
            out.push_back(static_cast<char>(bits >> have & 0xFFU));
        }
    }
    return out;
}

std::optional<PayloadReader::Item> PayloadReader::next() {
    if (done_) return std::nullopt;
    const std::size_t end = rest_.find(kSeparator);
    Item item = decode_item(rest_.substr(0, end));
    done_ = !item.valid || end == std::string_view::npos;
    if (!done_) rest_.remove_prefix(end + 1);
    return item;
}

void append_to_payload(std::string& payload, const websocket::Frame& frame) {
    if (!payload.empty()) payload.push_back(kSeparator);
    if (frame.kind() == MessageKind::text) {
        payload.append(frame.payload());
    } else {
        payload.append("b").append(encode_base64(frame.payload()));
    }
}

}  // namespace flightcast::gateway::engineio
