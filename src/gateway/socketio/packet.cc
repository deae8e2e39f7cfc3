// SPDX-License-Identifier: Apache-2.0
#include "gateway/socketio/packet.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/limits.h"
#include "gateway/socketio/json_scan.h"

namespace flightcast::gateway::socketio {
namespace {

constexpr std::size_t kIdDigitsMax = 100;  // as python-socketio has it

constexpr std::array<std::string_view, 6> kReservedEvents = {
    "connect",
    "connect_error",
    "disconnect",
    "disconnecting",
    "newListener",
    "removeListener",
};

bool is_binary(PacketType type) {
    return type == PacketType::binary_event || type == PacketType::binary_ack;
}

// Takes the digits at the front; nothing without digits or with too many.
std::optional<std::uint64_t> take_number(std::string_view& text) {
    std::uint64_t value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc()) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    return value;
}

bool take_attachments(std::string_view& text, Packet& packet) {
    const auto count = take_number(text);
    if (!count || *count < 1 || *count > base::limits::kAttachmentsMax) return false;
    if (!text.starts_with('-')) return false;
    text.remove_prefix(1);
    packet.attachments = *count;
    return true;
}

void take_namespace(std::string_view& text, Packet& packet) {
    packet.name_space = "/";
    if (!text.starts_with('/')) return;
    const std::size_t comma = std::min(text.find(','), text.size());
    packet.name_space = text.substr(0, comma);
    text.remove_prefix(std::min(comma + 1, text.size()));
}

bool take_id(std::string_view& text, Packet& packet) {
    const std::size_t size = std::min(text.find_first_not_of("0123456789"), text.size());
    if (size > kIdDigitsMax) return false;
    if (size == 0) return true;
    const std::string_view digits = text.substr(0, size);
    text.remove_prefix(size);
    packet.id = digits.substr(std::min(digits.find_first_not_of('0'), size - 1));
    return true;
}

// An event's name is a number, or a string that is not reserved.
bool take_event(Packet& packet) {
    if (packet.args.empty()) return false;
    packet.event_json = packet.args.front();
    packet.args.erase(packet.args.begin());
    const char first = packet.event_json.front();
    const bool is_number = first == '-' || (first >= '0' && first <= '9');
    if (!is_number && first != '"') return false;
    packet.event = is_number ? std::string(packet.event_json) : unquote(packet.event_json);
    return std::ranges::find(kReservedEvents, packet.event) == kReservedEvents.end();
}

bool check_payload(Packet& packet) {
    if (packet.type == PacketType::disconnect) return packet.json.empty();
    if (packet.json.empty()) return !is_binary(packet.type);
    const auto attachments =
        is_binary(packet.type) ? std::optional(packet.attachments) : std::nullopt;
    auto shape = scan_json(packet.json, attachments);
    if (!shape) return false;
    if (packet.type == PacketType::connect) return shape->kind == JsonKind::object;
    if (shape->kind != JsonKind::array) return false;
    packet.args = std::move(shape->elements);
    const bool ack = packet.type == PacketType::ack || packet.type == PacketType::binary_ack;
    return ack || take_event(packet);
}

}  // namespace

std::optional<Packet> decode_packet(std::string_view text) {
    if (text.empty() || text.front() < '0' || text.front() > '6') return std::nullopt;
    Packet packet;
    packet.type = static_cast<PacketType>(text.front());
    text.remove_prefix(1);
    if (packet.type == PacketType::connect_error) return std::nullopt;  // The server's alone.
    if (is_binary(packet.type) && !take_attachments(text, packet)) return std::nullopt;
    take_namespace(text, packet);
    if (!take_id(text, packet)) return std::nullopt;
    packet.json = text;
    if (!check_payload(packet)) return std::nullopt;
    return packet;
}

std::string encode_head(const PacketHead& head) {
    std::string out = {'4', static_cast<char>(head.type)};
    if (is_binary(head.type)) out.append(std::to_string(head.attachments)).append("-");
    if (head.name_space != "/") out.append(head.name_space).append(",");
    out.append(head.id);
    return out;
}

}  // namespace flightcast::gateway::socketio
