// SPDX-License-Identifier: Apache-2.0
//
// A polling body is split or refused; the parts, joined again, split to the same.
#include <cstdint>
#include <string>

#include "base/check.h"
#include "gateway/engineio/packet.h"

namespace {

using namespace flightcast::gateway::engineio;
using flightcast::gateway::websocket::Frame;
using flightcast::gateway::websocket::MessageKind;

Frame frame_of(const PayloadReader::Item& item) {
    if (item.kind == MessageKind::binary) return Frame::make(MessageKind::binary, {item.binary});
    const char type = static_cast<char>(item.packet.type);
    return Frame::make(MessageKind::text, {std::string_view(&type, 1), item.packet.data});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    PayloadReader reader({reinterpret_cast<const char*>(data), size});
    std::string joined;
    std::size_t count = 0;
    while (const auto item = reader.next()) {
        if (!item->valid) {
            FC_CHECK(!reader.next());
            break;
        }
        append_to_payload(joined, frame_of(*item));
        ++count;
    }
    if (count == 0) return 0;
    PayloadReader again(joined);
    std::string twice;
    while (const auto item = again.next()) {
        FC_CHECK(item->valid);
        append_to_payload(twice, frame_of(*item));
        --count;
    }
    FC_CHECK(count == 0);
    FC_CHECK(joined == twice);
    return 0;
}
