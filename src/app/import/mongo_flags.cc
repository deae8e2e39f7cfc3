// SPDX-License-Identifier: Apache-2.0
#include "app/import/mongo_flags.h"

#include <CLI/App.hpp>

#include "app/cli/password_file.h"

namespace flightcast::app::import {

using base::Result;

void MongoFlags::add_to(CLI::App& command) {
    command.add_option("--mongo", uri, "Connection string, mongodb://HOST/.")
        ->envname("FLIGHTCAST_MONGO")
        ->required();
    command
        .add_option(
            "--mongo-password-file", password_file, "File whose first line is the user's password."
        )
        ->envname("FLIGHTCAST_MONGO_PASSWORD_FILE");
    command.add_option("--mongo-database", names.database, "Database.")
        ->envname("FLIGHTCAST_MONGO_DATABASE")
        ->capture_default_str();
}

Result<store::mongo::MongoOptions> MongoFlags::options() const {
    store::mongo::MongoOptions result = names;
    result.uri = uri;
    if (password_file.empty()) return result;
    FC_TRY(result.password, cli::read_password(password_file, "--mongo-password-file"));
    return result;
}

}  // namespace flightcast::app::import
