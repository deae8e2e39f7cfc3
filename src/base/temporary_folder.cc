// SPDX-License-Identifier: Apache-2.0
#include "base/temporary_folder.h"

#include <unistd.h>

#include <fstream>
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

std::filesystem::path TemporaryFolder::write(
    std::string_view name, std::string_view content
) const {
    const std::filesystem::path path = path_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file << content;
    FC_CHECK(file.flush().good());
    return path;
}

}  // namespace flightcast::base
