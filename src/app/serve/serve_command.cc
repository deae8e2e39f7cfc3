// SPDX-License-Identifier: Apache-2.0
//
// `serve`, `gateway` and `scorer`: the same options, another role.
#include <CLI/App.hpp>
#include <memory>
#include <string>

#include "app/cli/program.h"
#include "app/options/option_flags.h"
#include "app/serve/serve.h"
#include "app/serve/serve_command.h"

namespace flightcast::app::serve {
namespace {

constexpr const char* kCommonFooter =
    "\n"
    "Ctrl-C or SIGTERM ends it in good order, one half a second or more after it at once. Every\n"
    "option can also be set in the environment (FLIGHTCAST_PORT=8080) or in a file (--config "
    "FILE);\n"
    "see 'flightcast config'.";

cli::ExitCode run(Role role, const options::OptionFlags& flags) {
    const auto settings = flags.settings();
    if (!settings) return cli::usage_error(settings.error());
    const auto reread = [&flags]() -> base::Result<options::ServeOptions> {
        FC_TRY(const options::Settings again, flags.settings());
        return again.options;
    };
    const base::Result<void> served = serve(role, settings->options, reread);
    if (served) return {};
    const bool is_usage = served.error().code == base::Errc::invalid_argument;
    return is_usage ? cli::usage_error(served.error()) : cli::failure(served.error());
}

void add_role_command(
    CLI::App& program,
    cli::ExitCode& exit_code,
    Role role,
    const std::string& description,
    const std::string& examples
) {
    CLI::App* const command = program.add_subcommand(std::string(name_of(role)), description);
    const auto flags = std::make_shared<options::OptionFlags>(*command);
    command->footer("Examples:\n" + examples + kCommonFooter);
    command->callback([role, flags, &exit_code] { exit_code = run(role, *flags); });
}

}  // namespace

void add_serve_command(CLI::App& program, cli::ExitCode& exit_code) {
    add_role_command(
        program,
        exit_code,
        Role::serve,
        "Serve predictions: web server, event log, scorer and store in one process.",
        "  flightcast serve                            on http://127.0.0.1:5001\n"
        "  flightcast serve --port 8080 --data-dir ./data\n"
        "  flightcast serve --host 0.0.0.0 --model my-model --log-format json\n"
        "  flightcast serve --kafka localhost:9092 --mongo mongodb://localhost/\n"
    );
}

void add_gateway_command(CLI::App& program, cli::ExitCode& exit_code) {
    add_role_command(
        program,
        exit_code,
        Role::gateway,
        "Take requests and push outcomes: the web server alone, on Kafka.",
        "  flightcast gateway --kafka localhost:9092 --mongo mongodb://localhost/\n"
        "  flightcast gateway --kafka k1:9092,k2:9092 --port 5002\n"
    );
}

void add_scorer_command(CLI::App& program, cli::ExitCode& exit_code) {
    add_role_command(
        program,
        exit_code,
        Role::scorer,
        "Turn requests into outcomes and store them: no web server, on Kafka.",
        "  flightcast scorer --kafka localhost:9092 --mongo mongodb://localhost/\n"
        "  flightcast scorer --kafka localhost:9092 --archive off --operations-port 5011\n"
    );
}

}  // namespace flightcast::app::serve
