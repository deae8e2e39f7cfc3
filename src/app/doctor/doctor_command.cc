// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <algorithm>
#include <cstdio>
#include <iterator>
#include <memory>

#include "app/cli/program.h"
#include "app/doctor/doctor.h"
#include "app/doctor/doctor_command.h"
#include "app/doctor/doctor_deep.h"
#include "app/options/option_flags.h"

namespace flightcast::app::doctor {
namespace {

struct DoctorCommand {
    explicit DoctorCommand(CLI::App& command) : flags(command) {}

    options::OptionFlags flags;
    bool as_json = false;
    bool deep = false;
};

cli::ExitCode run(const DoctorCommand& command) {
    const auto settings = command.flags.settings();
    if (!settings) return cli::usage_error(settings.error());
    const base::SystemClock clock;
    const Patient patient{.options = settings->options, .clock = clock};
    auto findings = examine(patient);
    if (command.deep) std::ranges::move(examine_deeply(patient), std::back_inserter(findings));
    const std::string text =
        command.as_json ? findings_json(findings) + "\n" : findings_text(findings);
    std::fputs(text.c_str(), stdout);
    return {.value = healthy(findings) ? 0 : 1};
}

}  // namespace

void add_doctor_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const command = program.add_subcommand(
        "doctor", "Check everything that a server needs, and name the remedy of each fault."
    );
    const auto state = std::make_shared<DoctorCommand>(*command);
    command->add_flag("--json", state->as_json, "Print JSON.");
    command->add_flag(
        "--deep",
        state->deep,
        "Also read every record and outcome: is the database whole, has every request its outcome?"
    );
    command->footer(
        "It takes the options of 'flightcast serve', changes nothing, and may be used beside a\n"
        "running server. Exit code 1 when something is wrong; a warning is not.\n"
        "\n"
        "Examples:\n"
        "  flightcast doctor\n"
        "  flightcast doctor --port 8080 --model my-model\n"
        "  flightcast doctor --kafka localhost:9092 --mongo mongodb://localhost/\n"
        "  flightcast doctor --deep                    takes minutes for millions of records\n"
        "  flightcast doctor --json"
    );
    command->callback([state, &exit_code] { exit_code = run(*state); });
}

}  // namespace flightcast::app::doctor
