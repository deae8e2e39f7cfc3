// SPDX-License-Identifier: Apache-2.0
#include "base/temporary_folder.h"

#include <unistd.h>

#include <string>
#include <system_error>

#include "base/check.h"

namespace flightcast::base {

TemporaryFolder::TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "flightcast-XXXXXX").string();
    FC_CHECK(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace flightcast::base
