// SPDX-License-Identifier: Apache-2.0
#include "app/cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/App.hpp>
#include <array>
#include <stdexcept>
#include <string>
#include <vector>

namespace flightcast::app::cli {
namespace {

using testing::HasSubstr;

struct Ran {
    int code;
    std::string out;
    std::string errors;
};

// Runs a program with the commands `go`, which does nothing, and `fail`, which throws.
Ran run(const std::vector<std::string>& arguments) {
    const auto commands = new_program("Tests.", "flightcast");
    CLI::App& program = *commands;
    program.set_version_flag("--version", "flightcast 1");
    ExitCode exit_code{.value = 0};
    int port = 0;
    CLI::App* const go = program.add_subcommand("go", "Goes.");
    go->add_option("--port", port, "A port.");
    go->callback([&exit_code, &port] { exit_code.value = port; });
    CLI::App* const group = program.add_subcommand("group", "Has commands.");
    group->require_subcommand(1);
    group->add_subcommand("stay", "Stays.");
    program.add_subcommand("fail", "Fails.")->callback([] { throw std::runtime_error("broken"); });

    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int code = run_program(program, exit_code, arguments);
    std::string out = testing::internal::GetCapturedStdout();
    return {code, std::move(out), testing::internal::GetCapturedStderr()};
}

// Goal: wrong usage gives exit code 2 and one line that names the thing and the nearest known one.
TEST(Program, WrongUsage) {
    struct Case {
        std::vector<std::string> arguments;
        const char* expected;
    };
    const std::array cases = {
        Case{
            {"go", "--prot", "1"},
            "unknown option '--prot'; did you mean '--port'? (see 'flightcast go"
        },
        Case{{"go", "--prot=1"}, "unknown option '--prot'; did you mean '--port'?"},
        Case{{"go", "--quite-different"}, "unknown option '--quite-different' (see"},
        Case{{"go", "else"}, "unexpected argument 'else' (see 'flightcast go --help')"},
        Case{{"group"}, "a command is missing: one of stay (see 'flightcast group --help')"},
        Case{{"og"}, "unknown command 'og'; did you mean 'go'? (see 'flightcast --help')"},
        Case{
            {"group", "saty"}, "unknown command 'saty'; did you mean 'stay'? (see 'flightcast group"
        },
        Case{{"group", "stay", "--x"}, "unknown option '--x' (see 'flightcast group stay --help')"},
        Case{{"group"}, "(see 'flightcast group --help')"},
        Case{{"--vresion"}, "unknown option '--vresion'; did you mean '--version'?"},
        Case{{"go", "--port"}, "--port"},
        Case{{"go", "--port", "x"}, "--port"},
    };
    for (const Case& item : cases) {
        const Ran ran = run(item.arguments);
        EXPECT_EQ(ran.code, 2) << item.expected;
        EXPECT_THAT(ran.errors, HasSubstr(item.expected));
        EXPECT_TRUE(ran.errors.starts_with("flightcast: ")) << ran.errors;
        EXPECT_EQ(ran.out, "");
    }
    const Ran ran = run({});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.errors, HasSubstr("go"));
}

// Goal: help and version go to stdout and are a success.
TEST(Program, HelpAndVersion) {
    for (const std::vector<std::string>& arguments :
         {std::vector<std::string>{"--help"}, {"go", "--help"}, {"--version"}}) {
        const Ran ran = run(arguments);
        EXPECT_EQ(ran.code, 0);
        EXPECT_NE(ran.out, "");
        EXPECT_EQ(ran.errors, "");
    }
}

// Goal: the command decides the exit code; an exception that gets out of it is a failure.
TEST(Program, CommandsDecide) {
    EXPECT_EQ(run({"go"}).code, 0);
    EXPECT_EQ(run({"go", "--port", "1"}).code, 1);
    const Ran ran = run({"fail"});
    EXPECT_EQ(ran.code, 1);
    EXPECT_THAT(ran.errors, HasSubstr("broken"));
}

// Goal: errors are printed as they are, with the exit code of their kind.
TEST(Program, ErrorsBecomeExitCodes) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(usage_error({base::Errc::invalid_argument, "wrong"}).value, 2);
    EXPECT_EQ(failure({base::Errc::io, "failed"}).value, 1);
    EXPECT_EQ(testing::internal::GetCapturedStderr(), "flightcast: wrong\nflightcast: failed\n");
}

}  // namespace
}  // namespace flightcast::app::cli
