// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/http/message.h"
#include "gateway/web/asset_cache.h"

namespace flightcast::gateway::web {

struct WebRootParts {
    const base::Clock& clock;                           // outlives the web root
    std::function<void(const std::string& what)> warn;  // of a file that cannot be served
};

// The folder of a user's own pages: "/a" is its file "a" or "a.html", "/a/" is "a/index.html", and
// "/a" leads to "/a/" when there is only that. Files outside of it, also by a link, names that
// begin with a dot, and files larger than kWebFileBytesMax are not served.
//
// It is looked at anew for every request, so that changes show at once, also when it is a link that
// leads elsewhere now; that it is gone is warned of. Bytes are read again only
// when the file has changed since, and all answers with a file share them.
//
// Thread-safety: the I/O thread only.
class WebRoot {
  public:
    WebRoot(const std::filesystem::path& folder, WebRootParts parts);

    // Nothing when the folder has no such file. Only GET, HEAD and OPTIONS are for files.
    [[nodiscard]] std::optional<http::Response> answer(const http::Request& request);

  private:
    void warn_if_gone() const;
    [[nodiscard]] SharedAsset find(const std::string& relative);
    [[nodiscard]] base::Result<SharedAsset> load(
        const std::filesystem::path& file, const FileRevision& revision
    ) const;

    const std::filesystem::path folder_;
    const WebRootParts parts_;
    AssetCache cache_;
};

}  // namespace flightcast::gateway::web
