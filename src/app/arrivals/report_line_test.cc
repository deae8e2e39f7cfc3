// SPDX-License-Identifier: Apache-2.0
#include "app/arrivals/report_line.h"

#include <gtest/gtest.h>

namespace flightcast::app::arrivals {
namespace {

// Goal: every kind of report is a line that names its flight and its news, an invalid one its
// fault.
TEST(ReportLine, TellsTheNews) {
    const std::string flight =
        R"({"FlightDate":"2008-04-01","Carrier":"AA","Origin":"ATL","Dest":"SFO","FlightNum":"123",)";
    EXPECT_EQ(
        report_line(flight + R"("CRSDepTime":705,"ArrDelay":7.0,"Source":"towers"})"),
        "2008-04-01 AA 123 ATL-SFO 07:05 landed, 7 min late (towers)"
    );
    EXPECT_EQ(
        report_line(flight + R"("ArrDelay":-2.5,"ReportedAt":"2008-04-01T14:35:00Z"})"),
        "2008-04-01 AA 123 ATL-SFO landed, 2.5 min early, reported 2008-04-01T14:35:00.000000Z"
    );
    EXPECT_EQ(report_line(flight + R"("Cancelled":true})"), "2008-04-01 AA 123 ATL-SFO cancelled");
    EXPECT_EQ(
        report_line(flight + R"("DepDelay":0})"), "2008-04-01 AA 123 ATL-SFO departed, 0 min late"
    );
    EXPECT_EQ(
        report_line(R"({"UUID":"8e90da7e-63f5-45f9-8f3d-7d948120e5a2","Diverted":true})"),
        "8e90da7e-63f5-45f9-8f3d-7d948120e5a2 diverted"
    );
    EXPECT_TRUE(report_line(flight + R"("ArrDelay":"late"})").starts_with("invalid: ArrDelay"));
    EXPECT_TRUE(report_line("nothing").starts_with("invalid: "));
}

}  // namespace
}  // namespace flightcast::app::arrivals
