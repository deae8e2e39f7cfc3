// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "app/options/settings.h"

namespace flightcast::app::config {

// The output of `flightcast config`; values of secret options never appear.

// One line per option: name, value, source.
[[nodiscard]] std::string settings_text(const options::Settings& settings);

// {"port": {"value": "5001", "source": "flag", "place": "--port"}, ...}
[[nodiscard]] std::string settings_json(const options::Settings& settings);

// docs/configuration.md: every option of the table with its default. The same on every machine.
[[nodiscard]] std::string options_markdown();

}  // namespace flightcast::app::config
