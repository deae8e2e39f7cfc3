// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <fstream>
#include <system_error>
#include <utility>

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

// A file that takes the place of another at once: readers see the old bytes or the new ones. The
// destructor removes it unless it was put in place.
class Draft {
  public:
    explicit Draft(fs::path path)
        : path_(std::move(path)),
          draft_(path_.string() + "." + std::to_string(::getpid()) + ".tmp") {}
    ~Draft() {
        std::error_code ignored;
        fs::remove(draft_, ignored);
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    base::Result<void> write(std::string_view bytes) const {
        std::ofstream file(draft_, std::ios::binary);
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        file.close();
        if (file) return {};
        return failed("write failed (disk full?)");
    }

    base::Result<void> put_in_place() const {
        std::error_code error;
        fs::rename(draft_, path_, error);
        if (error) return failed(error.message());
        return {};
    }

  private:
    [[nodiscard]] std::unexpected<base::Error> failed(const std::string& reason) const {
        return base::fail(base::Errc::io, "cannot write " + path_.string() + ": " + reason);
    }

    fs::path path_;
    fs::path draft_;
};

}  // namespace

base::Result<Bundle> load_bundle(const fs::path& folder) {
    FC_TRY(const std::string json, read_file(folder / kBundleFile));
    FC_TRY(const Bundle head, parse_bundle_json(json, (folder / kBundleFile).string()));
    FC_TRY(const std::string forest, read_file(folder / forest_file_of(head)));
    std::string online;
    if (head.online) {
        FC_TRY(online, read_file(folder / kOnlineStateFile));
    }
    return parse_bundle(
        json, std::as_bytes(std::span(forest)), folder.string(), std::as_bytes(std::span(online))
    );
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
    const auto text_of = [](const std::vector<std::byte>& part) {
        return std::string_view(reinterpret_cast<const char*>(part.data()), part.size());
    };
    const Draft forest_file(folder / forest_file_of(bundle));
    const Draft bundle_file(folder / kBundleFile);
    const Draft online_file(folder / kOnlineStateFile);
    FC_TRY_VOID(forest_file.write(text_of(bytes.forest_bin)));
    FC_TRY_VOID(bundle_file.write(bytes.bundle_json));
    if (bundle.online) FC_TRY_VOID(online_file.write(text_of(bytes.online_bin)));
    FC_TRY_VOID(forest_file.put_in_place());
    if (bundle.online) FC_TRY_VOID(online_file.put_in_place());
    FC_TRY_VOID(bundle_file.put_in_place());
    // Of a bundle of the other kind that was here; no harm if it stays.
    fs::remove(folder / (bundle.spark ? kForestFile : kSparkForestFile), error);
    if (!bundle.online) fs::remove(folder / kOnlineStateFile, error);
    return {};
}

}  // namespace flightcast::forest
