// SPDX-License-Identifier: Apache-2.0
#include "app/backup/backup_command.h"

#include <CLI/App.hpp>
#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "app/backup/backup.h"
#include "app/cli/program.h"
#include "app/options/option_flags.h"

namespace flightcast::app::backup {
namespace {

constexpr std::array<std::string_view, 1> kOptionNames = {"data-dir"};

struct BackupCommand {
    explicit BackupCommand(CLI::App& command) : flags(command, kOptionNames) {}

    options::OptionFlags flags;
    std::filesystem::path folder;
};

enum class Way { out, back };

cli::ExitCode run(const BackupCommand& command, Way way) {
    const auto settings = command.flags.settings();
    if (!settings) return cli::usage_error(settings.error());
    const base::SystemClock clock;
    const std::filesystem::path data = settings->options.data_folder();
    const auto done = way == Way::out ? make_backup(data, command.folder, clock)
                                      : restore_backup(command.folder, data, clock);
    if (!done) return cli::failure(done.error());
    const std::filesystem::path& from = way == Way::out ? data : command.folder;
    const std::filesystem::path& to = way == Way::out ? command.folder : data;
    std::printf(
        "%s -> %s: %ju bytes of %s, by flightcast %s\n",
        from.c_str(),
        to.c_str(),
        done->bytes,
        done->made_at.c_str(),
        done->made_by.c_str()
    );
    return {};
}

}  // namespace

void add_backup_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const command =
        program.add_subcommand("backup", "Copy the data folder, also while a server works on it.");
    const auto state = std::make_shared<BackupCommand>(*command);
    command->add_option("--to", state->folder, "New folder of the backup.")
        ->required()
        ->type_name("DIR");
    command->footer(
        "The backup has the data as they are at one moment. With Kafka and MongoDB their own "
        "tools\n"
        "do that.\n"
        "\n"
        "Examples:\n"
        "  flightcast backup --to /backup/monday\n"
        "  flightcast backup --data-dir /var/lib/flightcast --to /backup/monday"
    );
    command->callback([state, &exit_code] { exit_code = run(*state, Way::out); });
}

void add_restore_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const command =
        program.add_subcommand("restore", "Put a backup into a data folder without a database.");
    const auto state = std::make_shared<BackupCommand>(*command);
    command->add_option("--from", state->folder, "Folder of the backup.")
        ->required()
        ->type_name("DIR");
    command->footer(
        "Flights that were accepted before the backup, and not yet scored, are scored when the\n"
        "server starts.\n"
        "\n"
        "Examples:\n"
        "  flightcast restore --from /backup/monday --data-dir ./data\n"
        "  flightcast serve --data-dir ./data"
    );
    command->callback([state, &exit_code] { exit_code = run(*state, Way::back); });
}

}  // namespace flightcast::app::backup
