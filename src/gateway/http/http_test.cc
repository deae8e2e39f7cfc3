// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "base/limits.h"
#include "gateway/http/body_reader.h"
#include "gateway/http/head.h"
#include "gateway/http/query.h"
#include "gateway/http/router.h"

namespace flightcast::gateway::http {
namespace {

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n";

// The status that a head is refused with; 0 when it is taken.
unsigned status_of(const std::string& text) {
    const auto end = find_head_end(text, 0, {});
    if (const auto* malformed = std::get_if<Malformed>(&end)) return malformed->status;
    if (std::holds_alternative<NeedMore>(end)) return 1;
    const auto head = parse_head(std::string_view(text).substr(0, std::get<std::size_t>(end)), {});
    return head ? 0 : head.error().status;
}

// Goal: every shape that lets a proxy and us see different requests is refused, and merely
// unusual ones are not.
TEST(Head, RefusesSmugglingShapes) {
    struct Case {
        std::string text;
        unsigned status;
    };
    const Case cases[] = {
        {kGet + "Content-Length: 1\r\nContent-Length: 1\r\n\r\n", 400},
        {kGet + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
        {kGet + "Content-Length: 1, 1\r\n\r\n", 400},
        {kGet + "Content-Length: +1\r\n\r\n", 400},
        {kGet + "Content-Length: 0x1\r\n\r\n", 400},
        {kGet + "Content-Length: \r\n\r\n", 400},
        {kGet + "Content-Length: 99999999999999999999\r\n\r\n", 400},
        {kGet + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {kGet + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
        {kGet + "Transfer-Encoding: gzip\r\nContent-Length: 1\r\n\r\n", 400},
        {kGet + "Transfer-Encoding: chunked, gzip\r\n\r\n", 501},
        {kGet + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
        {kGet + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 501},
        {kGet + "Transfer-Encoding: \x0b"
                "chunked\r\n\r\n",
         400},
        {"POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {kGet + " folded: 1\r\n\r\n", 400},
        {kGet + "A: 1\r\n\tfolded\r\n\r\n", 400},
        {kGet + "A : 1\r\n\r\n", 400},
        {kGet + "no colon\r\n\r\n", 400},
        {kGet + ": no name\r\n\r\n", 400},
        {kGet + std::string("A: \0b\r\n\r\n", 9), 400},
        {kGet + "A: a\rb\r\n\r\n", 400},
        {kGet + "A: 1\n\r\n", 400},
        {"GET / HTTP/1.1\nHost: a\n\n", 400},
        {kGet + "Host: b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
        {"GET /\r\nHost: a\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
        {"GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /a\x80 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /#a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GETGETGETGETGETGET / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {kGet + "Expect: 200-maybe\r\n\r\n", 417},
        {"GET /" + std::string(5'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
        {kGet + "A: " + std::string(9'000, 'a') + "\r\n\r\n", 431},
        {std::string(9'000, 'a'), 431},
        {kGet, 1},
        {kGet + "\r\n", 0},
        {kGet + "A:\r\nB:  two words \t\r\nC: \xff\r\n\r\n", 0},
        {"GET / HTTP/1.0\r\n\r\n", 0},
        {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 0},
        {"GET http://host/path HTTP/1.1\r\nHost: a\r\n\r\n", 0},
        {"GET https://host/path?a=/b HTTP/1.1\r\nHost: a\r\n\r\n", 0},
        {"GET http://host?/livez HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: me@a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 0},
        {kGet + "Transfer-Encoding: Chunked\r\n\r\n", 0},
    };
    for (const Case& entry : cases) EXPECT_EQ(status_of(entry.text), entry.status) << entry.text;
    std::string many = kGet;
    for (int i = 0; i < 100; ++i) many += "a:b\r\n";
    EXPECT_EQ(status_of(many + "\r\n"), 431U);
}

// Goal: a head read byte by byte ends where a whole one does.
TEST(Head, EndIsFoundHoweverTheBytesCome) {
    const std::string text = kGet + "A: b\r\n\r\nrest";
    for (std::size_t have = 0; have < text.size() - 4; ++have) {
        const auto end =
            find_head_end(std::string_view(text).substr(0, have), have > 0 ? have - 1 : 0, {});
        EXPECT_TRUE(std::holds_alternative<NeedMore>(end)) << have;
    }
    EXPECT_EQ(std::get<std::size_t>(find_head_end(text, 20, {})), text.size() - 4);
}

// Goal: the facts that a connection needs are read from the head.
TEST(Head, SaysHowToGoOn) {
    const auto head = parse_head(
        "POST /a%20b?x=1?y HTTP/1.1\r\nhost: a\r\ncontent-length: 3\r\nExpect: 100-Continue\r\n"
        "CONNECTION: Upgrade , close\r\nupgrade: WebSocket\r\nContent-Type: text/plain ; "
        "a=b\r\n\r\n",
        {}
    );
    ASSERT_TRUE(head);
    EXPECT_EQ(head->request.path, "/a%20b");
    EXPECT_EQ(head->request.query, "x=1?y");
    EXPECT_EQ(head->request.media_type(), "text/plain");
    EXPECT_EQ(head->body_kind, BodyKind::sized);
    EXPECT_EQ(head->body_bytes, 3U);
    EXPECT_FALSE(head->keep_alive);
    EXPECT_TRUE(head->expects_continue);
    EXPECT_TRUE(head->upgrade_to_websocket);
}

// Goal: a list that is spread over several headers is one list.
TEST(Head, JoinsHeadersOfOneName) {
    const auto closing =
        parse_head(kGet + "Connection: keep-alive\r\nconnection: close\r\n\r\n", {});
    ASSERT_TRUE(closing);
    EXPECT_FALSE(closing->keep_alive);
    const auto upgrading = parse_head(
        kGet +
            "Connection: keep-alive\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nUpgrade: "
            "websocket\r\n\r\n",
        {}
    );
    ASSERT_TRUE(upgrading);
    EXPECT_TRUE(upgrading->upgrade_to_websocket);
    EXPECT_EQ(upgrading->request.headers.joined("upgrade"), "h2c, websocket");
    EXPECT_EQ(upgrading->request.headers.joined("cookie"), std::nullopt);
}

// As many bytes as extensions and trailers may have, less `spare`, between two texts.
std::string extras(const std::string& before, const std::string& after, std::size_t spare) {
    return before + std::string(base::limits::kChunkExtrasBytesMax - spare, 'x') + after;
}

// Goal: chunked bodies are read to their exact end, cut into whatever pieces; extensions and
// trailers are dropped when they are well formed and not too many.
TEST(BodyReader, ReadsChunksStrictly) {
    using State = BodyReader::State;
    struct Case {
        std::string text;
        State state;
        std::string body;
    };
    const Case cases[] = {
        {"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", State::done, "abcde"},
        {"0\r\n\r\n", State::done, ""},
        {"A\r\n0123456789\r\n0\r\n\r\n", State::done, "0123456789"},
        {"B\r\n", State::too_large, ""},
        {"6\r\nabcdef\r\n6\r\n", State::too_large, ""},
        {"3;x=y\r\nabc\r\n0\r\n\r\n", State::done, "abc"},
        {"3;\r\nabc\r\n0;last\r\n\r\n", State::done, "abc"},
        {"3 \t;x=\"y z\";q\r\nabc\r\n2;x\r\nde\r\n0\r\n\r\n", State::done, "abcde"},
        {"3;x=\xc3\xa9\r\nabc\r\n0\r\n\r\n", State::done, "abc"},
        {"3 \r\nabc\r\n0\r\n\r\n", State::malformed, ""},
        {"3 x\r\nabc\r\n0\r\n\r\n", State::malformed, ""},
        {"3;a\nb\r\nabc\r\n0\r\n\r\n", State::malformed, ""},
        {"3;a\rb\r\nabc\r\n0\r\n\r\n", State::malformed, ""},
        {std::string("3;a\0b\r\nabc", 10), State::malformed, ""},
        {";a\r\n", State::malformed, ""},
        {" 3\r\n", State::malformed, ""},
        {"0x3\r\n", State::malformed, ""},
        {"-1\r\n", State::malformed, ""},
        {"\r\n", State::malformed, ""},
        {"0000000000000000003\r\nabc\r\n000\r\n\r\n", State::done, "abc"},
        {"100000000000000000003\r\nabc", State::too_large, ""},
        {"ffffffffffffffff\r\nabc", State::too_large, ""},
        {"3\nabc", State::malformed, ""},
        {"3\r\nabcd\r\n", State::malformed, ""},
        {"0\r\nContent-Length: 1\r\n\r\n", State::done, ""},
        {"3\r\nabc\r\n0\r\nX-Checksum: 1\r\nY:\r\n\r\n", State::done, "abc"},
        {"0\r\nno colon\r\n\r\n", State::malformed, ""},
        {"0\r\n: 1\r\n\r\n", State::malformed, ""},
        {"0\r\nA : 1\r\n\r\n", State::malformed, ""},
        {"0\r\nA: 1\r\n folded\r\n\r\n", State::malformed, ""},
        {"0\r\nA: 1\n\r\n", State::malformed, ""},
        {"0\r\nA: 1\r\n\n", State::malformed, ""},
        {"3\r\nab", State::reading, ""},
        {extras("3;", "\r\nabc\r\n0\r\n\r\n", 1), State::done, "abc"},
        {extras("3;", "\r\nabc\r\n0\r\n\r\n", 0), State::too_large, ""},
        {extras("0\r\nA:", "\r\n\r\n", 2), State::done, ""},
        {extras("0\r\nA:", "\r\n\r\n", 1), State::too_large, ""},
    };
    Head head;
    head.body_kind = BodyKind::chunked;
    for (const Case& entry : cases) {
        for (const std::size_t step : {std::size_t{1}, std::size_t{2}, entry.text.size()}) {
            BodyReader reader(head, 10);
            std::size_t used = 0;
            while (used < entry.text.size() && reader.state() == State::reading) {
                used += reader.feed(std::string_view(entry.text + "GET").substr(used, step));
            }
            EXPECT_EQ(reader.state(), entry.state) << entry.text << " by " << step;
            if (entry.state != State::done) continue;
            EXPECT_EQ(used, entry.text.size()) << entry.text;
            EXPECT_EQ(reader.take(), entry.body);
        }
    }
}

// Goal: a body that is announced as too large is refused before any of it is read.
TEST(BodyReader, RefusesByLength) {
    Head head;
    head.body_kind = BodyKind::sized;
    head.body_bytes = 11;
    EXPECT_EQ(BodyReader(head, 10).state(), BodyReader::State::too_large);
    BodyReader exact(head, 11);
    EXPECT_EQ(exact.feed("01234567890GET"), 11U);
    EXPECT_EQ(exact.take(), "01234567890");
}

// Goal: queries are decoded as browsers encode them; an invalid field spoils no other.
TEST(Query, DecodesFieldByField) {
    const Query query = Query::parse("a=1&b=x+y%21&&c&a=2&%C3%A9=%e2%82%ac&=v");
    EXPECT_EQ(query.find("a"), "1");
    EXPECT_EQ(query.count("a"), 2U);
    EXPECT_EQ(query.find("b"), "x y!");
    EXPECT_EQ(query.find("c"), "");
    EXPECT_EQ(query.find("é"), "€");
    EXPECT_EQ(query.find(""), "v");
    EXPECT_FALSE(query.find("d"));
    for (const std::string bad : {"%", "%4", "%zz", "100%", "%ff", "%c3%28", "+%"}) {
        const Query both = Query::parse("x=" + bad + "&" + bad + "=1&wait=2s");
        EXPECT_EQ(both.find("wait"), "2s") << bad;
        EXPECT_EQ(both.find("x"), bad);
        EXPECT_EQ(both.find(bad), "1");
    }
    std::string many;
    for (int i = 0; i < 1'000; ++i) many += "a&";
    EXPECT_EQ(Query::parse("b=1&" + many).pairs().size(), 256U);
}

Response ask(Router& router, std::string method, std::string path) {
    Request request{.method = std::move(method), .path = std::move(path)};
    http::Admission admission = router.admit(request, ExchangeId(1), {});
    if (admission.refusal) return *admission.refusal;
    Response answer{.status = 0};
    router.handle(
        std::move(request), ExchangeId(1), [&](Response r) { answer = std::move(r); }, {}
    );
    return answer;
}

// Goal: each request reaches its one handler; others get the right refusal.
TEST(Router, FindsTheRoute) {
    Router router;
    const auto echo = [](std::string_view name) {
        return [name](const Request& request, Respond respond) {
            respond({.body = std::string(name) + ":" + request.parameter});
        };
    };
    router.add("GET", "/r/*", echo("rest"));
    router.add("GET", "/a/<id>", echo("id"));
    router.add("GET", "/a/<id>/b", echo("inner"));
    router.add("GET", "/a/b", echo("exact"));
    router.add("POST", "/a/b", echo("post"));
    struct Case {
        const char* method;
        const char* path;
        unsigned status;
        const char* body;
    };
    const Case cases[] = {
        {"GET", "/a/b", 200, "exact:"},
        {"HEAD", "/a/b", 200, "exact:"},
        {"POST", "/a/b", 200, "post:"},
        {"GET", "/a/c", 200, "id:c"},
        {"GET", "/a/%41%2F", 200, "id:A/"},
        {"GET", "/a/x/b", 200, "inner:x"},
        {"GET", "/r/x/y.js", 200, "rest:x/y.js"},
        {"GET", "/a/", 404, nullptr},
        {"GET", "/a/x/c", 404, nullptr},
        {"GET", "/a/%zz", 400, nullptr},
        {"GET", "/%ff", 400, nullptr},
        {"PUT", "/a/b", 405, nullptr},
        {"OPTIONS", "/a/b", 204, nullptr},
    };
    for (const Case& entry : cases) {
        const Response response = ask(router, entry.method, entry.path);
        EXPECT_EQ(response.status, entry.status) << entry.method << entry.path;
        if (entry.body == nullptr) continue;
        EXPECT_EQ(response.body.view(), entry.body) << entry.path;
    }
    const Response refused = ask(router, "DELETE", "/a/b");
    ASSERT_EQ(refused.headers.size(), 1U);
    EXPECT_EQ(refused.headers[0].value, "GET, HEAD, POST, OPTIONS");
}

// Goal: nothing that a handler puts into a header can begin another header.
TEST(Response, HeadersCannotBeSplit) {
    const Response response{.headers = {{"X", "a\r\nEvil: 1"}}, .body = "abc"};
    EXPECT_EQ(
        serialize_head(response, {}),
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nX: aEvil: 1\r\n"
        "Content-Length: 3\r\nConnection: keep-alive\r\n\r\n"
    );
}

}  // namespace
}  // namespace flightcast::gateway::http
