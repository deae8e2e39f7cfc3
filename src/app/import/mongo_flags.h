// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/result.h"
#include "store/mongo/mongo_options.h"

namespace CLI {
class App;
}

namespace flightcast::app::import {

// The flags of a command that works on MongoDB alone. Their values may stand in the environment,
// too, where the options of `flightcast serve` do.
struct MongoFlags {
    std::string uri;
    std::string password_file;
    store::mongo::MongoOptions names;  // only database and collections

    // REQUIRES: the object outlives `command`'s parsing.
    void add_to(CLI::App& command);

    // Errc::invalid_argument: there is no password in its file.
    [[nodiscard]] base::Result<store::mongo::MongoOptions> options() const;
};

}  // namespace flightcast::app::import
