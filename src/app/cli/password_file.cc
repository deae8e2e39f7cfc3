// SPDX-License-Identifier: Apache-2.0
#include "app/cli/password_file.h"

#include <fstream>

namespace flightcast::app::cli {

base::Result<std::string> read_password(
    const std::filesystem::path& file, const std::string& option
) {
    std::ifstream stream(file);
    std::string line;
    std::getline(stream, line);
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) return line;
    return base::fail(
        base::Errc::invalid_argument,
        option + ": cannot read a password from the first line of " + file.string()
    );
}

}  // namespace flightcast::app::cli
