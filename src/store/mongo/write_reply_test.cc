// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/write_reply.h"

#include <gtest/gtest.h>

#include <string>

#include "store/mongo/handles.h"

namespace flightcast::store::mongo {
namespace {

WriteReply read(const std::string& json) {
    bson_error_t error{};
    bson_t bson;
    EXPECT_TRUE(bson_init_from_json(&bson, json.data(), static_cast<ssize_t>(json.size()), &error))
        << error.message;
    WriteReply reply = read_write_reply(bson);
    bson_destroy(&bson);
    return reply;
}

// Goal: each document's fate is read from the reply: stored, there before, refused for good, or
// failed for a reason that may pass, and then nothing is given up.
TEST(WriteReply, TellsTheFateOfEachDocument) {
    const WriteReply mixed = read(
        R"({"nInserted": 3, "writeErrors": [)"
        R"({"index": 1, "code": 11000, "errmsg": "E11000 duplicate key"},)"
        R"({"index": 2, "code": 2, "errmsg": "infinity values are not allowed"},)"
        R"({"index": 5, "code": 121, "errmsg": "Document failed validation"}]})"
    );
    EXPECT_EQ(mixed.inserted, 3U);
    EXPECT_EQ(mixed.duplicates, 1U);
    EXPECT_FALSE(mixed.has_others);
    EXPECT_EQ(
        mixed.refusals,
        (std::vector<Refusal>{
            {2, "infinity values are not allowed"}, {5, "Document failed validation"}
        })
    );
    // A full disk, a stale primary, missing rights, a write conflict, a time limit, none known.
    for (const char* code : {"14031", "10107", "13", "112", "50", "0"}) {
        const WriteReply passing = read(
            R"({"nInserted": 0, "writeErrors": [{"index": 0, "errmsg": "x", "code": )" +
            std::string(code) + "}]}"
        );
        EXPECT_TRUE(passing.has_others) << code;
        EXPECT_TRUE(passing.refusals.empty()) << code;
    }
    const WriteReply unsure =
        read(R"({"nInserted": 1, "writeErrors": [], "writeConcernErrors": [{"code": 64}]})");
    EXPECT_TRUE(unsure.has_others);
}

// Goal: a reply of nothing, as when the connection is lost, says nothing.
TEST(WriteReply, ReadsNothingFromNothing) {
    const WriteReply nothing = read("{}");
    EXPECT_EQ(nothing.inserted, 0U);
    EXPECT_FALSE(nothing.has_others);
    EXPECT_TRUE(nothing.refusals.empty());
}

}  // namespace
}  // namespace flightcast::store::mongo
