// SPDX-License-Identifier: Apache-2.0
#include "gateway/accept/request_ids.h"

#include <gtest/gtest.h>

#include <set>

namespace flightcast::gateway::accept {
namespace {

IdempotencyKey key(std::string_view text) {
    return IdempotencyKey::parse(text).value();
}

flight::Request flight() {
    flight::Request request;
    request.dep_delay = 5;
    request.carrier = "AA";
    request.flight_date = "2016-12-25";
    request.origin = "ATL";
    request.dest = "SFO";
    return request;
}

TEST(IdempotencyKey, TakesVisibleAscii) {
    // Goal: blank, long and unprintable keys are refused; quotes as the draft has them are dropped.
    for (const std::string& bad :
         {std::string(),
          std::string("\"\""),
          std::string("a b"),
          std::string("a\tb"),
          std::string("\xc3\xa4"),
          std::string(256, 'k')}) {
        EXPECT_FALSE(IdempotencyKey::parse(bad)) << bad;
    }
    EXPECT_EQ(key("8e90da7e").text(), "8e90da7e");
    EXPECT_EQ(key("\"8e90da7e\"").text(), "8e90da7e");
    EXPECT_EQ(key("\"").text(), "\"");
    EXPECT_EQ(key(std::string(255, 'k')).text().size(), 255U);
}

TEST(RequestIds, TheSameSubmissionHasTheSameId) {
    // Goal: in another gateway with the same secret, at another time, under another first id.
    base::SeededRandom random(1);
    const RequestIds here(std::string(32, 's'), random);
    const RequestIds there(std::string(32, 's'), random);
    flight::Request again = flight();
    again.id = base::Uuid::random(random);
    again.timestamp = flight::LocalTime(std::chrono::seconds(7));
    const base::Uuid id = here.id_for(key("k"), 0, flight());
    EXPECT_EQ(there.id_for(key("k"), 0, again), id);
    // Written down: gateways of different versions must agree.
    EXPECT_EQ(id.to_string(), "2476cc43-25f5-49be-83a9-f86551863474");
}

TEST(RequestIds, WhateverDiffersMakesAnotherId) {
    // Goal: secret, key, place and each field count, and parts cannot run into each other.
    base::SeededRandom random(1);
    const RequestIds ids(std::string(32, 's'), random);
    std::set<base::Uuid> seen = {
        ids.id_for(key("k"), 0, flight()),
        ids.id_for(key("k"), 1, flight()),
        ids.id_for(key("k1"), 0, flight()),
        ids.id_for(key("k"), 10, flight()),
        RequestIds(std::string(32, 't'), random).id_for(key("k"), 0, flight()),
    };
    flight::Request other = flight();
    other.dep_delay = 6;
    seen.insert(ids.id_for(key("k"), 0, other));
    other = flight();
    other.flight_num = "1";
    seen.insert(ids.id_for(key("k"), 0, other));
    other = flight();
    other.crs_dep_time = 930;
    seen.insert(ids.id_for(key("k"), 0, other));
    EXPECT_EQ(seen.size(), 8U);
    for (const base::Uuid& id : seen) EXPECT_EQ(id.to_string()[14], '4') << id.to_string();
}

}  // namespace
}  // namespace flightcast::gateway::accept
