// SPDX-License-Identifier: Apache-2.0
#include "app/doctor/doctor.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <string>
#include <thread>

#include "app/doctor/doctor_checks.h"
#include "app/serve/watch/data_folder.h"
#include "base/temporary_folder.h"
#include "eventlog/local/local_log.h"
#include "eventlog/memory/memory_storage.h"
#include "eventlog/sqlite/sqlite_storage.h"

namespace flightcast::app::doctor {
namespace {

using testing::HasSubstr;
using State = Finding::State;

class Doctor : public testing::Test {
  protected:
    Doctor() {
        options_.data_dir = folder_.path() / "data";
        options_.port = 0;
        clock_.advance(std::chrono::days(30'000));
    }
    [[nodiscard]] Patient patient() const { return {.options = options_, .clock = clock_}; }

    base::TemporaryFolder folder_;
    base::ManualClock clock_;
    options::ServeOptions options_;
};

// The finding called `name`.
Finding find(const std::vector<Finding>& findings, const std::string& name) {
    for (const Finding& finding : findings) {
        if (finding.name == name) return finding;
    }
    ADD_FAILURE() << "nothing was found about " << name;
    return {};
}

// A listening socket of the loopback interface that answers nothing.
class Listener {
  public:
    Listener() : file_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        socklen_t size = sizeof(address);
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::bind(file_, reinterpret_cast<sockaddr*>(&address), size), 0);
        EXPECT_EQ(::listen(file_, 8), 0);
        EXPECT_EQ(::getsockname(file_, reinterpret_cast<sockaddr*>(&address), &size), 0);
        port_ = ntohs(address.sin_port);
    }
    ~Listener() { ::close(file_); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    [[nodiscard]] std::uint16_t port() const { return port_; }

    // Takes one connection, answers whatever it asks with `body`, and ends it.
    void answer(const std::string& body) const {
        const int client = ::accept(file_, nullptr, nullptr);
        std::array<char, 1'024> asked;
        EXPECT_GT(::recv(client, asked.data(), asked.size(), 0), 0);
        const std::string text = "HTTP/1.1 200 OK\r\n\r\n" + body;
        EXPECT_EQ(::send(client, text.data(), text.size(), 0), static_cast<ssize_t>(text.size()));
        ::close(client);
    }

  private:
    const int file_;
    std::uint16_t port_ = 0;
};

// Goal: a server that is there is ready, ready with notes, or not ready, as it says itself.
TEST_F(Doctor, TellsNotesFromFailures) {
    struct Case {
        const char* answer;
        State state;
        const char* what;
    };
    const Case cases[] = {
        {R"({"status":"ok","checks":{"a":"ok","b":"ok"}})", State::good, "a server is ready at"},
        {R"({"status":"ok","checks":{"a":"ok","b":"idle","c":"old"}})",
         State::warning,
         "is ready, and notes b: idle, c: old"},
        {R"({"status":"failing","checks":{"a":"ok","b":"idle"}})",
         State::bad,
         "not ready: b: idle"},
        {R"({"checks":{}})", State::bad, "another program listens"},
        {"<html>", State::bad, "another program listens"},
    };
    for (const auto& [answer, state, what] : cases) {
        const Listener server;
        options_.port = server.port();
        const std::jthread serving([&] { server.answer(answer); });
        const Finding found = find(check_port(patient()), "port");
        EXPECT_EQ(found.state, state) << answer;
        EXPECT_THAT(found.what, HasSubstr(what));
    }
}

// Goal: where nothing is yet, all that a server will make is fine, and looking makes nothing.
TEST_F(Doctor, FindsAFreshMachineWell) {
    EXPECT_EQ(find(check_port(patient()), "port").state, State::good);
    const Finding folder = find(check_data_folder(patient()), "data folder");
    EXPECT_EQ(folder.state, State::good);
    EXPECT_THAT(folder.what, HasSubstr("will be made"));
    EXPECT_EQ(find(check_embedded_topics(patient()), "topics").state, State::good);
    EXPECT_EQ(find(check_model(patient()), "model").state, State::good);
    EXPECT_NE(find(check_clock(patient()), "clock").state, State::bad);
    EXPECT_EQ(find(check_clock(patient()), "time zone").state, State::good);
    EXPECT_FALSE(std::filesystem::exists(options_.data_dir));
}

// Goal: a port in use, an address of another machine and an invalid address are wrong, each with
// its own advice.
TEST_F(Doctor, FindsWrongAddresses) {
    const Listener listener;
    options_.port = listener.port();
    const Finding taken = find(check_port(patient()), "port");
    EXPECT_EQ(taken.state, State::bad);
    EXPECT_THAT(taken.what, HasSubstr("another program"));
    EXPECT_THAT(taken.advice, HasSubstr("--port"));
    options_.host = "192.0.2.1";  // Unused: reserved for documents.
    const Finding elsewhere = find(check_port(patient()), "port");
    EXPECT_EQ(elsewhere.state, State::bad);
    EXPECT_THAT(elsewhere.advice, HasSubstr("--host"));
    options_.host = "no such host";
    EXPECT_EQ(find(check_port(patient()), "port").state, State::bad);
}

// Goal: a folder in use is fine and its holder named; waiting records are counted; a broken file
// and an invalid folder are wrong.
TEST_F(Doctor, LooksIntoTheDataFolder) {
    {
        const auto held = serve::DataFolder::open(options_.data_dir);
        ASSERT_TRUE(held) << held.error().detail;
        const auto storage = eventlog::sqlite::SqliteStorage::open(held->database()).value();
        const auto log = eventlog::local::LocalLog::open(*storage, clock_).value();
        ASSERT_TRUE(log->admin().create_topic({.name = options_.request_topic}));
        const Finding folder = find(check_data_folder(patient()), "data folder");
        EXPECT_EQ(folder.state, State::good);
        EXPECT_THAT(folder.what, HasSubstr("process " + std::to_string(::getpid())));
        const auto topics = check_embedded_topics(patient());
        EXPECT_THAT(find(topics, "topics").what, HasSubstr("flight-delay-ml-request 0"));
        EXPECT_THAT(find(topics, "scorer").what, HasSubstr("0 records"));
        EXPECT_THAT(find(topics, "archiver").what, HasSubstr("0 records"));
    }
    EXPECT_THAT(find(check_data_folder(patient()), "data folder").what, HasSubstr("is free"));
    std::ofstream(options_.data_dir / "flightcast.db", std::ios::trunc) << "no database at all";
    std::filesystem::remove(options_.data_dir / "flightcast.db-wal");
    EXPECT_EQ(find(check_embedded_topics(patient()), "topics").state, State::bad);

    options_.data_dir = folder_.write("file", "x");
    EXPECT_EQ(find(check_data_folder(patient()), "data folder").state, State::bad);
}

// Goal: a missing model, an unknown zone and a clock that was never set are wrong.
TEST_F(Doctor, FindsWhatIsWrong) {
    options_.model = folder_.path() / "no-model";
    EXPECT_EQ(find(check_model(patient()), "model").state, State::bad);
    options_.timezone = "Europe/Nowhere";
    EXPECT_EQ(find(check_clock(patient()), "time zone").state, State::bad);
    const base::ManualClock never_set;
    EXPECT_EQ(
        find(check_clock({.options = options_, .clock = never_set}), "clock").state, State::bad
    );
}

// Goal: people and programs are told the same, and only faults make the whole unhealthy.
TEST(Findings, AreTold) {
    const std::vector<Finding> findings = {
        {"port", State::good, "free", ""}, {"data folder", State::warning, "\"full\"", "make room"}
    };
    EXPECT_TRUE(healthy(findings));
    EXPECT_EQ(
        findings_text(findings),
        "ok       port         free\n"
        "warning  data folder  \"full\"\n"
        "                      -> make room\n"
    );
    EXPECT_EQ(
        findings_json(findings),
        R"({"healthy":true,"checks":[)"
        R"({"name":"port","state":"good","what":"free","advice":""},)"
        R"({"name":"data folder","state":"warning","what":"\"full\"","advice":"make room"}]})"
    );
    EXPECT_FALSE(healthy({{"port", State::bad, "taken", ""}}));
}

// Goal: it tells whether reports of arrivals come, and when records go before late reports come.
TEST_F(Doctor, LooksAtArrivals) {
    eventlog::memory::MemoryStorage storage;
    const auto log = eventlog::local::LocalLog::open(storage, clock_).value();
    eventlog::Admin& admin = log->admin();
    const auto examine_arrivals = [&] {
        std::vector<eventlog::TopicDescription> found;
        for (const std::string& name : options_.topics().all()) {
            found.push_back(admin.describe(name).value());
        }
        return check_arrivals(admin, options_, found, clock_.wall_now());
    };
    for (const std::string& name : options_.topics().all()) {
        ASSERT_TRUE(admin.create_topic({.name = name, .retention = {}}));
    }
    EXPECT_THAT(find(examine_arrivals(), "arrivals").what, HasSubstr("no reports yet"));
    const auto writer = log->open_writer().value();
    std::vector<eventlog::NewRecord> one(1);
    one[0] = {.topic = options_.arrival_topic, .key = "k", .value = "{}"};
    ASSERT_TRUE(writer->append(std::move(one), {}));
    ASSERT_TRUE(log->step());
    EXPECT_EQ(find(examine_arrivals(), "arrivals").state, State::good);
    EXPECT_THAT(find(examine_arrivals(), "arrivals").what, HasSubstr("1 reports, 1 of them"));
    clock_.advance(std::chrono::hours(25));
    EXPECT_EQ(find(examine_arrivals(), "arrivals").state, State::warning);
    EXPECT_EQ(examine_arrivals().size(), 1U) << "a week is longer than horizon and a day";
    options_.log_retention = std::chrono::hours(90);
    const Finding short_kept = find(examine_arrivals(), "arrival horizon");
    EXPECT_EQ(short_kept.state, State::warning);
    EXPECT_THAT(
        short_kept.what, HasSubstr("kept for 90 h, and --arrival-horizon with a day is 96")
    );
    const std::vector<Finding> all = examine_arrivals();
    ASSERT_EQ(all.size(), 4U) << "responses, arrivals and evaluations are followed";
    EXPECT_THAT(all.back().what, HasSubstr("evaluations are published again"));
}

}  // namespace
}  // namespace flightcast::app::doctor
