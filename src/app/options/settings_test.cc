// SPDX-License-Identifier: Apache-2.0
#include "app/options/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <set>
#include <string>

namespace flightcast::app::options {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

const Setting& setting(const Settings& settings, std::string_view name) {
    for (const Setting& one : settings.all) {
        if (one.spec->name == name) return one;
    }
    ADD_FAILURE() << "no option " << name;
    return settings.all.front();
}

// Goal: every row of the table has a name and a help of its own, and its default is accepted by its
// own check and is printed unchanged.
TEST(OptionTable, DefaultsAreAccepted) {
    std::set<std::string_view> names;
    for (const OptionSpec& spec : option_table()) {
        EXPECT_TRUE(names.insert(spec.name).second) << spec.name;
        EXPECT_TRUE(spec.help.ends_with('.')) << spec.name;
        const std::string text = value_text(spec, {});
        if (text.empty()) continue;  // Nothing is given; see RefusesEmptyValues.
        ServeOptions options;
        const auto assigned = assign(spec, text, options);
        EXPECT_TRUE(assigned) << spec.name << ": " << assigned.error().detail;
        EXPECT_EQ(options, ServeOptions{}) << spec.name;
    }
}

// Goal: a value outside an option's range is refused with the range.
TEST(OptionTable, RefusesBadValues) {
    struct Case {
        const char* name;
        const char* value;
        const char* expected;
    };
    constexpr std::array kCases = {
        Case{"host", "", "empty"},
        Case{"port", "65536", "0 to 65535"},
        Case{"port", "http", "'http' is not a whole number"},
        Case{"log-format", "xml", "not one of auto, text, json"},
        Case{"accept-timeout", "5", "give a whole number and a unit"},
        Case{"accept-timeout", "9ms", "10ms to 1m"},
        Case{"cache-bytes", "1kB", "1MB to 100GB"},
        Case{"connections-max", "0", "1 to 1000000"},
    };
    for (const Case& item : kCases) {
        ServeOptions options;
        const auto assigned = assign(*find_option(item.name), item.value, options);
        ASSERT_FALSE(assigned) << item.name;
        EXPECT_THAT(assigned.error().detail, HasSubstr(item.expected)) << item.name;
        EXPECT_EQ(options, ServeOptions{});
    }
}

// Goal: an empty value, as of a variable that was never set, is refused from every source, secrets
// included; where it has a meaning it is taken.
TEST(Settings, RefusesEmptyValues) {
    const std::set<std::string_view> with_meaning = {
        "cors-origin", "cookie", "event-aliases", "arrival-sources"
    };
    for (const OptionSpec& spec : option_table()) {
        for (const Source source : {Source::file, Source::environment, Source::flag}) {
            const std::vector<GivenValue> given = {{std::string(spec.name), "", source, "PLACE"}};
            const auto settings = resolve_settings(given);
            EXPECT_EQ(settings.has_value(), with_meaning.contains(spec.name)) << spec.name;
            if (settings) continue;
            EXPECT_EQ(settings.error().code, base::Errc::invalid_argument) << spec.name;
            EXPECT_THAT(settings.error().detail, HasSubstr("PLACE")) << spec.name;
        }
    }
    EXPECT_FALSE(read_settings({}, ""));  // --config ""
}

// Goal: flags win over the environment, the environment over the file, the file over the default,
// in any order; and each value knows its place.
TEST(Settings, StrongerSourcesWin) {
    const std::vector<GivenValue> given = {
        {"port", "3", Source::flag, "--port"},
        {"port", "1", Source::file, "f.toml:1"},
        {"port", "2", Source::environment, "FLIGHTCAST_PORT"},
        {"host", "::1", Source::environment, "FLIGHTCAST_HOST"},
        {"host", "0.0.0.0", Source::file, "f.toml:2"},
        {"request-timeout", "60s", Source::file, "f.toml:3"},
        {"log-level", "error", Source::flag, "--log-level"},
        {"log-level", "debug", Source::flag, "--log-level"},
    };
    const auto settings = resolve_settings(given);
    ASSERT_TRUE(settings) << settings.error().detail;
    EXPECT_EQ(settings->options.port, 3);
    EXPECT_EQ(settings->options.host, "::1");
    EXPECT_EQ(settings->options.request_timeout, 1min);
    EXPECT_EQ(settings->options.log_level, telemetry::LogLevel::debug);
    EXPECT_EQ(setting(*settings, "port").place, "--port");
    EXPECT_EQ(setting(*settings, "host").source, Source::environment);
    EXPECT_EQ(setting(*settings, "request-timeout").text, "1m");
    EXPECT_EQ(setting(*settings, "timezone").source, Source::built_in);
}

// Goal: an error says where the value stands, and for a name that is unknown, which is near.
TEST(Settings, ErrorsNameThePlace) {
    struct Case {
        GivenValue given;
        const char* expected;
    };
    const std::array cases = {
        Case{{"port", "x", Source::flag, "--port"}, "--port: 'x' is not a whole number"},
        Case{{"port", "x", Source::environment, "FLIGHTCAST_PORT"}, "FLIGHTCAST_PORT: 'x'"},
        Case{{"port", "x", Source::file, "f.toml:7"}, "f.toml:7: port: 'x'"},
        Case{
            {"prot", "1", Source::file, "f.toml:7"},
            "f.toml:7: unknown option 'prot'; did you mean 'port'?"
        },
        Case{
            {"prot", "1", Source::environment, "FLIGHTCAST_PROT"},
            "unknown environment variable FLIGHTCAST_PROT; did you mean 'FLIGHTCAST_PORT'?"
        },
    };
    for (const Case& item : cases) {
        const auto settings = resolve_settings(std::array{item.given});
        ASSERT_FALSE(settings) << item.expected;
        EXPECT_EQ(settings.error().code, base::Errc::invalid_argument);
        EXPECT_THAT(settings.error().detail, HasSubstr(item.expected));
    }
}

// Goal: only our variables are read, and not those for tests or the one that names the file.
TEST(Settings, ReadsOurEnvironment) {
    constexpr std::array kEnvironment = {
        "PATH=/bin",
        "FLIGHTCAST=x",
        "FLIGHTCAST_DATA_DIR=/data=1",
        "FLIGHTCAST_CONFIG=f.toml",
        "FLIGHTCAST_TEST_SEED=1",
        "FLIGHTCAST_HOST",
    };
    const auto given = read_environment(kEnvironment);
    ASSERT_EQ(given.size(), 1U);
    EXPECT_EQ(given[0].name, "data-dir");
    EXPECT_EQ(given[0].text, "/data=1");
    EXPECT_EQ(given[0].place, "FLIGHTCAST_DATA_DIR");
}

}  // namespace
}  // namespace flightcast::app::options
