// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <string>
#include <thread>

#include "gateway/net/net_testing.h"

namespace flightcast::gateway::net {
namespace {

using namespace std::chrono_literals;

const std::string kPost = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";

// Goal: one connection takes many requests, one by one, all at once, and in single bytes.
TEST_F(Net, KeepsConnectionsAlive) {
    Client client(port());
    EXPECT_EQ(client.ask(kPost + "abc"), "200 abc");
    client.send(kPost + "one" + kPost + "two\r\n" + kPost + "thr");
    EXPECT_EQ(client.response(), "200 one");
    EXPECT_EQ(client.response(), "200 two");
    EXPECT_EQ(client.response(), "200 thr");
    for (const char c : kPost + "xyz") client.send({&c, 1});
    EXPECT_EQ(client.response(), "200 xyz");
    EXPECT_EQ(client.ask("GET /none HTTP/1.1\r\nHost: a\r\n\r\n").substr(0, 3), "404");
    client.send("HEAD /big HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_NE(client.read_to("\r\n\r\n").find("Content-Length: 300000"), std::string::npos);
    EXPECT_EQ(
        client.ask("GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").size(), 300'004U
    );
    EXPECT_EQ(client.read_all(), "");
}

// Goal: the next request waits for the first one's answer, and a client that only closed its own
// direction still gets it.
TEST_F(Net, AnswersLater) {
    Client client(port());
    client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n" + kPost + "abc");
    wait_for(held_count_, 1);
    client.finish_sending();
    loop_->post([this] { (*std::exchange(held_, std::nullopt))({.body = "late"}); });
    EXPECT_EQ(client.response(), "200 late");
    EXPECT_EQ(client.response(), "200 abc");
    EXPECT_EQ(client.read_all(), "");
    Client other(port());
    EXPECT_EQ(other.ask("GET /dropped HTTP/1.1\r\nHost: a\r\n\r\n"), "500 no answer was made\n");
}

// Goal: a client that closed its own direction gets all of a large answer, and of those that it
// asked for before.
TEST_F(Net, FinishesLargeAnswers) {
    Client client(port());
    const std::string big = "GET /big HTTP/1.1\r\nHost: a\r\n\r\n";
    for (int i = 0; i < 40; ++i) client.send(big);
    client.finish_sending();
    on_loop([] {});
    for (int i = 0; i < 40; ++i) EXPECT_EQ(client.response().size(), 300'004U) << i;
    EXPECT_EQ(client.read_all(), "");
}

// Goal: an answer to a client that has gone goes nowhere, even when the server has gone too.
TEST_F(Net, AnswersToNobodyAreHarmless) {
    {
        Client client(port());
        client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
        wait_for(held_count_, 1);
    }
    stop();
    (*std::exchange(held_, std::nullopt))({.body = "late"});
}

// Goal: requests whose end is in doubt are answered once and the connection is closed: the bytes
// behind them are never taken for a request.
TEST_F(Net, RefusesSmuggling) {
    const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\n";
    const std::string next = "GET /big HTTP/1.1\r\nHost: a\r\n\r\n";
    struct Case {
        std::string bytes;
        const char* status;
    };
    const Case cases[] = {
        {head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
        {head + "Transfer-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc", "400"},
        {head + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", "400"},
        {head + "Transfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n", "501"},
        {"POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"},
        {head + "A: b\r\n c\r\nContent-Length: 3\r\n\r\nabc", "400"},
        {head + "Transfer-Encoding: chunked\r\n\r\n3;a\nb\r\nabc\r\n0\r\n\r\n", "400"},
        {head + "Transfer-Encoding: chunked\r\n\r\n0\r\nContent-Length : 1\r\n\r\n", "400"},
        {head + "Content-Length: 1000001\r\n\r\n", "413"},
        {head + "Transfer-Encoding: chunked\r\n\r\nfffff\r\n", "413"},
        {head + "A: " + std::string(9'000, 'x') + "\r\n\r\n", "431"},
        {"\x16\x03\x01\x02\n", "400"},
    };
    for (const Case& entry : cases) {
        Client client(port());
        EXPECT_EQ(client.ask(entry.bytes + next).substr(0, 3), entry.status) << entry.bytes;
        EXPECT_EQ(client.read_all(), "") << entry.bytes;
    }
    on_loop([this] { EXPECT_EQ(server_->counters().oversized, 3U); });
    Client good(port());
    EXPECT_EQ(
        good.ask(head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), "200 abc"
    );
    EXPECT_EQ(
        good.ask(
            head + "Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0;c\r\nX-Sum: 1\r\n\r\n"
        ),
        "200 abc"
    );
    good.send(head + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    EXPECT_EQ(good.read_to("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    EXPECT_EQ(good.ask("abc"), "200 abc");
}

// Goal: a websocket joins a room; another thread's emits of one batch reach it in order.
TEST_F(Net, PushesToWebsockets) {
    const auto client = joined_client();
    loop_->post([this] {
        for (int i = 0; i < 3; ++i) io_.of("/").to("room").emit("n", std::to_string(i));
    });
    EXPECT_EQ(client->read_frame(), "42[\"n\",0]");
    EXPECT_EQ(client->read_frame(), "42[\"n\",1]");
    EXPECT_EQ(client->read_frame(), "42[\"n\",2]");
    std::string ping = {'\x89', '\x82', 0, 0, 0, 0, 'h', 'i'};
    client->send(ping);
    EXPECT_EQ(client->read_frame(), "hi");
    client->send(std::string("\x88\x80\0\0\0\0", 6));
    EXPECT_EQ(client->read_frame(), "closed");
    EXPECT_EQ(client->read_all(), "");
    on_loop([this] { EXPECT_EQ(io_.of("/").rooms(), 0U); });
}

// Goal: refusals are sent before the 101 and broken frames get their code, also right behind the
// request.
TEST_F(Net, RefusesBadWebsockets) {
    Client unknown(port());
    std::string request(kUpgrade);
    request.replace(request.find("EIO=4"), 5, "EIO=3");
    EXPECT_EQ(unknown.ask(request), "400 Unsupported protocol version");
    Client no_key(port());
    request = kUpgrade;
    request.erase(request.find("Sec-WebSocket-Key"), 45);
    EXPECT_EQ(no_key.ask(request).substr(0, 3), "400");
    Client garbage(port());
    garbage.send(std::string(kUpgrade) + std::string(20, '\xff'));
    EXPECT_EQ(garbage.read_to("\r\n\r\n").substr(9, 3), "101");
    garbage.read_frame();  // The open packet.
    EXPECT_EQ(garbage.read_frame(), "closed 1002");
    EXPECT_EQ(garbage.read_all(), "");
}

// Goal: a session begins over polling and goes on over a websocket without losing a message.
TEST_F(Net, UpgradesFromPolling) {
    Client http(port());
    const std::string open =
        http.ask("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string sid = open.substr(open.find("sid\":\"") + 6, 20);
    const std::string target =
        "/socket.io/?EIO=4&transport=polling&sid=" + sid + " HTTP/1.1\r\nHost: a\r\n";
    EXPECT_EQ(http.ask("POST " + target + "Content-Length: 2\r\n\r\n40"), "200 ok");
    EXPECT_EQ(http.ask("GET " + target + "\r\n").substr(0, 6), "200 40");
    Client ws(port());
    std::string request(kUpgrade);
    request.replace(request.find(" HTTP"), 0, "&sid=" + sid);
    ws.send(request);
    ws.read_to("\r\n\r\n");
    http.send("GET " + target + "\r\n");
    ws.send_text("2probe");
    EXPECT_EQ(ws.read_frame(), "3probe");
    EXPECT_EQ(http.response(), "200 6");
    ws.send_text("5");
    ws.send_text("42[\"join\",7]");
    EXPECT_EQ(ws.read_frame(), "42[\"joined\",7]");
    EXPECT_EQ(http.ask("GET " + target + "\r\n").substr(0, 3), "400");
}

// Goal: a poll whose connection ends takes its session with it.
TEST_F(Net, NoticesLostPolls) {
    std::string sid;
    {
        Client http(port());
        const std::string open =
            http.ask("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n");
        sid = open.substr(open.find("sid\":\"") + 6, 20);
        http.send(
            "GET /socket.io/?EIO=4&transport=polling&sid=" + sid + " HTTP/1.1\r\nHost: a\r\n\r\n"
        );
        http.finish_sending();
        EXPECT_EQ(http.read_all(), "");
    }
    on_loop([this] { EXPECT_EQ(io_.engine().counters().polling_sessions, 0U); });
}

// Goal: a client that does not read is closed at the bound and all others go on.
TEST_F(Net, DropsSlowReaders) {
    const auto slow = joined_client();
    const std::string big = "\"" + std::string(100'000, 'x') + "\"";
    bool dropped = false;
    for (int i = 0; i < 1'000 && !dropped; ++i) {
        on_loop([this, &big] { io_.of("/").to("room").emit("n", big); });
        on_loop([this, &dropped] { dropped = io_.of("/").size() == 0; });
    }
    EXPECT_TRUE(dropped);
    on_loop([this] { EXPECT_EQ(io_.engine().counters().overflows, 1U); });
    EXPECT_EQ(Client(port()).ask(kPost + "abc"), "200 abc");
}

// Goal: slow senders are told and closed, idle connections closed, each after its own time.
TEST_F(Net, KeepsTimeLimits) {
    Client head(port());
    head.send("GET / HT");
    on_loop([] {});  // It is accepted by now, and its bytes are read before time passes.
    advance(11s);    // Of 10.
    EXPECT_EQ(head.response().substr(0, 3), "408");
    EXPECT_EQ(head.read_all(), "");
    Client body(port());
    body.send(kPost + "a");
    on_loop([] {});
    advance(31s);  // Of 30.
    EXPECT_EQ(body.response().substr(0, 3), "408");
    EXPECT_EQ(body.read_all(), "");
    Client idle(port());
    EXPECT_EQ(idle.ask(kPost + "abc"), "200 abc");
    advance(76s);  // Of 75.
    EXPECT_EQ(idle.read_all(), "");
    on_loop([this] { EXPECT_EQ(server_->counters().slow_senders, 2U); });
}

// Goal: a drain lets the answer that is due out, tells websockets why, and ends.
TEST_F(Net, Drains) {
    const auto websocket = joined_client();
    Client idle(port());
    EXPECT_EQ(idle.ask(kPost + "abc"), "200 abc");
    Client busy(port());
    busy.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    wait_for(held_count_, 1);
    std::atomic<bool> drained = false;
    on_loop([&] { server_->drain([&drained] { drained = true; }); });
    EXPECT_EQ(websocket->read_frame(), "closed 1001");
    EXPECT_EQ(idle.read_all(), "");
    EXPECT_FALSE(Client(port()).connected());
    EXPECT_FALSE(drained.load());
    loop_->post([this] { (*std::exchange(held_, std::nullopt))({.body = "late"}); });
    const std::string answer = busy.read_all();
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("late"));
    wait_for(drained, true);
}

// Goal: a drain answers polls, begins no session, and ends after its time at the latest.
TEST_F(Net, DrainsInTime) {
    Client poll(port());
    const std::string open =
        poll.ask("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::string sid = open.substr(open.find("sid\":\"") + 6, 20);
    poll.send(
        "GET /socket.io/?EIO=4&transport=polling&sid=" + sid + " HTTP/1.1\r\nHost: a\r\n\r\n"
    );
    Client begun(port());
    begun.send("GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n");
    Client never(port());
    never.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    wait_for(held_count_, 1);
    const auto websocket = joined_client();
    std::atomic<bool> drained = false;
    on_loop([&] { server_->drain([&drained] { drained = true; }); });
    EXPECT_EQ(poll.response(), "200 1");
    EXPECT_EQ(websocket->read_frame(), "closed 1001");
    EXPECT_EQ(begun.ask("Host: a\r\n\r\n").substr(0, 3), "503");
    EXPECT_FALSE(drained.load());
    advance(11s);  // Of 10.
    EXPECT_EQ(never.read_all(), "");
    wait_for(drained, true);
}

// Goal: connections above the bound are told to try again later.
TEST_F(Net, BoundsConnections) {
    ServerOptions options;
    options.connections_max = 1;
    restart(options);
    Client first(port());
    EXPECT_EQ(first.ask(kPost + "abc"), "200 abc");
    EXPECT_EQ(Client(port()).response().substr(0, 3), "503");
    EXPECT_EQ(first.ask(kPost + "abc"), "200 abc");
}

// Goal: of connections without a request there are so many and no more; the oldest gives way.
TEST_F(Net, BoundsHalfOpenConnections) {
    ServerOptions options;
    options.half_open_max = 2;
    restart(options);
    Client talks(port());
    EXPECT_EQ(talks.ask(kPost + "abc"), "200 abc");
    Client first(port());
    Client second(port());
    Client third(port());
    EXPECT_EQ(first.read_all(), "");
    EXPECT_EQ(second.ask(kPost + "abc"), "200 abc");
    EXPECT_EQ(third.ask(kPost + "abc"), "200 abc");
    EXPECT_EQ(talks.ask(kPost + "abc"), "200 abc");
    on_loop([this] { EXPECT_EQ(server_->counters().half_open_dropped, 1U); });
}

// Goal: an address that asks too often is told so, and may go on with the same connection.
TEST_F(Net, LimitsRequests) {
    ServerOptions options;
    options.request_rate = {.per_second = 1, .burst = 2};
    restart(options);
    Client client(port());
    const std::string get = "GET /none HTTP/1.1\r\nHost: a\r\n\r\n";
    std::string burst;
    for (int i = 0; i < 100; ++i) burst += get;
    client.send(burst);
    int limited = 0;
    for (int i = 0; i < 100; ++i) limited += client.response().starts_with("429") ? 1 : 0;
    EXPECT_GT(limited, 0);
    EXPECT_LT(limited, 99);
    on_loop([&] {
        EXPECT_EQ(server_->counters().rate_limited, static_cast<std::uint64_t>(limited));
    });
}

// Goal: a connection that is never silent for long is never idle or slow, however old it is.
TEST_F(Net, RenewsTimeLimits) {
    ServerOptions options;
    options.body_timeout = 3s;
    restart(options);
    Client client(port());
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(client.ask(kPost + "abc"), "200 abc");
        advance(50s);  // Of 75.
    }
    Client writer(port());
    writer.send(kPost + "a");
    const auto socket = joined_client();
    socket->send("\x81");
    for (int i = 0; i < 4; ++i) {
        // Each read ends in the middle of the next request.
        EXPECT_EQ(writer.ask("bc" + kPost + "a"), "200 abc");
        socket->send(std::string("\x8c\0\0\0\0", 5) + R"(42["join",1])" + "\x81");
        EXPECT_EQ(socket->read_frame(), R"(42["joined",1])");
        advance(2s);
    }
    EXPECT_EQ(writer.ask("bc"), "200 abc");
}

// Goal: without descriptors left the server pauses, says so, and goes on when there are some.
TEST_F(Net, SurvivesRunningOutOfDescriptors) {
    std::atomic<int> complaints = 0;
    ServerOptions options;
    options.log = [&complaints](std::string_view) { ++complaints; };
    restart(options);
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    Client client(port());
    EXPECT_EQ(client.ask(kPost + "abc"), "200 abc");
    // The client's own socket takes the last descriptor that the limit allows.
    const int next = ::dup(0);
    ::close(next);
    const rlimit low{.rlim_cur = static_cast<rlim_t>(next) + 1, .rlim_max = before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &low);
    Client waiting(port());
    while (complaints.load() == 0) std::this_thread::yield();
    EXPECT_EQ(client.ask(kPost + "abc"), "200 abc");
    ::setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_EQ(waiting.ask(kPost + "abc"), "200 abc");
}

// Goal: when descriptors run out, a connection that has sent nothing gives way, and nothing pauses.
TEST_F(Net, SilentConnectionsGiveTheirDescriptors) {
    Client known(port());
    EXPECT_EQ(known.ask(kPost + "abc"), "200 abc");
    Client silent(port());
    on_loop([this] { EXPECT_EQ(server_->counters().accepted, 2U); });
    rlimit before{};
    ::getrlimit(RLIMIT_NOFILE, &before);
    const int next = ::dup(0);
    ::close(next);
    const rlimit low{.rlim_cur = static_cast<rlim_t>(next) + 1, .rlim_max = before.rlim_max};
    ::setrlimit(RLIMIT_NOFILE, &low);
    Client fresh(port());  // Its own socket takes the last descriptor.
    const std::string answer = fresh.ask(kPost + "abc");
    ::setrlimit(RLIMIT_NOFILE, &before);
    EXPECT_EQ(answer, "200 abc");
    EXPECT_EQ(silent.read_all(), "");
    on_loop([this] { EXPECT_EQ(server_->counters().accept_pauses, 0U); });
}

// Goal: where no more connections fit, one that has sent nothing gives
// way to a new one; those that have sent a request stay.
TEST_F(Net, SilentConnectionsGiveWay) {
    ServerOptions options;
    options.connections_max = 2;
    restart(options);
    Client known(port());
    EXPECT_EQ(known.ask(kPost + "abc"), "200 abc");
    Client silent(port());
    Client fresh(port());
    EXPECT_EQ(fresh.ask(kPost + "abc"), "200 abc");
    EXPECT_EQ(silent.read_all(), "");
    EXPECT_EQ(known.ask(kPost + "abc"), "200 abc");
    Client refused(port());  // None is silent any more.
    EXPECT_TRUE(refused.response().starts_with("503"));
    on_loop([this] {
        EXPECT_EQ(server_->counters().half_open_dropped, 1U);
        EXPECT_EQ(server_->counters().refused, 1U);
    });
}

// Goal: a port in use gives an error with its number and the way out.
TEST_F(Net, NamesThePortInUse) {
    const auto second = Server::listen(*loop_, {.web = router_}, {.port = port()});
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, base::Errc::already_exists);
    EXPECT_NE(second.error().detail.find(std::to_string(port())), std::string::npos);
    EXPECT_NE(second.error().detail.find("--port"), std::string::npos);
    EXPECT_EQ(
        Server::listen(*loop_, {.web = router_}, {.host = "203.0.113.1"}).error().code,
        base::Errc::invalid_argument
    );
}

}  // namespace
}  // namespace flightcast::gateway::net
