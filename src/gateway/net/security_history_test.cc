// SPDX-License-Identifier: Apache-2.0
//
// Faults of other servers of these protocols, as far as they need a socket; the rest is in
// gateway/socketio.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/limits.h"
#include "gateway/net/net_testing.h"

namespace flightcast::gateway::net {
namespace {

using namespace std::chrono_literals;

class SecurityHistory : public Net {
  protected:
    void expect_alive() { EXPECT_EQ(Client(port()).ask(kPost + "abc"), "200 abc"); }

    std::string handshake() {
        const std::string opened = Client(port()).ask(
            "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n"
        );
        return opened.substr(opened.find("sid\":\"") + 6, 20);
    }

    // The upgrade request with `before` replaced by `after`.
    static std::string upgrade_with(std::string_view before, std::string_view after) {
        std::string request(kUpgrade);
        return request.replace(request.find(before), before.size(), after);
    }

    static inline const std::string kPost =
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
};

// One client frame with a mask of zeros.
std::string frame(int first_byte, std::string_view payload) {
    std::string out = {static_cast<char>(first_byte), static_cast<char>(0x80U | payload.size())};
    return out.append(4, '\0').append(payload);
}

// Goal: bytes that break the protocol, right behind the upgrade request, are answered and survived.
TEST_F(SecurityHistory, Cve2022x21676GarbageBehindTheUpgrade) {
    for (const std::string& garbage :
         {std::string(20, '\xff'), frame(0xC1, "4"), frame(0x91, "4"), std::string("\x81\x01x")}) {
        Client client(port());
        client.send(std::string(kUpgrade) + garbage);
        EXPECT_EQ(client.read_to("\r\n\r\n").substr(9, 3), "101");
        client.read_frame();
        EXPECT_EQ(client.read_frame(), "closed 1002");
    }
    expect_alive();
}

// Goal: a peer that resets on any path of refusal does no harm.
TEST_F(SecurityHistory, Cve2022x41940ResetWhileRefused) {
    const std::vector<std::string> requests = {
        upgrade_with("EIO=4", "EIO=3"),
        upgrade_with("transport=websocket", "transport=foo"),
        upgrade_with("transport=websocket", "transport=websocket&sid=none"),
        upgrade_with("Host: a", "Host: a\r\nOrigin: https://evil.org"),
        upgrade_with("Sec-WebSocket-Key", "X"),
        std::string(kUpgrade),
        std::string(kUpgrade).substr(0, 60),
        std::string(kUpgrade) + std::string(20, '\xff'),
        "GET /none HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n",
        "\r\nnonsense\n",
    };
    for (const std::string& request : requests) {
        for (int i = 0; i < 5; ++i) {
            const Client client(port());
            client.reset_at_end();
            client.send(request);
        }
    }
    expect_alive();
    on_loop([this] { EXPECT_EQ(io_.engine().counters().polling_sessions, 0U); });
}

// Goal: the limit of a message is inclusive; a length that cannot be is an error of the protocol.
TEST_F(SecurityHistory, Cve2016x10542MessageLengths) {
    const auto header = [](std::uint64_t length) {
        std::string out = "\x82\xff";
        for (int shift = 56; shift >= 0; shift -= 8) {
            out.push_back(static_cast<char>(length >> static_cast<unsigned>(shift)));
        }
        return out.append(4, '\0');
    };
    struct Case {
        std::uint64_t length;
        const char* answer;
    };
    for (const Case& entry :
         {Case{base::limits::kMessageBytesMax + 1, "closed 1009"},
          Case{std::uint64_t{1} << 62U, "closed 1009"},
          Case{std::uint64_t{1} << 63U, "closed 1002"},
          Case{~std::uint64_t{0}, "closed 1002"}}) {
        const auto client = joined_client();
        client->send(header(entry.length));
        EXPECT_EQ(client->read_frame(), entry.answer) << entry.length;
    }
    on_loop([this] { EXPECT_EQ(server_->counters().oversized, 2U); });
    const auto exact = joined_client();
    exact->send(header(base::limits::kMessageBytesMax));
    exact->send(std::string(base::limits::kMessageBytesMax, 'x'));
    // A binary message that no packet announced: Socket.IO closes, the websocket did not mind.
    EXPECT_EQ(exact->read_frame(), "closed");
}

// Goal: control frames are answered with the bytes received, and not a byte more.
TEST_F(SecurityHistory, Cve2016x10518ControlFrames) {
    const auto client = joined_client();
    for (const std::size_t size : {0U, 1U, 124U, 125U}) {
        const std::string payload(size, 'p');
        client->send(frame(0x89, payload));
        EXPECT_EQ(client->read_frame(), payload);
    }
    client->send(frame(
        0x88,
        "\x03\xe8"
        "bye"
    ));
    EXPECT_EQ(client->read_frame(), "closed");
    EXPECT_EQ(client->read_all(), "");
}

// Goal: upgrade requests with headers that are too many, too long, missing or doubled are refused.
TEST_F(SecurityHistory, Ghsa5v72UpgradeHeaders) {
    const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    std::string many;
    for (int i = 0; i < 1'000; ++i) many += "a:\r\n";
    const std::string commas(7'000, ',');
    struct Case {
        std::string request;
        const char* status;
    };
    const Case cases[] = {
        {upgrade_with(key, key + many), "431"},
        {upgrade_with(key, key + "X: " + std::string(8'100, 'x') + "\r\n"), "431"},
        {upgrade_with(key, key + "Sec-WebSocket-Extensions: " + commas + "\r\n"), "101"},
        {upgrade_with(key, key + "Sec-WebSocket-Extensions: a;b=\"\\\r\n"), "101"},
        {upgrade_with(key, key + "Sec-WebSocket-Protocol: " + std::string(7'000, ' ') + "\r\n"),
         "101"},
        {upgrade_with(key, ""), "400"},
        {upgrade_with(key, key + key), "400"},
        {upgrade_with("Sec-WebSocket-Version: 13\r\n", ""), "426"},
        {upgrade_with("Version: 13", "Version: 8"), "426"},
        {upgrade_with("Upgrade: websocket\r\n", ""), "400"},
        {upgrade_with("Connection: Upgrade\r\n", ""), "400"},
        {upgrade_with("Upgrade: websocket", "Upgrade: h2c"), "400"},
        {upgrade_with("GET ", "POST "), "400"},
        {upgrade_with(key, key + "Content-Length: 3\r\n") + "abc", "400"},
    };
    for (const Case& entry : cases) {
        Client client(port());
        client.send(entry.request);
        EXPECT_EQ(client.read_to("\r\n\r\n").substr(9, 3), entry.status)
            << entry.request.substr(0, 300);
    }
    expect_alive();
}

// Goal: a message in countless pieces, empty ones too, ends at a bound of its own, or of time.
TEST_F(SecurityHistory, Cve2026x48779TinyFragments) {
    for (const char* piece : {"", "x"}) {
        const auto client = joined_client();
        std::string fragments = frame(0x02, piece);
        for (int i = 0; i < 10'000; ++i) fragments += frame(0x00, piece);
        client->send(fragments);
        EXPECT_EQ(client->read_frame(), "closed 1008");
    }
    const auto slow = joined_client();
    slow->send(frame(0x02, "x"));
    on_loop([] {});
    advance(20s);
    slow->send(frame(0x89, ""));  // A ping gives no more time.
    EXPECT_EQ(slow->read_frame(), "");
    advance(11s);  // Of 30 altogether.
    EXPECT_EQ(slow->read_frame(), "gone");
    on_loop([this] { EXPECT_EQ(server_->counters().slow_senders, 1U); });
}

// Goal: the body of a request that is refused by its head is not waited for, nor kept.
TEST_F(SecurityHistory, PythonEngineIo4132BodiesAreNotBuffered) {
    const auto post = [](const std::string& sid, const std::string& length) {
        return "POST /socket.io/?EIO=4&transport=polling&sid=" + sid + " HTTP/1.1\r\nHost: a\r\n" +
               "Content-Length: " + length + "\r\n\r\n";
    };
    Client unknown(port());
    EXPECT_EQ(
        unknown.ask(post("none", "900000")), "400 {\"code\":1,\"message\":\"Session ID unknown\"}"
    );
    EXPECT_EQ(unknown.read_all(), "");
    const std::string sid = handshake();
    Client large(port());
    EXPECT_EQ(large.ask(post(sid, "1000001")).substr(0, 3), "413");
    EXPECT_EQ(large.read_all(), "");
    on_loop([this] { EXPECT_EQ(io_.engine().counters().polling_sessions, 0U); });
}

class HttpSmuggling : public SecurityHistory {
  protected:
    // Posts a body with these headers and another request right behind it. True when the first one
    // was served; otherwise it must have been refused, and nothing else answered.
    bool is_served(const std::string& version, const std::string& headers) {
        // A chunked body whose start is five bytes long, so that either way of reading is complete.
        constexpr std::string_view kBody = "0\r\n\r\n";
        std::string bytes = "POST /echo HTTP/" + version + "\r\nHost: a\r\n" + headers + "\r\n";
        bytes.append(kBody).append("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
        Client client(port());
        const std::string answer = client.ask(bytes);
        if (answer.starts_with("200")) return true;
        EXPECT_TRUE(answer.starts_with("400") || answer.starts_with("501")) << answer;
        EXPECT_EQ(client.read_all(), "");
        return false;
    }
};

// Goal: input that two parsers could read in two ways is refused, and the rest is not a request.
TEST_F(HttpSmuggling, Matrix) {
    const std::vector<std::string> lengths = {
        "",
        "Content-Length: 5\r\n",
        "Content-Length: 0\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n"
    };
    const std::vector<std::string> codings = {
        "",
        "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: identity\r\n",
        "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        " Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding:\tchunked\x0b\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
    };
    int served = 0;
    for (const std::string version : {"1.1", "1.0"}) {
        for (const std::string& length : lengths) {
            for (const std::string& coding : codings) {
                const bool sized = length == lengths[1] && coding.empty();
                const bool chunked = coding == codings[1] && length.empty() && version == "1.1";
                const bool none = (length.empty() || length == lengths[2]) && coding.empty();
                if (none) continue;
                SCOPED_TRACE(version + " " + length + coding);
                EXPECT_EQ(is_served(version, length + coding), sized || chunked);
                served += sized || chunked ? 1 : 0;
            }
        }
    }
    EXPECT_EQ(served, 3);
}

}  // namespace
}  // namespace flightcast::gateway::net
