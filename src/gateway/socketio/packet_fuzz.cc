// SPDX-License-Identifier: Apache-2.0
//
// A packet is decoded or refused; a decoded one obeys the protocol's bounds, and put together
// again it decodes to the same.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "base/limits.h"
#include "gateway/socketio/json_scan.h"
#include "gateway/socketio/packet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace flightcast::gateway::socketio;
    const auto packet = decode_packet({reinterpret_cast<const char*>(data), size});
    if (!packet) return 0;
    FC_CHECK(packet->attachments <= flightcast::base::limits::kAttachmentsMax);
    FC_CHECK(packet->name_space.starts_with('/'));
    for (const std::string_view arg : packet->args) FC_CHECK(scan_json(arg).has_value());
    FC_CHECK(scan_json(quote(packet->event)).has_value());
    FC_CHECK(unquote(quote(packet->event)) == packet->event);

    PacketHead head{
        .type = packet->type, .attachments = packet->attachments, .name_space = packet->name_space
    };
    if (packet->id) head.id = *packet->id;
    const std::string text = encode_head(head).substr(1).append(packet->json);
    const auto again = decode_packet(text);
    FC_CHECK(again.has_value());
    FC_CHECK(again->type == packet->type);
    FC_CHECK(again->attachments == packet->attachments);
    FC_CHECK(again->name_space == packet->name_space);
    FC_CHECK(again->id == packet->id);
    FC_CHECK(again->event == packet->event);
    FC_CHECK(again->args == packet->args);
    return 0;
}
