// SPDX-License-Identifier: Apache-2.0
#include "loadtest/flight_forms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <set>
#include <string>

namespace flightcast::loadtest {
namespace {

// The value of a string field in one line of the list: `{"Origin":"ATL","Dest":"SFO",...}`.
std::string field(const std::string& line, const std::string& name) {
    const std::string start = '"' + name + "\":\"";
    const std::size_t at = line.find(start);
    if (at == std::string::npos) return "";
    return line.substr(at + start.size(), line.find('"', at + start.size()) - at - start.size());
}

TEST(FlightForms, AreWellFormedAndVaried) {
    // Goal: each form has the original page's fields in its order, and they are not all alike.
    base::SeededRandom random(7);
    const auto forms = make_flight_forms(1'000, random);
    const auto shape = testing::MatchesRegex(
        "DepDelay=-?[0-9]+&Carrier=[A-Z0-9]{2}&FlightDate=201[56]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2["
        "0-8])&Origin=[A-Z]{3}&Dest=[A-Z]{3}"
    );
    EXPECT_THAT(forms, testing::SizeIs(1'000));
    EXPECT_THAT(forms, testing::Each(shape));
    EXPECT_GT(std::set<std::string>(forms.begin(), forms.end()).size(), 900U);
}

TEST(FlightJson, IsOneFlightOrABatch) {
    // Goal: bodies that the JSON API takes, as many flights in each as asked for.
    base::SeededRandom random(7);
    for (const std::uint32_t batch : {1U, 3U}) {
        const auto bodies = make_flight_json(100, batch, random);
        EXPECT_THAT(bodies, testing::SizeIs(100));
        for (const std::string& body : bodies) {
            const boost::json::value parsed = boost::json::parse(body);
            EXPECT_EQ(parsed.is_array(), batch > 1);
            const boost::json::value& flight = batch > 1 ? parsed.at(batch - 1) : parsed;
            EXPECT_EQ(flight.as_object().size(), 5U);
            EXPECT_TRUE(flight.at("DepDelay").is_int64());
        }
    }
}

TEST(FlightForms, RoutesAreKnown) {
    // Goal: every route has a distance in the original's list, so that no form is refused.
    std::ifstream file(FLIGHTCAST_SOURCE_DIR "/../shared/data/origin_dest_distances.jsonl");
    if (!file) GTEST_SKIP() << "the shared data is not here";
    std::set<std::string> known;
    for (std::string line; std::getline(file, line);) {
        known.insert("Origin=" + field(line, "Origin") + "&Dest=" + field(line, "Dest"));
    }
    base::SeededRandom random(7);
    for (const std::string& form : make_flight_forms(2'000, random)) {
        EXPECT_TRUE(known.contains(form.substr(form.find("Origin=")))) << form;
    }
}

}  // namespace
}  // namespace flightcast::loadtest
