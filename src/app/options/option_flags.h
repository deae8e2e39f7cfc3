// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/options/settings.h"
#include "base/result.h"

namespace CLI {
class App;
}

namespace flightcast::app::options {

// The option table as flags of one command, plus --config.
//
//     const auto flags = std::make_shared<OptionFlags>(*command);
//     command->callback([flags, &exit_code] {
//         const auto settings = flags->settings();
//         if (!settings) { exit_code = usage_error(settings.error()); return; }
//         serve(settings->options);
//     });
class OptionFlags {
  public:
    // Adds the flags to `command`, which keeps pointers into this object: it must outlive parsing.
    // With `names`, only these options; file and environment may still give others.
    explicit OptionFlags(CLI::App& command, std::span<const std::string_view> names = {});
    OptionFlags(const OptionFlags&) = delete;
    OptionFlags& operator=(const OptionFlags&) = delete;

    // The values of the command line, over the environment, over the file, over the defaults.
    // Every error is wrong usage (exit code 2).
    [[nodiscard]] base::Result<Settings> settings() const;

  private:
    std::map<std::string, std::string, std::less<>> values_;  // by option name, of those given
    std::optional<std::string> config_file_;
};

}  // namespace flightcast::app::options
