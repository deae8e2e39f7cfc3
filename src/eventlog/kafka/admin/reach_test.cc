// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/admin/reach.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "eventlog/kafka/admin/inspection.h"

namespace flightcast::eventlog::kafka {
namespace {

using namespace std::chrono_literals;

// A port of the loopback interface at which somebody listens, until it is closed.
class Port {
  public:
    Port() : file_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        socklen_t size = sizeof(address);
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(file_, reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::listen(file_, 8), 0);
        EXPECT_EQ(::getsockname(file_, reinterpret_cast<sockaddr*>(&address), &size), 0);
        number_ = ntohs(address.sin_port);
    }
    ~Port() { close(); }
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;
    void close() {
        if (file_ >= 0) ::close(file_);
        file_ = -1;
    }
    [[nodiscard]] std::int32_t number() const { return number_; }

  private:
    int file_;
    std::int32_t number_ = 0;
};

// Goal: an address where somebody listens is reached, also by a name of which another address leads
// nowhere; a closed port and an unknown name are told apart.
TEST(Reach, SaysWhyAnAddressCannotBeReached) {
    Port port;
    EXPECT_EQ(why_unreachable("127.0.0.1", port.number(), 5s), std::nullopt);
    EXPECT_EQ(why_unreachable("localhost", port.number(), 5s), std::nullopt);  // ::1 may be first.
    port.close();
    EXPECT_EQ(why_unreachable("127.0.0.1", port.number(), 5s), "Connection refused");
    const auto unknown = why_unreachable("no-such-host.invalid", 9092, 5s);
    ASSERT_TRUE(unknown.has_value());
    EXPECT_NE(unknown->find("does not resolve"), std::string::npos) << *unknown;
}

// Goal: partitions are named as people do, by topic.
TEST(Inspection, NamesPartitions) {
    EXPECT_EQ(numbers_of({}), "");
    EXPECT_EQ(numbers_of({{"q", PartitionId(3)}}), "3 of 'q'");
    EXPECT_EQ(
        numbers_of(
            {{"q", PartitionId(0)},
             {"q", PartitionId(2)},
             {"r", PartitionId(1)},
             {"q", PartitionId(3)}}
        ),
        "0, 2 and 3 of 'q', 1 of 'r'"
    );
}

}  // namespace
}  // namespace flightcast::eventlog::kafka
