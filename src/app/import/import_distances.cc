// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <cstdio>
#include <memory>
#include <string>

#include "app/cli/data_flags.h"
#include "app/cli/program.h"
#include "app/import/import_command.h"
#include "app/import/mongo_flags.h"
#include "dataset/route_file.h"
#include "store/mongo/mongo_distances.h"

namespace flightcast::app::import {
namespace {

using base::Errc;
using base::Result;
using store::mongo::MongoDistances;

struct ImportDistances {
    std::string file;
    std::string columns;
    MongoFlags mongo;
    bool as_json = false;
};

Result<MongoDistances::Imported> import(const ImportDistances& command) {
    FC_TRY(const auto columns, dataset::ColumnNames::parse(command.columns));
    FC_TRY(const auto routes, dataset::load_route_file(command.file, columns));
    FC_TRY(const auto options, command.mongo.options());
    FC_TRY(const auto distances, MongoDistances::open(options));
    return distances->import(routes);
}

cli::ExitCode run(const ImportDistances& command) {
    const auto imported = import(command);
    if (!imported) {
        const bool is_usage = imported.error().code == Errc::invalid_argument;
        return is_usage ? cli::usage_error(imported.error()) : cli::failure(imported.error());
    }
    std::printf(
        command.as_json ? "{\"added\":%zu,\"changed\":%zu,\"unchanged\":%zu}\n"
                        : "%zu routes added, %zu changed, %zu as they were\n",
        imported->added,
        imported->changed,
        imported->unchanged
    );
    return {};
}

}  // namespace

void add_import_distances_command(CLI::App& import, cli::ExitCode& exit_code) {
    CLI::App* const command = import.add_subcommand(
        "distances", "Bring the routes of a file and their distances into MongoDB."
    );
    const auto state = std::make_shared<ImportDistances>();
    command
        ->add_option(
            "FILE",
            state->file,
            "CSV or JSON with Origin, Dest and Distance, such as "
            "{\"Origin\":\"EWR\",\"Dest\":\"JFK\",\"Distance\":21.0}; a file of flights is one, "
            "too."
        )
        ->required();
    cli::add_columns_flag(*command, state->columns);
    state->mongo.add_to(*command);
    command->add_flag("--json", state->as_json, "Print JSON.");
    command->footer(
        "Routes that are missing are added, distances that differ are corrected, other routes "
        "stay;\n"
        "doing it again changes nothing. Gateways read them again from time to time.\n"
        "\n"
        "Examples:\n"
        "  flightcast import distances data/origin_dest_distances.jsonl --mongo "
        "mongodb://127.0.0.1/\n"
        "  flightcast import distances FILE --mongo 'mongodb://root@db/?authSource=admin' \\\n"
        "      --mongo-password-file /run/secrets/mongo"
    );
    command->callback([state, &exit_code] { exit_code = run(*state); });
}

}  // namespace flightcast::app::import
