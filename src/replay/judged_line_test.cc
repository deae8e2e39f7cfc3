// SPDX-License-Identifier: Apache-2.0
#include "replay/judged_line.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace flightcast::replay {
namespace {

using namespace std::chrono_literals;

FlightList one_flight(std::string_view number) {
    FlightList list;
    const auto day = std::chrono::sys_days(std::chrono::year(2008) / 4 / 1);
    Flight flight{.departed = day + 12h + 5min, .landed = day + 18h, .day = day};
    flight.carrier = *list.carriers.intern("AA");
    flight.number = *list.numbers.intern(number);
    flight.origin = *list.airports.intern("ATL");
    flight.dest = *list.airports.intern("SFO");
    flight.scheduled_minute = 480;
    flight.arr_delay = 30;
    list.flights.push_back(flight);
    return list;
}

// Goal: a line is exactly as documented, so that others can compute the digest; texts of files
// cannot break it into other fields.
TEST(JudgedLine, HasTheDocumentedForm) {
    const Answer answer{
        .flight = 0,
        .model = "flight cast@1",
        .predicted = 2,
        .probabilities = {0.1, 0.2, 0.30000000000000004, 0.4}
    };
    EXPECT_EQ(
        judged_line(one_flight("12 3\n"), answer),
        "2008-04-01T12:05:00Z 2008-04-01 AA 12_3_ ATL SFO 0800 flight_cast@1 2 0.1 0.2 "
        "0.30000000000000004 0.4 3"
    );
    EXPECT_TRUE(judged_line(one_flight(""), answer)
                    .starts_with("2008-04-01T12:05:00Z 2008-04-01 AA - ATL SFO 0800 "));
}

std::string digest_of(const std::vector<std::vector<std::string>>& groups) {
    Digest digest;
    for (const auto& group : groups) digest.add(group);
    return digest.finish();
}

// Goal: the digest is what `sort | sha256sum` prints, whatever the order within a group and
// whatever the groups; any other line gives another one.
TEST(JudgedLine, DigestIsThatOfTheSortedLines) {
    // printf 'a\nb\nc\n' | sha256sum
    const std::string expected = "880553fca8fcea94e325ee2cfb48e5a985cc797f39a14cc6d3cedecfeb2ae4d2";
    EXPECT_EQ(digest_of({{"a", "b"}, {"c"}}), digest_of({{"b", "a"}, {}, {"c"}}));
    EXPECT_EQ(digest_of({{"a", "b"}, {"c"}}), expected);
    EXPECT_NE(digest_of({{"a", "b"}, {"d"}}), expected);
    // printf '' | sha256sum
    EXPECT_EQ(digest_of({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

}  // namespace
}  // namespace flightcast::replay
