// SPDX-License-Identifier: Apache-2.0
#include "flight/golden_testing.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>

namespace flightcast::flight {

std::vector<std::string> lines_of_file(const std::filesystem::path& path) {
    struct Close {
        void operator()(gzFile file) const { gzclose(file); }
    };
    const std::unique_ptr<gzFile_s, Close> file(gzopen(path.c_str(), "rb"));
    if (!file) return {};
    std::string text;
    std::array<char, 65'536> buffer;
    for (int size = 1; size > 0;) {
        size = gzread(file.get(), buffer.data(), buffer.size());
        if (size > 0) text.append(buffer.data(), static_cast<std::size_t>(size));
    }
    std::vector<std::string> lines;
    for (std::size_t start = 0; start < text.size();) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        lines.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return lines;
}

std::vector<std::filesystem::path> golden_files(
    const std::filesystem::path& root, const std::string& extract, const std::string& whole
) {
    std::vector<std::filesystem::path> files = {root / "src/flight/testdata" / extract};
    const std::filesystem::path data = root / "../shared/data" / whole;
    if (std::filesystem::exists(data)) files.push_back(data);
    return files;
}

}  // namespace flightcast::flight
