// SPDX-License-Identifier: Apache-2.0
#include "app/options/exposed_secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace flightcast::app::options {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct Case {
    std::vector<std::string> given;  // behind the program's name
    std::vector<std::string> left;   // the process list's text then
};

// The list's text once `given` were taken, which must be handed on unchanged; `said` on
// stderr.
std::vector<std::string> shown_after(const std::vector<std::string>& given, std::string& said) {
    std::vector<std::string> memory = {"flightcast"};
    memory.insert(memory.end(), given.begin(), given.end());
    std::vector<char*> arguments;
    for (std::string& argument : memory) arguments.push_back(argument.data());
    testing::internal::CaptureStderr();
    EXPECT_EQ(take_arguments(arguments), given);
    said = testing::internal::GetCapturedStderr();
    memory.erase(memory.begin());
    return memory;
}

// Goal: of the arguments' text, secrets alone are overwritten, at their length, and each is
// warned of without being shown again.
TEST(ExposedSecrets, AreOverwritten) {
    const std::vector<Case> cases = {
        {{"serve", "--kafka-password", "hunter2"}, {"serve", "--kafka-password", "***    "}},
        {{"serve", "--kafka-password=hunter2"}, {"serve", "--kafka-password=***    "}},
        {{"serve", "--token", "x2"}, {"serve", "--token", "**"}},
        {{"topics", "--kafka-option", "sasl.password=hunter2"},
         {"topics", "--kafka-option", "sasl.password=***    "}},
        {{"--mongo", "mongodb://root:hunter2@db/?tls=true"},
         {"--mongo", "mongodb://root:***@db/?tls=true    "}},
    };
    for (const Case& item : cases) {
        std::string said;
        EXPECT_EQ(shown_after(item.given, said), item.left);
        EXPECT_THAT(said, HasSubstr("warning: --"));
        EXPECT_THAT(said, HasSubstr("FLIGHTCAST_"));
        EXPECT_THAT(said, testing::Not(HasSubstr("hunter2")));
    }
}

// Goal: arguments without a secret stay as they are, without a warning.
TEST(ExposedSecrets, NothingElseIsTouched) {
    const std::vector<std::vector<std::string>> cases = {
        {},
        {"--"},
        {"serve", "--kafka-password"},
        {"serve", "--kafka-password", ""},
        {"serve", "--kafka-password-file", "/run/secrets/kafka"},
        {"serve", "--kafka-option", "linger.ms=5", "--kafka-option", "sasl.password="},
        {"serve", "--mongo", "mongodb://root@db/?authSource=admin"},
        {"train", "--unknown", "hunter2"},
    };
    for (const auto& given : cases) {
        std::string said;
        EXPECT_EQ(shown_after(given, said), given);
        EXPECT_THAT(said, IsEmpty());
    }
}

}  // namespace
}  // namespace flightcast::app::options
