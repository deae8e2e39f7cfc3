// SPDX-License-Identifier: Apache-2.0
#include "loadtest/net/http_response.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "base/limits.h"

namespace flightcast::loadtest::net {
namespace {

using base::Errc;

TEST(HttpResponseReader, RefusesWhatIsNotHttp) {
    // Goal: wrong or oversized answers are errors, never waits for more bytes.
    struct Case {
        std::string bytes;
        Errc code;
    };
    const std::array cases = {
        Case{"SSH-2.0-OpenSSH_9.2\r\n\r\n", Errc::corrupt},
        Case{"HTTP/1.1 abc OK\r\n\r\n", Errc::corrupt},
        Case{"HTTP/1.1\r\n\r\n", Errc::corrupt},
        Case{"HTTP/1.1 200 OK\r\nContent-Length: 5x\r\n\r\n", Errc::corrupt},
        Case{"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", Errc::corrupt},
        Case{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", Errc::corrupt},
        Case{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", Errc::corrupt},
        Case{"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", Errc::full},
        Case{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffff\r\n", Errc::full},
        Case{"HTTP/1.1 200 OK\r\nA: " + std::string(9'000, 'a'), Errc::full},
    };
    for (const Case& c : cases) {
        HttpResponseReader reader;
        reader.append(c.bytes);
        const auto response = reader.next();
        ASSERT_FALSE(response.has_value()) << c.bytes.substr(0, 80);
        EXPECT_EQ(response.error().code, c.code) << c.bytes.substr(0, 80);
    }
}

TEST(HttpResponseReader, ReadsAnswersCutAnywhere) {
    // Goal: a series of answers gives the same, at once or byte by byte.
    const std::string bytes =
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\ncontent-length:  5 \r\n\r\nhello"
        "HTTP/1.1 100 Continue\r\n\r\n"
        "HTTP/1.1 503 Busy\r\nTransfer-Encoding: Chunked\r\n\r\n3;x=1\r\nabc\r\nA\r\n0123456789\r\n"
        "0\r\nTrailer: x\r\n\r\n"
        "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    struct Expected {
        int status;
        std::string body;
        bool keeps_open;
    };
    const std::vector<Expected> expected = {
        {200, "hello", true},
        {503, "abc0123456789", true},
        {204, "", false},
        {200, "", false},
        {200, "", true},
    };
    for (const std::size_t step : {std::size_t{1}, std::size_t{7}, bytes.size()}) {
        HttpResponseReader reader;
        std::size_t seen = 0;
        for (std::size_t at = 0; at < bytes.size(); at += step) {
            reader.append(std::string_view(bytes).substr(at, step));
            while (true) {
                const auto response = reader.next();
                ASSERT_TRUE(response.has_value()) << to_string(response.error());
                if (!*response) break;
                ASSERT_LT(seen, expected.size());
                EXPECT_EQ((*response)->status, expected[seen].status) << step;
                EXPECT_EQ((*response)->body, expected[seen].body) << step;
                EXPECT_EQ((*response)->keeps_open, expected[seen].keeps_open) << step;
                ++seen;
            }
        }
        EXPECT_EQ(seen, expected.size()) << step;
    }
}

TEST(HttpResponseReader, BodyUpToTheEndOfTheStream) {
    // Goal: an answer without a length ends with the connection; one that is cut short is an error.
    HttpResponseReader reader;
    reader.append("HTTP/1.0 200 OK\r\nServer: x\r\n\r\nwhole");
    EXPECT_FALSE(reader.next()->has_value());
    EXPECT_EQ(reader.next_at_end()->value().body, "whole");
    EXPECT_FALSE(reader.next_at_end()->has_value());
    reader.append("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort");
    EXPECT_EQ(reader.next_at_end().error().code, Errc::closed);
}

TEST(HttpResponseReader, LeavesWhatFollowsAnUpgrade) {
    // Goal: the bytes after 101 belong to the next protocol, headers are found in any case.
    HttpResponseReader reader;
    reader.append("HTTP/1.1 101 Switching Protocols\r\nsec-websocket-ACCEPT: key\r\n\r\n\x81\x01x");
    const auto response = reader.next();
    ASSERT_TRUE(response.has_value() && response->has_value());
    EXPECT_EQ((*response)->header("Sec-WebSocket-Accept"), "key");
    EXPECT_EQ((*response)->header("Upgrade"), "");
    EXPECT_EQ(reader.rest(), "\x81\x01x");
}

}  // namespace
}  // namespace flightcast::loadtest::net
