// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "gateway/http/static_files.h"
#include "gateway/web/file_revision.h"

namespace flightcast::gateway::web {

// A file's answer; null for one that is not to be served.
using SharedAsset = std::shared_ptr<const http::Asset>;

// The files asked for last, each as of a revision. When their bytes and names together reach the
// bound, those not asked for longest go; answers under way keep theirs.
//
// Thread-safety: one thread.
class AssetCache {
  public:
    explicit AssetCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

    // The answer for `path` as of `revision`; nothing when that is unknown. Another revision is
    // forgotten.
    [[nodiscard]] std::optional<SharedAsset> find(
        const std::string& path, const FileRevision& revision
    );

    // Keeps `asset`, in the place of another one of `path`.
    void put(const std::string& path, const FileRevision& revision, SharedAsset asset);

    [[nodiscard]] std::size_t bytes() const { return bytes_; }

  private:
    struct Entry {
        std::string path;
        FileRevision revision;
        SharedAsset asset;

        [[nodiscard]] std::size_t bytes() const;
    };
    using Order = std::list<Entry>;  // the one not asked for longest first

    void remove(Order::iterator place);

    const std::size_t bytes_max_;
    std::size_t bytes_ = 0;
    Order order_;
    std::unordered_map<std::string, Order::iterator> by_path_;
};

}  // namespace flightcast::gateway::web
