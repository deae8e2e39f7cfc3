// SPDX-License-Identifier: Apache-2.0
#include "text/json_array.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace flightcast::text {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// Goal: anything but one whole array of objects is nothing, however it is cut.
TEST(JsonArray, RefusesOtherTexts) {
    for (const char* text :
         {"",
          "[",
          "[1]",
          "{}",
          "[{}",
          "[{},]",
          "[{}{}]",
          "[{}] x",
          "[{\"a\":\"]}",
          "[{\"a\\\"}]",
          "[{\"a\":[}]"}) {
        EXPECT_FALSE(objects_of(text)) << text;
    }
    const std::string_view whole = R"([{"a":"}]\"","b":[{},{"c":1}]} , {"d":null}])";
    for (std::size_t size = 0; size < whole.size(); ++size) {
        EXPECT_FALSE(objects_of(whole.substr(0, size))) << size;
    }
}

// Goal: objects are cut out as they stand, with brackets and quotes in their texts.
TEST(JsonArray, CutsObjectsOut) {
    EXPECT_THAT(*objects_of(" [ ] \n"), IsEmpty());
    EXPECT_THAT(
        *objects_of(R"([{"a":"}]\"","b":[{},{"c":1}]} , {"d":null}])"),
        ElementsAre(R"({"a":"}]\"","b":[{},{"c":1}]})", R"({"d":null})")
    );
}

}  // namespace
}  // namespace flightcast::text
