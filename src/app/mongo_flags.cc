// SPDX-License-Identifier: Apache-2.0
#include "app/mongo_flags.h"

#include <CLI/CLI.hpp>
#include <fstream>

namespace flightcast::app {

using base::Errc;
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
    std::ifstream file(password_file);
    if (!file)
        return base::fail(Errc::not_found, "--mongo-password-file: cannot read " + password_file);
    std::getline(file, result.password);
    if (!result.password.empty()) return result;
    return base::fail(
        Errc::invalid_argument,
        "--mongo-password-file: the first line of " + password_file + " is empty"
    );
}

}  // namespace flightcast::app
