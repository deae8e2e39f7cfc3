// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/options/option_table.h"

// Passwords stand in files and in the environment, and where somebody puts one into an argument all
// the same, nobody shall see it for longer than can be helped.
namespace flightcast::app::options {

// The option's value with *** for what is secret in it: all of it, or the password in a connection
// string or in settings of librdkafka.
[[nodiscard]] std::string without_secrets(const OptionSpec& spec, std::string_view text);

// Copies the program's arguments, without its name. Overwrites the secrets among the originals,
// which is what other users see in the process list, and says so on stderr, since they could be
// seen until now.
[[nodiscard]] std::vector<std::string> take_arguments(std::span<char* const> arguments);

}  // namespace flightcast::app::options
