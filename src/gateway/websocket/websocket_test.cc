// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "gateway/websocket/decoder.h"
#include "gateway/websocket/handshake.h"

namespace flightcast::gateway::websocket {
namespace {

// A client's frame with the mask "abcd".
std::string frame(int first_byte, std::string_view payload) {
    std::string out(1, static_cast<char>(first_byte));
    if (payload.size() < 126) {
        out.push_back(static_cast<char>(0x80U | payload.size()));
    } else if (payload.size() < 65'536) {
        out.push_back(static_cast<char>(0xFE));
        out.push_back(static_cast<char>(payload.size() >> 8U));
        out.push_back(static_cast<char>(payload.size()));
    } else {
        out.push_back(static_cast<char>(0xFF));
        for (int shift = 56; shift >= 0; shift -= 8) {
            out.push_back(static_cast<char>(payload.size() >> static_cast<unsigned>(shift)));
        }
    }
    out.append("abcd");
    for (std::size_t i = 0; i < payload.size(); ++i) {
        out.push_back(static_cast<char>(payload[i] ^ "abcd"[i % 4]));
    }
    return out;
}

// The results as text: "t:abc" "b:abc" "ping:x" "close" "1002". Fed in pieces of `step` bytes.
std::vector<std::string> decode(std::string bytes, std::size_t step, std::size_t limit = 200'000) {
    Decoder decoder(limit);
    std::vector<std::string> events;
    for (std::size_t at = 0; at < bytes.size(); at += step) {
        std::span<char> input = std::span(bytes).subspan(at, std::min(step, bytes.size() - at));
        while (true) {
            const Event event = decoder.next(input);
            if (std::holds_alternative<NeedMore>(event)) break;
            if (const auto* message = std::get_if<Message>(&event)) {
                const char* kind = message->kind == MessageKind::text ? "t:" : "b:";
                events.push_back(kind + std::string(message->data));
            } else if (const auto* ping = std::get_if<Ping>(&event)) {
                events.push_back("ping:" + std::string(ping->data));
            } else if (const auto* violation = std::get_if<Violation>(&event)) {
                events.push_back(std::to_string(static_cast<int>(violation->code)));
                return events;
            } else {
                events.emplace_back("close");
                return events;
            }
        }
        EXPECT_TRUE(input.empty());
    }
    return events;
}

// Goal: right frames give their messages and wrong ones the right close code, however the bytes are
// cut.
TEST(Decoder, DecodesOrSaysWhy) {
    using Strings = std::vector<std::string>;
    const std::string big(70'000, 'x');
    const std::string middle(126, 'y');
    struct Case {
        std::string bytes;
        Strings events;
    };
    const Case cases[] = {
        {frame(0x81, "hello"), {"t:hello"}},
        {frame(0x81, ""), {"t:"}},
        {frame(0x82, "\xff"), {"b:\xff"}},
        {frame(0x81, middle), {"t:" + middle}},
        {frame(0x81, big), {"t:" + big}},
        {frame(0x81, "a") + frame(0x81, "b"), {"t:a", "t:b"}},
        {frame(0x01, "a") + frame(0x89, "p") + frame(0x00, "b") + frame(0x80, "c"),
         {"ping:p", "t:abc"}},
        {frame(0x01, "\xe2") + frame(0x80, "\x82\xac"), {"t:\xe2\x82\xac"}},
        {frame(0x8a, "x") + frame(0x81, "a"), {"t:a"}},
        {frame(0x88, ""), {"close"}},
        {frame(0x88, "\x03\xe8"), {"close"}},
        {frame(0x88, "\x03"), {"1002"}},
        {frame(0x88, "\x03\xed"), {"1002"}},
        {frame(0x81, "\xc3\x28"), {"1007"}},
        {frame(0x81, "\xed\xa0\x80"), {"1007"}},
        {std::string("\x81\x01") + "a", {"1002"}},
        {frame(0xC1, "a"), {"1002"}},
        {frame(0x83, "a"), {"1002"}},
        {frame(0x8b, "a"), {"1002"}},
        {frame(0x80, "a"), {"1002"}},
        {frame(0x01, "a") + frame(0x81, "b"), {"1002"}},
        {frame(0x09, "a"), {"1002"}},
        {frame(0x89, middle), {"1002"}},
        {std::string("\x81\xfe\x00\x05", 4) + "abcdabcde", {"1002"}},
        {std::string("\x81\xff\x80\0\0\0\0\0\0\0", 10) + "abcd", {"1002"}},
        {std::string("\x81\xff\0\0\0\0\0\x10\0\0", 10) + "abcd", {"1009"}},
    };
    for (const Case& entry : cases) {
        for (const std::size_t step : {std::size_t{1}, std::size_t{3}, std::size_t{1'000'000}}) {
            EXPECT_EQ(decode(entry.bytes, step), entry.events) << "step " << step;
        }
    }
}

// Goal: the limit is inclusive and holds for the sum of fragments; tiny fragments are bounded too.
TEST(Decoder, BoundsMessages) {
    EXPECT_EQ(decode(frame(0x82, "0123456789"), 100, 10).at(0), "b:0123456789");
    EXPECT_EQ(decode(frame(0x82, "0123456789a"), 100, 10).at(0), "1009");
    EXPECT_EQ(decode(frame(0x02, "012345") + frame(0x80, "01234"), 100, 10).at(0), "1009");
    std::string many = frame(0x02, "");
    for (std::size_t i = 0; i < base::limits::kWebSocketFragmentsMax; ++i) many += frame(0x00, "");
    EXPECT_EQ(decode(many, 100, 10).at(0), "1008");
}

// Goal: our own frames have the shortest header and the payload behind it.
TEST(Frame, HasTheShortestHeader) {
    EXPECT_EQ(
        Frame::make(MessageKind::text, {"a", "bc"}).wire(),
        "\x81\x03"
        "abc"
    );
    for (const std::size_t size :
         {std::size_t{125}, std::size_t{126}, std::size_t{65'535}, std::size_t{65'536}}) {
        const std::string payload(size, 'z');
        const Frame made = Frame::make(MessageKind::binary, {payload});
        EXPECT_EQ(made.payload(), payload);
        EXPECT_EQ(made.wire().size() - size, size < 126 ? 2U : size < 65'536 ? 4U : 10U);
    }
    EXPECT_EQ(close_frame(CloseCode::none), std::string("\x88\x00", 2));
    EXPECT_EQ(close_frame(CloseCode::going_away), "\x88\x17\x03\xe9the server shuts down");
}

// Goal: the example of RFC 6455 (1.3) is accepted with its value; malformed requests are not.
TEST(Handshake, AcceptsTheExampleOfTheRfc) {
    const auto request = [](std::string_view key, std::string_view version) {
        http::Request made{.method = "GET"};
        if (!key.empty()) made.headers.add("Sec-WebSocket-Key", key);
        made.headers.add("Sec-WebSocket-Version", version);
        return made;
    };
    const auto good = accept(request("dGhlIHNhbXBsZSBub25jZQ==", "13"));
    ASSERT_TRUE(good);
    EXPECT_NE(
        good->find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), std::string::npos
    );
    EXPECT_EQ(accept(request("dGhlIHNhbXBsZSBub25jZQ==", "8")).error().status, 426U);
    for (const char* key :
         {"", "short==", "dGhlIHNhbXBsZSBub25jZ!==", "dGhlIHNhbXBsZSBub25jZQAA"}) {
        EXPECT_EQ(accept(request(key, "13")).error().status, 400U) << key;
    }
}

// Goal: of the subprotocols that a client offers the first is chosen, since a client that offers
// some fails without; an invalid list is overlooked and never sent back.
TEST(Handshake, ChoosesTheFirstSubprotocol) {
    const std::pair<const char*, std::string> cases[] = {
        {"chat", "chat"},
        {"auth.abc, chat", "auth.abc"},
        {" , ,a ,b", "a"},
        {"", ""},
        {",", ""},
        {"a b, c", ""},
        {"\"a\"", ""},
    };
    for (const auto& [offered, chosen] : cases) {
        http::Request request{.method = "GET"};
        request.headers.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        request.headers.add("Sec-WebSocket-Version", "13");
        request.headers.add("Sec-WebSocket-Protocol", offered);
        const auto answer = accept(request);
        ASSERT_TRUE(answer) << offered;
        const std::string line = "\r\nSec-WebSocket-Protocol: " + chosen + "\r\n\r\n";
        EXPECT_EQ(answer->ends_with(line), !chosen.empty()) << offered << *answer;
        EXPECT_EQ(answer->contains("WebSocket-Protocol"), !chosen.empty()) << *answer;
    }
}

}  // namespace
}  // namespace flightcast::gateway::websocket
