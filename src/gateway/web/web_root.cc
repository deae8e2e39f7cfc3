// SPDX-License-Identifier: Apache-2.0
//
// Paths are looked up as they are asked for. Where links lead is followed, and compared with the
// folder, when a file is read; while the kernel says that the same file stands there, that holds.
#include "gateway/web/web_root.h"

#include <algorithm>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/limits.h"
#include "gateway/http/text.h"

namespace flightcast::gateway::web {

namespace fs = std::filesystem;
using base::Errc;
using base::fail;
using base::Result;
using base::limits::kWebCacheBytesMax;
using base::limits::kWebFileBytesMax;

namespace {

constexpr std::string_view kAllowed = "GET, HEAD, OPTIONS";

// Whether any segment of `path` begins with a dot: "..", ".git".
bool has_dotted_segment(std::string_view path) {
    return path.find("/.") != std::string_view::npos || path.starts_with('.');
}

std::string_view without_leading_slashes(std::string_view path) {
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    return path;
}

bool lies_in(const fs::path& folder, const fs::path& file) {
    const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
    return end == folder.end();
}

http::Response other_method(const http::Request& request) {
    http::Response response{.status = 204, .content_type = ""};
    if (request.method != "OPTIONS") {
        response = {
            .status = 405,
            .body = "the method " + request.method + " is not for this path; use " +
                    std::string(kAllowed) + "\n"
        };
    }
    response.headers.push_back({"Allow", std::string(kAllowed)});
    return response;
}

// To the same path with a slash behind it, which relative links of the page there count from. The
// place is relative: whatever a proxy has put in front stays.
http::Response to_folder(const http::Request& request) {
    std::string place = "./" + request.path.substr(request.path.rfind('/') + 1) + "/";
    if (!request.query.empty()) place += "?" + request.query;
    return {
        .status = 301,
        .content_type = "",
        .headers = {{"Location", std::move(place)}, {"Cache-Control", "no-cache"}}
    };
}

http::Response send(const http::Request& request, const http::Asset& asset) {
    http::Response response = http::serve_asset(request, asset);
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    return response;
}

}  // namespace

WebRoot::WebRoot(const fs::path& folder, WebRootParts parts)
    : folder_(fs::absolute(folder)), parts_(std::move(parts)), cache_(kWebCacheBytesMax) {}

std::optional<http::Response> WebRoot::answer(const http::Request& request) {
    const auto path = http::percent_decode(request.path, http::Plus::literal);
    if (!path || has_dotted_segment(*path) || path->contains('\0')) return std::nullopt;
    const std::string relative(without_leading_slashes(*path));
    const bool is_folder = relative.empty() || relative.ends_with('/');
    SharedAsset asset = find(is_folder ? relative + "index.html" : relative);
    if (!asset && !is_folder) asset = find(relative + ".html");
    const bool leads_on = !asset && !is_folder && find(relative + "/index.html");
    if (!asset && !leads_on) {
        warn_if_gone();
        return std::nullopt;
    }
    if (request.method != "GET" && request.method != "HEAD") return other_method(request);
    return leads_on ? to_folder(request) : send(request, *asset);
}

// The built-in pages appear instead; the log says why.
void WebRoot::warn_if_gone() const {
    std::error_code ignored;
    if (fs::is_directory(folder_, ignored)) return;
    parts_.warn("--web-root: there is no folder " + folder_.string() + " any more");
}

SharedAsset WebRoot::find(const std::string& relative) {
    const fs::path file = folder_ / relative;
    const auto revision = revision_of(file);
    if (!revision) return nullptr;
    if (auto known = cache_.find(relative, *revision)) return *std::move(known);
    const Result<SharedAsset> loaded = load(file, *revision);
    if (!loaded) parts_.warn("not served: " + loaded.error().detail);
    SharedAsset asset = loaded.value_or(nullptr);
    // What could not be read may be readable the next time: descriptors had run out, say.
    if (!loaded && loaded.error().code == Errc::io) return nullptr;
    if (!loaded || is_settled(*revision, parts_.clock.wall_now())) {
        cache_.put(relative, *revision, asset);
    }
    return asset;
}

Result<SharedAsset> WebRoot::load(const fs::path& file, const FileRevision& revision) const {
    std::error_code error;
    // The folder may be a link that leads elsewhere by now, to a newer release of the pages.
    const fs::path folder = fs::canonical(folder_, error);
    const fs::path real = error ? fs::path() : fs::canonical(file, error);
    if (error || !lies_in(folder, real)) {
        return fail(Errc::not_found, file.string() + " leads out of the folder of pages");
    }
    const std::size_t size(revision.size);
    if (size > kWebFileBytesMax) {
        return fail(
            Errc::full,
            file.string() + " has more than " + std::to_string(kWebFileBytesMax) +
                " bytes; let a server for files have it"
        );
    }
    std::ifstream stream(real, std::ios::binary);
    std::string bytes(size, '\0');
    // Shorter when it is being written; then the next request finds another revision.
    if (stream.read(bytes.data(), revision.size).bad() || !stream.is_open()) {
        return fail(Errc::io, file.string() + " cannot be read");
    }
    bytes.resize(stream.gcount());
    return std::make_shared<const http::Asset>(http::asset_of(real.string(), std::move(bytes)));
}

}  // namespace flightcast::gateway::web
