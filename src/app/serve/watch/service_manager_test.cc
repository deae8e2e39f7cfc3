// SPDX-License-Identifier: Apache-2.0
#include "app/serve/watch/service_manager.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <string>

#include "base/temporary_folder.h"

namespace flightcast::app::serve {
namespace {

using namespace std::chrono_literals;

// The socket of a manager.
class Manager {
  public:
    explicit Manager(const std::string& path) : file_(::socket(AF_UNIX, SOCK_DGRAM, 0)) {
        sockaddr_un place{.sun_family = AF_UNIX, .sun_path = {}};
        std::memcpy(place.sun_path, path.data(), path.size());
        EXPECT_EQ(::bind(file_, reinterpret_cast<const sockaddr*>(&place), sizeof place), 0);
    }
    ~Manager() { ::close(file_); }
    Manager(const Manager&) = delete;
    Manager& operator=(const Manager&) = delete;

    // The next message; empty: there is none.
    [[nodiscard]] std::string next() const {
        std::array<char, 256> bytes{};
        const ssize_t size = ::recv(file_, bytes.data(), bytes.size(), MSG_DONTWAIT);
        return size < 0 ? "" : std::string(bytes.data(), static_cast<std::size_t>(size));
    }

  private:
    int file_;
};

// Goal: each state is one datagram in the form of sd_notify(3), and nothing else is sent.
TEST(ServiceManager, TellsEachState) {
    const base::TemporaryFolder folder;
    const std::string path = folder.path() / "notify";
    const Manager systemd(path);
    const ServiceManager manager(path, 30s);
    EXPECT_EQ(systemd.next(), "");
    manager.ready("http://127.0.0.1:5001/");
    EXPECT_EQ(systemd.next(), "READY=1\nSTATUS=http://127.0.0.1:5001/");
    manager.alive();
    EXPECT_EQ(systemd.next(), "WATCHDOG=1");
    manager.stopping();
    EXPECT_EQ(systemd.next(), "STOPPING=1");
    EXPECT_EQ(systemd.next(), "");
    EXPECT_EQ(manager.alive_every(), 15s);
}

// Goal: without a manager, with one that is gone, or with a name that is too long nothing happens;
// without a watchdog nothing is asked.
TEST(ServiceManager, ManagesWithoutOne) {
    for (const std::string& path :
         {std::string(), std::string("/none/notify"), std::string(300, 'x')}) {
        ServiceManager(path, 0us).ready("up");
    }
    EXPECT_FALSE(ServiceManager("", 30s).alive_every());
    EXPECT_FALSE(ServiceManager("/none", 0us).alive_every());
}

// Goal: the variables are systemd's; a watchdog for another process, or a bad number, is none.
TEST(ServiceManager, ReadsItsEnvironment) {
    ::setenv("NOTIFY_SOCKET", "@name", 1);
    struct Case {
        const char* time;
        std::string process;
        bool is_watched;
    };
    for (const Case& entry :
         {Case{"30000000", std::to_string(::getpid()), true},
          Case{"30000000", "", true},
          Case{"30000000", "1", false},
          Case{"x", "", false},
          Case{"0", "", false}}) {
        ::setenv("WATCHDOG_USEC", entry.time, 1);
        ::setenv("WATCHDOG_PID", entry.process.c_str(), 1);
        const auto every = ServiceManager::from_environment().alive_every();
        EXPECT_EQ(every.has_value(), entry.is_watched) << entry.time << " " << entry.process;
        EXPECT_EQ(every.value_or(15s), 15s);
    }
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"}) ::unsetenv(name);
}

// Goal: the question is asked at once and then as often as it must be.
TEST(Watchdog, AsksRegularly) {
    int asked = 0;
    Watchdog watchdog(15s, [&asked] { ++asked; });
    const base::SteadyTime start{};
    EXPECT_EQ(watchdog.step(start), start + 15s);
    EXPECT_EQ(watchdog.step(start + 15s), start + 30s);
    EXPECT_EQ(asked, 2);
    watchdog.end_by(start);
    EXPECT_TRUE(watchdog.has_ended());
}

}  // namespace
}  // namespace flightcast::app::serve
