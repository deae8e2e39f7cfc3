// SPDX-License-Identifier: Apache-2.0
#include "loadtest/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

namespace flightcast::loadtest {
namespace {

using testing::HasSubstr;
using testing::Not;

Report clean_report() {
    Report report;
    report.sent = 10;
    report.refused[503] = 1;
    report.tally = {.accepted = 9, .predictions = 8, .failures = 1};
    for (std::uint64_t i = 1; i <= 9; ++i) report.outcome_us.record(i * 100);
    return report;
}

TEST(Report, EveryKindOfLossFails) {
    // Goal: nothing accepted, lost, doubled, misdelivered and repeated ids each make the run fail;
    // refusals, waits that ended and disconnects alone do not.
    EXPECT_FALSE(Report{}.is_clean());
    EXPECT_TRUE(clean_report().is_clean());
    std::vector<Report> bad(4, clean_report());
    bad[0].lost = 1;
    bad[1].tally.doubled = 1;
    bad[2].tally.misdelivered = 1;
    bad[3].tally.repeated_ids = 1;
    for (const Report& report : bad) {
        EXPECT_FALSE(report.is_clean());
        EXPECT_THAT(report_text(report), HasSubstr("FAILED"));
    }
    Report unlucky = clean_report();
    unlucky.disconnects = 3;
    unlucky.tally.still_waits = 2;
    EXPECT_TRUE(unlucky.is_clean());
}

TEST(Report, TextNamesWhatHappened) {
    // Goal: a person finds refusals by status, milliseconds and the first problem.
    Report report = clean_report();
    report.first_problem = "read: Connection reset by peer";
    const std::string text = report_text(report);
    EXPECT_THAT(text, HasSubstr("refused with 503: 1"));
    EXPECT_THAT(text, HasSubstr("0.900"));
    EXPECT_THAT(text, HasSubstr("Connection reset by peer"));
    EXPECT_THAT(text, HasSubstr("ok: every accepted request"));
    EXPECT_THAT(text, Not(HasSubstr("server:")));
}

TEST(Report, JsonCanBeRead) {
    // Goal: the fields that bench/serve.py and tests read are there, with numbers.
    Report report = clean_report();
    report.server = ProcessUsage{.cpu_seconds = 0.5, .resident_bytes = 30'000'000};
    const auto object = boost::json::parse(report_json(report)).as_object();
    EXPECT_TRUE(object.at("ok").as_bool());
    EXPECT_EQ(object.at("requests").at("refused").at("503").to_number<int>(), 1);
    EXPECT_EQ(object.at("outcomes").at("lost").to_number<int>(), 0);
    EXPECT_EQ(object.at("latency_us").at("outcome").at("max").to_number<int>(), 900);
    EXPECT_EQ(object.at("server").at("resident_bytes").to_number<int>(), 30'000'000);
    report.options.mode = Mode::post_only;
    EXPECT_FALSE(boost::json::parse(report_json(report)).as_object().contains("outcomes"));
}

}  // namespace
}  // namespace flightcast::loadtest
