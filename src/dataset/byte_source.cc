// SPDX-License-Identifier: Apache-2.0
#include "dataset/byte_source.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "dataset/bzip2_source.h"
#include "dataset/gzip_source.h"
#include "dataset/zip_source.h"

namespace flightcast::dataset {
namespace {

namespace fs = std::filesystem;

// The first bytes of a regular file; nothing for a pipe, which cannot be read twice.
base::Result<std::string> first_bytes(const fs::path& path) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
        return base::fail(base::Errc::io, path.string() + " is a directory; name a file");
    }
    if (fs::exists(path, error) && !fs::is_regular_file(path, error)) return std::string();
    std::FILE* const file = std::fopen(path.c_str(), "rb");
    if (file == nullptr) {
        const int reason = errno;
        return base::fail(
            reason == ENOENT ? base::Errc::not_found : base::Errc::io,
            "cannot open " + path.string() + ": " + std::strerror(reason)
        );
    }
    std::string bytes(4, '\0');
    bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
    std::fclose(file);
    return bytes;
}

}  // namespace

base::Result<std::unique_ptr<ByteSource>> open_bytes(const fs::path& path) {
    FC_TRY(const std::string first, first_bytes(path));
    const std::string_view view(first);
    if (view.starts_with("PK\x03\x04") || view.starts_with("PK\x05\x06")) return open_zip(path);
    if (view.starts_with("BZh")) return open_bzip2(path);
    return open_gzip(path);
}

}  // namespace flightcast::dataset
