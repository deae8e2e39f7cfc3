// SPDX-License-Identifier: Apache-2.0
#include "app/config/config_print.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <string>

namespace flightcast::app::config {
namespace {

using testing::HasSubstr;

// Goal: `flightcast config` shows value and place, as text and as JSON.
TEST(ConfigPrint, ShowsValuesAndPlaces) {
    const auto settings = options::resolve_settings(
        std::array{options::GivenValue{"port", "8080", options::Source::flag, "--port"}}
    );
    ASSERT_TRUE(settings);
    const std::string text = settings_text(*settings);
    EXPECT_THAT(text, testing::ContainsRegex("port +8080 +flag --port\n"));
    EXPECT_THAT(text, testing::ContainsRegex("host +127.0.0.1 +default\n"));
    const std::string json = settings_json(*settings);
    EXPECT_THAT(json, HasSubstr(R"("port":{"source":"flag","value":"8080","place":"--port"})"));
}

// Goal: a secret's value is never shown.
TEST(ConfigPrint, HidesSecrets) {
    const options::OptionSpec secret{
        .name = "key", .help = "A secret.", .field = {}, .secret = true
    };
    const auto setting = [](const options::OptionSpec* spec, const char* text) {
        return options::Setting{
            .spec = spec, .text = text, .source = options::Source::flag, .place = "--it"
        };
    };
    const options::Settings settings{
        .all = {
            setting(&secret, "hunter2"),
            setting(options::find_option("mongo"), "mongodb://root:hunter2@db/?authSource=admin"),
            setting(options::find_option("kafka-option"), "linger.ms=5;sasl.password=hunter2"),
        },
    };
    for (const std::string& shown : {settings_text(settings), settings_json(settings)}) {
        EXPECT_THAT(shown, testing::Not(HasSubstr("hunter2")));
        EXPECT_THAT(shown, HasSubstr("mongodb://root:***@db/?authSource=admin"));
        EXPECT_THAT(shown, HasSubstr("linger.ms=5;sasl.password=***"));
    }
}

// Goal: the reference page is the program's output.
TEST(ConfigPrint, ReferencePageIsUpToDate) {
    std::ifstream file(FLIGHTCAST_SOURCE_DIR "/docs/configuration.md");
    const std::string page(std::istreambuf_iterator<char>(file), {});
    EXPECT_TRUE(page == options_markdown())
        << "run: build/release/flightcast config --markdown > docs/configuration.md";
}

}  // namespace
}  // namespace flightcast::app::config
