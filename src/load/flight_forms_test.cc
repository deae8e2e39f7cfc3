// SPDX-License-Identifier: Apache-2.0
#include "load/flight_forms.h"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <set>
#include <string>

namespace flightcast::load {
namespace {

TEST(FlightForms, AreWellFormedAndVaried) {
    // Goal: each form has the original page's fields in its order, and they are not all alike.
    base::SeededRandom random(7);
    const auto forms = make_flight_forms(1'000, random);
    const std::regex shape(
        "DepDelay=-?[0-9]+&Carrier=[A-Z0-9]{2}&FlightDate=201[56]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2["
        "0-8])&Origin=[A-Z]{3}&Dest=[A-Z]{3}"
    );
    for (const std::string& form : forms) EXPECT_TRUE(std::regex_match(form, shape)) << form;
    EXPECT_EQ(forms.size(), 1'000U);
    EXPECT_GT(std::set<std::string>(forms.begin(), forms.end()).size(), 900U);
}

TEST(FlightForms, RoutesAreKnown) {
    // Goal: every route has a distance in the original's list, so that no form is refused.
    std::ifstream file(FLIGHTCAST_SOURCE_DIR "/../shared/data/origin_dest_distances.jsonl");
    if (!file) GTEST_SKIP() << "the shared data is not here";
    std::set<std::string> known;
    for (std::string line; std::getline(file, line);) {
        std::smatch match;
        ASSERT_TRUE(
            std::regex_search(
                line, match, std::regex(R"re("Origin":"([A-Z]+)","Dest":"([A-Z]+)")re")
            )
        );
        known.insert(match[1].str() + "&Dest=" + match[2].str());
    }
    base::SeededRandom random(7);
    for (const std::string& form : make_flight_forms(2'000, random)) {
        EXPECT_TRUE(known.contains(form.substr(form.find("Origin=") + 7))) << form;
    }
}

}  // namespace
}  // namespace flightcast::load
