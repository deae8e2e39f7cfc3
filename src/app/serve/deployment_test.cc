// SPDX-License-Identifier: Apache-2.0
#include "app/serve/deployment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace flightcast::app::serve {
namespace {

using base::Errc;
using testing::HasSubstr;

options::ServeOptions for_original_readers(std::vector<std::string> kafka_options) {
    return {.kafka = "b:1", .kafka_options = std::move(kafka_options), .original_readers = true};
}

// Goal: for the original's consumer whatever would end it is refused, by the names of both options.
TEST(CheckRole, KeepsOriginalReadersAlive) {
    options::ServeOptions with_transactions = for_original_readers({});
    with_transactions.exactly_once = true;
    const auto refused = check_role(Role::scorer, with_transactions);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().detail, HasSubstr("--exactly-once and --original-readers"));
    for (const char* const setting : {
             "compression.type=lz4",
             "compression.codec=zstd",
             "compression.type=snappy",
             "topic.compression.type=lz4",
             "compression.type=",
         }) {
        options::ServeOptions options = for_original_readers({"linger.ms=5", setting});
        const auto checked = check_role(Role::scorer, options);
        ASSERT_FALSE(checked) << setting;
        EXPECT_EQ(checked.error().code, Errc::invalid_argument);
        EXPECT_THAT(checked.error().detail, HasSubstr(std::string("--kafka-option ") + setting));
        EXPECT_THAT(checked.error().detail, HasSubstr("--original-readers"));
        options.original_readers = false;
        EXPECT_TRUE(check_role(Role::scorer, options)) << setting;
    }
    for (const char* const setting : {"compression.type=gzip", "compression.codec=none"}) {
        EXPECT_TRUE(check_role(Role::scorer, for_original_readers({setting}))) << setting;
    }
}

// Goal: for the original's pages answers wait half a second, unless another time is given.
TEST(ServeOptions, AnswersOriginalPagesLater) {
    using namespace std::chrono_literals;
    options::ServeOptions options;
    EXPECT_EQ(options.age_when_answered(), 0ms);
    options.original_readers = true;
    EXPECT_EQ(options.age_when_answered(), 500ms);
    options.answer_delay = 2s;
    EXPECT_EQ(options.age_when_answered(), 2s);
    options.original_readers = false;
    EXPECT_EQ(options.age_when_answered(), 2s);
}

}  // namespace
}  // namespace flightcast::app::serve
