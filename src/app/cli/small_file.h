// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace flightcast::app::cli {

// A file that holds one short text: a token, a password, a secret, options.
struct SmallFile {
    enum class Content {
        line,  // one line of text; a byte order mark and empty lines at its end are left out
        text,  // any text without a byte order mark, also none at all
        bytes  // anything, as it stands
    };

    std::filesystem::path path;
    std::string option;  // that names it: "--token-file"; empty: none, the path alone is named
    std::string what;    // that it holds: "token"
    Content content = Content::line;
    std::size_t bytes_max = 4'096;
};

// What the file holds: at least one byte, but of Content::text. It may be a pipe. Errc::not_found
// when it is missing, Errc::io when it cannot be read, Errc::invalid_argument when it is a folder,
// empty, too large, or no single line where one is wanted. Errors never show the content.
[[nodiscard]] base::Result<std::string> read_small_file(const SmallFile& file);

}  // namespace flightcast::app::cli
