// SPDX-License-Identifier: Apache-2.0
#include "app/top/top_text.h"

#include <gtest/gtest.h>

#include <string>

namespace flightcast::app::top {
namespace {

constexpr std::string_view kStatus = R"({
    "time":"2026-11-30T12:34:56.123456Z","role":"serve","version":"0.1.0","uptime_s":7500,
    "window_s":12,"healthy":false,
    "alarms":[{"name":"FlightcastNotReady","severity":"critical","state":"firing",
               "since":"2026-11-30T12:30:00.000000Z","text":"data folder: the disk\u001b[2J is full"}],
    "checks":[{"name":"data folder","state":"failing","reason":"the disk is full"},
              {"name":"gateway","state":"ok","reason":""}],
    "throughput":{"submitted":20,"accepted":12.5,"refused":7.5,"unanswered":0,"outcomes":12.5,
                  "failed":0,"pushed":12.5,"responses":30},
    "latency":{"total":{"count":120,"p50":0.0016,"p90":0.004,"p99":1.25},"archive":null},
    "lag":[{"group":"scorer","records":7,"partitions":[
               {"topic":"requests","partition":0,"records":3},
               {"topic":"requests","partition":1,"records":4}]}],
    "connections":{"http":3,"waiters":2},"queues":{"append":0},"dropped":{},
    "errors":[{"level":"error","stage":"worker","message":"cannot commit","detail":"disk is full",
               "count":42,"first":"2026-11-30T12:30:00.000000Z","last":"2026-11-30T12:34:00.000000Z"}],
    "model":{"in_use":"m@1","pinned":null,"champion":null,"challengers":[],"experiment":null},
    "resources":{"cpu":0.25,"memory_bytes":34567890,"open_files":20,"files_max":1024,"cache_bytes":0,
                 "database_bytes":1000,"wal_bytes":0,"free_bytes":5000000000},
    "history":{"every_s":10,"end":"2026-11-30T12:34:50.000000Z","accepted":[0,5,10],"pushed":[0,5,10],
               "p50":[null,0.001,0.001],"p99":[null,0.002,0.004],"lag":[0,0,7],"connections":[3,3,3],
               "cpu":[0,0,0],"memory_bytes":[1000,1000,1000]}
})";

// Goal: plain lines hold what an operator looks for, the worst first, and no control character,
// neither ours nor the server's.
TEST(TopText, PlainLines) {
    const std::string text = top_text(kStatus, {.columns = 160}).value();
    for (const char* const part :
         {"flightcast serve 0.1.0  up 2 h 5 min  m@1  2026-11-30T12:34:56Z\nALARM critical  "
          "FlightcastNotReady since 12:30:00: data folder: the disk?[2J is full\nfailing",
          "accepted 12.5/s",
          "refused 7.50/s",
          "clients   http 3  waiters 2\nqueues    append 0\n",
          "total                                  120    1.6 ms    4.0 ms     1.2 s",
          "scorer                                   7\n  requests 0                             "
          "3\n",
          "memory 34.6 MB",
          "free 5.0 GB",
          "12:34:00 42x worker: cannot commit  disk is full"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\nin\n" << text;
    }
    for (const char c : text) EXPECT_TRUE(c == '\n' || c >= ' ') << static_cast<int>(c);
}

// Goal: a terminal gets lines no wider and no more than it has, and bars of the last hour.
TEST(TopText, Terminal) {
    const std::string text =
        top_text(kStatus, {.columns = 40, .rows = 12, .is_terminal = true}).value();
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 12);
    EXPECT_NE(text.find("accepted        10.0/s  ▁▅█\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\x1b[31mALARM critical"), std::string::npos) << text;
    EXPECT_EQ(text.find("since 12:30:00: data"), std::string::npos) << "cut to 40 columns";
}

// Goal: an answer that is not a status is an error, not a crash.
TEST(TopText, OddAnswers) {
    for (const char* const odd : {"", "{}", "[]", "{\"time\":5}", "<html>"}) {
        EXPECT_FALSE(top_text(odd, {}).has_value()) << odd;
    }
}

}  // namespace
}  // namespace flightcast::app::top
