// SPDX-License-Identifier: Apache-2.0
#include "app/cli/password_file.h"

#include "app/cli/small_file.h"

namespace flightcast::app::cli {

base::Result<std::string> read_password(
    const std::filesystem::path& file, const std::string& option
) {
    return read_small_file({.path = file, .option = option, .what = "password"});
}

}  // namespace flightcast::app::cli
