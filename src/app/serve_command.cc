// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>

#include "app/commands.h"
#include "app/option_flags.h"
#include "app/program.h"
#include "app/serve.h"

namespace flightcast::app {

void add_serve_command(CLI::App& program, ExitCode& exit_code) {
    CLI::App* const command = program.add_subcommand(
        "serve", "Serve predictions: web server, event log, scorer and store in one process."
    );
    const auto flags = std::make_shared<OptionFlags>(*command);
    command->footer(
        "Examples:\n"
        "  flightcast serve                            on http://127.0.0.1:5001\n"
        "  flightcast serve --port 8080 --data-dir ./data\n"
        "  flightcast serve --host 0.0.0.0 --model my-model --log-format json\n"
        "\n"
        "Ctrl-C or SIGTERM ends it in good order; a second one at once. Every option can also be "
        "set\n"
        "in the environment (FLIGHTCAST_PORT=8080) or in a file (--config FILE); see 'flightcast\n"
        "config'."
    );
    command->callback([flags, &exit_code] {
        const auto settings = flags->settings();
        if (!settings) {
            exit_code = usage_error(settings.error());
            return;
        }
        const base::Result<void> served = serve(settings->options);
        if (served) return;
        const bool is_usage = served.error().code == base::Errc::invalid_argument;
        exit_code = is_usage ? usage_error(served.error()) : failure(served.error());
    });
}

}  // namespace flightcast::app
