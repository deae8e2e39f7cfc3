// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/options/option_table.h"

// Overwrites secrets given as arguments, which other users can see in the process list. Passwords
// belong into files and the environment.
namespace flightcast::app::options {

// The option's value with *** for its secret part: all of it, or the password in a connection
// string or in settings of librdkafka.
[[nodiscard]] std::string without_secrets(const OptionSpec& spec, std::string_view text);

// Copies the program's arguments, without its name. Overwrites the secrets among the originals,
// which other users see in the process list, and warns on stderr, since they could be
// seen until now.
[[nodiscard]] std::vector<std::string> take_arguments(std::span<char* const> arguments);

}  // namespace flightcast::app::options
