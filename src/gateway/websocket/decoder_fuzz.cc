// SPDX-License-Identifier: Apache-2.0
//
// A stream of frames means the same however it is cut: the same messages, pings and end.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/utf8.h"
#include "gateway/websocket/decoder.h"

namespace {

using namespace flightcast::gateway::websocket;

constexpr std::size_t kMessageBytesMax = 300;

// The decoded messages, as text to compare.
using Log = std::vector<std::string>;

// Returns whether the stream goes on.
bool record(const Event& event, Log& log) {
    if (const auto* message = std::get_if<Message>(&event)) {
        FC_CHECK(message->data.size() <= kMessageBytesMax);
        const bool text = message->kind == MessageKind::text;
        FC_CHECK(!text || flightcast::base::is_utf8(message->data));
        log.push_back((text ? "t" : "b") + std::string(message->data));
        return true;
    }
    if (const auto* ping = std::get_if<Ping>(&event)) {
        FC_CHECK(ping->data.size() <= 125);
        log.push_back("p" + std::string(ping->data));
        return true;
    }
    const auto* violation = std::get_if<Violation>(&event);
    log.push_back(
        violation == nullptr ? "c" : "v" + std::to_string(static_cast<int>(violation->code))
    );
    return false;
}

Log decode(std::string bytes, std::size_t step) {
    Decoder decoder(kMessageBytesMax);
    Log log;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        std::span<char> input(bytes.data() + at, std::min(step, bytes.size() - at));
        while (true) {
            const Event event = decoder.next(input);
            if (std::holds_alternative<NeedMore>(event)) break;
            if (!record(event, log)) return log;
        }
        FC_CHECK(input.empty());
    }
    return log;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    const Log whole = decode(bytes, std::max<std::size_t>(size, 1));
    FC_CHECK(decode(bytes, 1) == whole);
    FC_CHECK(decode(bytes, 7) == whole);
    return 0;
}
