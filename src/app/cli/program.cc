// SPDX-License-Identifier: Apache-2.0
//
// Turns the errors of CLI11 into one line that names the thing and the way out, and every result
// into one of the three exit codes.
#include "app/cli/program.h"

#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "app/cli/nearest.h"

namespace flightcast::app::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUsage = 2;

void print_error(const std::string& text) {
    std::fprintf(stderr, "flightcast: %s\n", text.c_str());
}

// The command that was named, or the command's command; `program` itself when none was.
const CLI::App* named_command(const CLI::App& program) {
    const CLI::App* command = &program;
    for (auto named = command->get_subcommands(); !named.empty();
         named = command->get_subcommands()) {
        command = named.front();
    }
    return command;
}

bool has_commands(const CLI::App& command) {
    return !command.get_subcommands([](const CLI::App*) { return true; }).empty();
}

// "flightcast import distances"
std::string path_of(const CLI::App& command) {
    const CLI::App* const parent = command.get_parent();
    return parent == nullptr ? "flightcast" : path_of(*parent) + " " + command.get_name();
}

std::vector<std::string> option_names(const CLI::App& command) {
    std::vector<std::string> names;
    for (const CLI::Option* option : command.get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
}

std::vector<std::string> command_names(const CLI::App& program) {
    std::vector<std::string> names;
    for (const CLI::App* command : program.get_subcommands({}))
        names.push_back(command->get_name());
    return names;
}

std::string help_hint(const CLI::App& command) {
    return "see '" + path_of(command) + " --help'";
}

// The error for an `argument` that is neither a known flag nor a known command.
std::string unexpected_argument(const CLI::App& command, const std::string& argument) {
    const bool is_flag = argument.starts_with("-");
    const bool is_command = !is_flag && has_commands(command);
    const std::string name = argument.substr(0, argument.find('='));
    const std::vector<std::string> known =
        is_command ? command_names(command) : option_names(command);
    std::string text = is_command ? "unknown command '"
                       : is_flag  ? "unknown option '"
                                  : "unexpected argument '";
    text += name + "'";
    const std::string nearest = nearest_name(name, known);
    if (!nearest.empty() && (is_flag || is_command)) text += "; did you mean '" + nearest + "'?";
    return text + " (" + help_hint(command) + ")";
}

std::string missing_command(const CLI::App& command) {
    std::string names;
    for (const std::string& name : command_names(command))
        names += (names.empty() ? "" : ", ") + name;
    return "a command is missing: one of " + names + " (" + help_hint(command) + ")";
}

int report_parse_error(const CLI::App& program, const CLI::ParseError& error) {
    const CLI::App& command = *named_command(program);
    const std::vector<std::string> rest = program.remaining(true);
    // Not by get_name(), which is the command's. An option that is missing may be there, misspelt.
    const auto is = [&error](CLI::ExitCodes code) {
        return error.get_exit_code() == static_cast<int>(code);
    };
    const bool is_unexpected =
        !rest.empty() && (is(CLI::ExitCodes::ExtrasError) ||
                          (is(CLI::ExitCodes::RequiredError) &&
                           (rest.front().starts_with('-') || has_commands(command))));
    if (is_unexpected) {
        print_error(unexpected_argument(command, rest.front()));
    } else if (is(CLI::ExitCodes::RequiredError) && has_commands(command)) {
        print_error(missing_command(command));
    } else {
        print_error(std::string(error.what()) + " (" + help_hint(command) + ")");
    }
    return kWrongUsage;
}

}  // namespace

namespace {

// The exit code of the command, whatever becomes of its output.
int run_command(
    CLI::App& program, const ExitCode& exit_code, const std::vector<std::string>& arguments
) {
    try {
        program.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
        if (program.get_subcommands().empty()) {
            std::fputs(program.help().c_str(), stderr);
            return kWrongUsage;
        }
        return exit_code.value;
    } catch (const CLI::Success& help_or_version) {
        return program.exit(help_or_version);
    } catch (const CLI::ParseError& error) {
        return report_parse_error(program, error);
    } catch (const std::exception& error) {
        print_error(std::string("a library failed: ") + error.what());
        return kFailed;
    }
}

// Standard output is a pipe that is read no further, as in `| head`.
bool is_read_no_further() {
    pollfd output{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
    return ::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

// True when all that was printed has arrived. Says so when it has not: a report that is lost must
// not look like success. The one place that looks, for every command.
bool finish_printing() {
    errno = 0;
    const bool flushed = std::fflush(stdout) == 0;
    const int reason = errno;
    if ((flushed && std::ferror(stdout) == 0) || is_read_no_further()) return true;
    print_error(
        "cannot write standard output" +
        (flushed ? std::string() : std::string(": ") + std::strerror(reason)) +
        "; what was printed is not complete"
    );
    return false;
}

}  // namespace

std::unique_ptr<CLI::App> new_program(const std::string& description, const std::string& name) {
    return std::make_unique<CLI::App>(description, name);
}

int run_program(
    CLI::App& program, const ExitCode& exit_code, const std::vector<std::string>& arguments
) {
    const int code = run_command(program, exit_code, arguments);
    return finish_printing() || code != 0 ? code : kFailed;
}

ExitCode usage_error(const base::Error& error) {
    print_error(error.detail);
    return {.value = kWrongUsage};
}

ExitCode failure(const base::Error& error) {
    print_error(error.detail);
    return {.value = kFailed};
}

}  // namespace flightcast::app::cli
