// SPDX-License-Identifier: Apache-2.0
#include "loadtest/session/websocket_frames.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "base/limits.h"

namespace flightcast::loadtest::session {
namespace {

using base::Errc;

// Gives the same byte again and again, so that a masked frame can be written down.
class ConstantRandom final : public base::Random {
  public:
    explicit ConstantRandom(std::byte value) : value_(value) {}
    void fill(std::span<std::byte> bytes) override {
        for (std::byte& byte : bytes) byte = value_;
    }
    std::uint64_t next() override { return 0; }

  private:
    std::byte value_;
};

std::string bytes_of(std::initializer_list<int> values) {
    std::string text;
    for (const int value : values) text.push_back(static_cast<char>(value));
    return text;
}

// A frame as a server sends it.
std::string server_frame(int first_byte, std::string_view payload) {
    const auto byte_of = [&](unsigned place) {
        return static_cast<int>(payload.size() / (std::size_t{1} << (8U * place)) % 256);
    };
    std::string frame = bytes_of({first_byte});
    if (payload.size() <= 125) {
        frame += bytes_of({byte_of(0)});
    } else if (payload.size() <= 65'535) {
        frame += bytes_of({126, byte_of(1), byte_of(0)});
    } else {
        frame += bytes_of({127, 0, 0, 0, 0, byte_of(3), byte_of(2), byte_of(1), byte_of(0)});
    }
    return frame.append(payload);
}

TEST(WebsocketReader, RefusesBrokenFrames) {
    // Goal: each way to break RFC 6455 is an error at once, before the payload.
    struct Case {
        std::string bytes;
        Errc code;
    };
    const std::array cases = {
        Case{bytes_of({0xC1, 0}), Errc::corrupt},            // RSV1 without an extension
        Case{bytes_of({0x81, 0x80}), Errc::corrupt},         // masked
        Case{bytes_of({0x83, 0}), Errc::corrupt},            // opcode 3
        Case{bytes_of({0x8B, 0}), Errc::corrupt},            // opcode 11
        Case{bytes_of({0x09, 0}), Errc::corrupt},            // fragmented ping
        Case{bytes_of({0x89, 126, 0, 126}), Errc::corrupt},  // long ping
        Case{bytes_of({0x80, 0}), Errc::corrupt},            // continuation of nothing
        Case{bytes_of({0x01, 0, 0x81, 0}), Errc::corrupt},   // message within another
        Case{bytes_of({0x81, 127, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF}), Errc::full},
        Case{bytes_of({0x81, 127, 0, 0, 0, 0, 0, 0x0F, 0x42, 0x41}), Errc::full},  // 1,000,001
    };
    for (std::size_t i = 0; i < cases.size(); ++i) {
        WebsocketReader reader;
        reader.append(cases[i].bytes);
        const auto message = reader.next();
        ASSERT_FALSE(message.has_value()) << i;
        EXPECT_EQ(message.error().code, cases[i].code) << i;
    }
}

TEST(WebsocketReader, ReadsMessagesCutAnywhere) {
    // Goal: all lengths, fragments and a ping between them, at once or in pieces of any size.
    const std::string medium(300, 'm');
    const std::string large(70'000, 'l');
    const std::string bytes = server_frame(0x81, "") + server_frame(0x81, medium) +
                              server_frame(0x01, "ab") + server_frame(0x89, "still there?") +
                              server_frame(0x00, "") + server_frame(0x80, "cd") +
                              server_frame(0x82, large) + server_frame(0x88, "");
    const std::vector<std::pair<FrameKind, std::string>> expected = {
        {FrameKind::text, ""},
        {FrameKind::text, medium},
        {FrameKind::ping, "still there?"},
        {FrameKind::text, "abcd"},
        {FrameKind::binary, large},
        {FrameKind::close, ""},
    };
    for (const std::size_t step : {std::size_t{1}, std::size_t{1'000}, bytes.size()}) {
        WebsocketReader reader;
        std::vector<std::pair<FrameKind, std::string>> seen;
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            reader.append(std::string_view(bytes).substr(at, step));
            while (true) {
                const auto message = reader.next();
                ASSERT_TRUE(message.has_value()) << to_string(message.error());
                if (!*message) break;
                seen.emplace_back((*message)->kind, (*message)->payload);
            }
        }
        EXPECT_EQ(seen, expected) << step;
    }
}

TEST(WebsocketReader, BoundsTheSumOfFragments) {
    // Goal: many fragments cannot grow beyond the limit of one message.
    WebsocketReader reader;
    const std::string half(base::limits::kMessageBytesMax / 2, 'x');
    reader.append(server_frame(0x01, half) + server_frame(0x00, half) + server_frame(0x00, "x"));
    const auto message = reader.next();
    ASSERT_FALSE(message.has_value());
    EXPECT_EQ(message.error().code, Errc::full);
}

TEST(ClientFrame, IsMaskedWithTheLengthThatFits) {
    // Goal: the bytes of RFC 6455, section 5.2, around each change of the length field.
    ConstantRandom random(std::byte{0x20});
    std::string out;
    append_client_frame(out, FrameKind::text, "AB", random);
    EXPECT_EQ(out, bytes_of({0x81, 0x82, 0x20, 0x20, 0x20, 0x20, 'a', 'b'}));
    struct Case {
        std::size_t payload;
        std::string head;
    };
    const std::array cases = {
        Case{0, bytes_of({0x81, 0x80})},
        Case{125, bytes_of({0x81, 0xFD})},
        Case{126, bytes_of({0x81, 0xFE, 0, 126})},
        Case{65'535, bytes_of({0x81, 0xFE, 255, 255})},
        Case{65'536, bytes_of({0x81, 0xFF, 0, 0, 0, 0, 0, 1, 0, 0})},
    };
    for (const Case& c : cases) {
        out.clear();
        append_client_frame(out, FrameKind::text, std::string(c.payload, 'x'), random);
        EXPECT_TRUE(out.starts_with(c.head)) << c.payload;
        EXPECT_EQ(out.size(), c.head.size() + 4 + c.payload);
    }
}

}  // namespace
}  // namespace flightcast::loadtest::session
