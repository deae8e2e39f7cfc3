// SPDX-License-Identifier: Apache-2.0
#include "loadtest/net/tcp_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cstring>

namespace flightcast::loadtest::net {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Endpoint loopback(std::uint32_t last_byte, std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(0x7f000000U | last_byte);
    address.sin_port = htons(port);
    Endpoint end{.size = sizeof address};
    std::memcpy(&end.address, &address, sizeof address);
    return end;
}

// A server's side, in the hands of the test.
class Listener {
  public:
    Listener() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        const Endpoint any = loopback(1, 0);
        EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&any.address), any.size), 0);
        EXPECT_EQ(::listen(fd_, 10), 0);
    }
    ~Listener() { close(); }

    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }

    [[nodiscard]] Endpoint end() const {
        Endpoint end{.size = sizeof end.address};
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&end.address), &end.size);
        return end;
    }

    // The connection that was opened, and its remote address.
    int accept(Endpoint* from = nullptr) const {
        Endpoint peer{.size = sizeof peer.address};
        const int fd = ::accept(fd_, reinterpret_cast<sockaddr*>(&peer.address), &peer.size);
        if (from != nullptr) *from = peer;
        return fd;
    }

  private:
    int fd_;
};

class TcpLineTest : public testing::Test, protected TcpLine::Owner {
  protected:
    void on_open() override { said_ += "open "; }
    void on_bytes(std::string_view bytes) override { said_ += bytes; }
    void on_closed(const base::Error& reason) override { said_ += "[" + reason.detail + "]"; }

    void wait_for(std::string_view text) {
        const auto deadline = clock_.steady_now() + 10s;
        while (said_.find(text) == std::string::npos && clock_.steady_now() < deadline) {
            loop_.wait(1s);
        }
        EXPECT_THAT(said_, HasSubstr(std::string(text)));
    }

    const base::SystemClock clock_;
    EventLoop loop_{clock_};
    Listener listener_;
    TcpLine line_{loop_, *this};
    std::string said_;
};

TEST_F(TcpLineTest, TheLastBytesComeBeforeTheEnd) {
    // Goal: data and end that are there at once are both told, in their order.
    line_.open({listener_.end()});
    const int peer = listener_.accept();
    ASSERT_EQ(::send(peer, "bye", 3, 0), 3);
    ::close(peer);
    wait_for("]");
    EXPECT_EQ(said_, "open bye[the server closed the connection]");
}

TEST_F(TcpLineTest, SendsWhatTheKernelDoesNotTakeAtOnce) {
    // Goal: more than a socket holds arrives whole when the other side reads at last.
    line_.open({listener_.end()});
    const int peer = listener_.accept();
    wait_for("open");
    const std::string big(900'000, 'x');
    line_.send(big);
    std::size_t arrived = 0;
    std::string buffer(65'536, '\0');
    while (arrived < big.size()) {
        const ssize_t got = ::recv(peer, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (got > 0) arrived += static_cast<std::size_t>(got);
        if (got == 0) break;
        loop_.wait(1ms);
    }
    EXPECT_EQ(arrived, big.size());
    ::close(peer);
}

TEST_F(TcpLineTest, ARefusedConnectionIsToldFromTheLoop) {
    // Goal: nothing is called from within open(); the reason is said; the line can be used again.
    const Endpoint nobody = listener_.end();
    listener_.close();
    line_.open({nobody});
    EXPECT_EQ(said_, "");
    wait_for("Connection refused");
    const Listener another;
    line_.open({another.end()});
    wait_for("open");
    EXPECT_FALSE(said_.ends_with("]"));
}

TEST_F(TcpLineTest, ComesFromTheAddressItIsToldTo) {
    // Goal: many lines to one server are possible, because they have several local addresses.
    line_.open({.to = listener_.end(), .from = loopback(7, 0)});
    wait_for("open");
    Endpoint from;
    ::close(listener_.accept(&from));
    EXPECT_EQ(
        reinterpret_cast<const sockaddr_in&>(from.address).sin_addr.s_addr, htonl(0x7f000007U)
    );
}

TEST_F(TcpLineTest, NothingComesAfterClose) {
    // Goal: events on their way are dropped, also for the connection that is opened next.
    line_.open({listener_.end()});
    const int first = listener_.accept();
    wait_for("open");
    ASSERT_EQ(::send(first, "old", 3, 0), 3);
    line_.open({listener_.end()});
    const int second = listener_.accept();
    ASSERT_EQ(::send(second, "new", 3, 0), 3);
    wait_for("new");
    EXPECT_EQ(said_, "open open new");
    ::close(first);
    ::close(second);
}

TEST(LocalAddresses, AreOneOrARange) {
    // Goal: an invalid IPv4 address, an empty or a huge range is refused with an example.
    for (const std::string_view bad :
         {"", "x", "127.0.0", "127.0.0.1-", "127.0.0.2-127.0.0.1", "127.0.0.0-127.0.1.0", "::1"}) {
        const auto addresses = parse_local_addresses(bad);
        ASSERT_FALSE(addresses.has_value()) << bad;
        EXPECT_THAT(addresses.error().detail, HasSubstr("127.0.0.2-127.0.0.20"));
    }
    EXPECT_EQ(parse_local_addresses("127.0.0.1")->size(), 1U);
    const auto range = parse_local_addresses("127.0.0.255-127.0.1.1");
    ASSERT_EQ(range->size(), 3U);
    const auto& last = reinterpret_cast<const sockaddr_in&>(range->back().address);
    EXPECT_EQ(ntohl(last.sin_addr.s_addr), 0x7f000101U);
    EXPECT_EQ(last.sin_port, 0);
    EXPECT_EQ(parse_local_addresses("255.255.255.255")->size(), 1U);
}

}  // namespace
}  // namespace flightcast::loadtest::net
