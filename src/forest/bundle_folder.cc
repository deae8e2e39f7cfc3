// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <fstream>
#include <system_error>

#include "base/limits.h"
#include "forest/bundle.h"
#include "forest/bundle_json.h"

namespace flightcast::forest {
namespace {

namespace fs = std::filesystem;

base::Result<std::string> read_file(const fs::path& path) {
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    if (error) {
        const bool absent = error == std::errc::no_such_file_or_directory;
        return base::fail(
            absent ? base::Errc::not_found : base::Errc::io,
            "cannot read " + path.string() + ": " + error.message() +
                "; name a folder that `flightcast train` or `flightcast import` wrote"
        );
    }
    if (size > base::limits::kBundleBytesMax) {
        return base::fail(base::Errc::corrupt, path.string() + " is too large for a model");
    }
    std::string bytes(size, '\0');
    std::ifstream file(path, std::ios::binary);
    if (!file.read(bytes.data(), static_cast<std::streamsize>(size))) {
        return base::fail(base::Errc::io, "cannot read " + path.string());
    }
    return bytes;
}

// Replaces `path` at once: readers see the old bytes or the new ones.
base::Result<void> replace_file(const fs::path& path, std::string_view bytes) {
    const fs::path draft = path.string() + "." + std::to_string(::getpid()) + ".tmp";
    std::ofstream file(draft, std::ios::binary);
    file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    file.close();
    std::error_code error;
    if (file) fs::rename(draft, path, error);
    if (file && !error) return {};
    const std::string reason = error ? error.message() : "write failed (disk full?)";
    fs::remove(draft, error);
    return base::fail(base::Errc::io, "cannot write " + path.string() + ": " + reason);
}

}  // namespace

base::Result<Bundle> load_bundle(const fs::path& folder) {
    FC_TRY(const std::string json, read_file(folder / kBundleFile));
    FC_TRY(const Bundle head, parse_bundle_json(json, (folder / kBundleFile).string()));
    FC_TRY(const std::string forest, read_file(folder / forest_file_of(head)));
    return parse_bundle(json, std::as_bytes(std::span(forest)), folder.string());
}

base::Result<void> save_bundle(const Bundle& bundle, const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        return base::fail(
            base::Errc::io, "cannot make the folder " + folder.string() + ": " + error.message()
        );
    }
    const BundleBytes bytes = serialize(bundle);
    const std::string_view forest(
        reinterpret_cast<const char*>(bytes.forest_bin.data()), bytes.forest_bin.size()
    );
    FC_TRY_VOID(replace_file(folder / forest_file_of(bundle), forest));
    FC_TRY_VOID(replace_file(folder / kBundleFile, bytes.bundle_json));
    // Of a bundle of the other kind that was here; no harm if it stays.
    fs::remove(folder / (bundle.spark ? kForestFile : kSparkForestFile), error);
    return {};
}

}  // namespace flightcast::forest
