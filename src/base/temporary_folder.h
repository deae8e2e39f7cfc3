// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace flightcast::base {

// A new folder in the system's folder for temporary files, removed with all it holds in the end:
// for tests and benchmarks.
class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace flightcast::base
