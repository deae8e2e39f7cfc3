// SPDX-License-Identifier: Apache-2.0
#include "gateway/pages.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <memory>
#include <system_error>
#include <utility>

#include "base/limits.h"
#include "gateway/http/text.h"

namespace flightcast::gateway {

namespace fs = std::filesystem;

namespace {

// Where the built-in files answer.
struct Place {
    std::string_view path;
    std::string_view file;
};
constexpr std::array kPlaces = {
    Place{"/", "index.html"},
    Place{"/flights/delays/predict_kafka", "predict.html"},
    Place{"/favicon.ico", "static/favicon.svg"},
    Place{"/socket.io/socket.io.js", "socket.io.js"},
    Place{"/socket.io/socket.io.min.js", "socket.io.js"},
    Place{"/socket.io/socket.io.esm.min.js", "socket.io.esm.min.js"},
};

// Our pages need nothing but what this server sends.
constexpr std::string_view kPolicy =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";

std::optional<std::string> file_behind(std::string_view path) {
    for (const Place& place : kPlaces) {
        if (place.path == path) return std::string(place.file);
    }
    if (path.starts_with("/static/")) return std::string(path.substr(1));
    return std::nullopt;
}

void add_page_headers(http::Response& response) {
    response.headers.push_back({"Content-Security-Policy", std::string(kPolicy)});
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    response.headers.push_back({"Referrer-Policy", "no-referrer"});
}

// Whether any segment of `path` begins with a dot: "..", ".git".
bool has_dotted_segment(std::string_view path) {
    return path.find("/.") != std::string_view::npos || path.starts_with('.');
}

bool lies_in(const fs::path& folder, const fs::path& file) {
    const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
    return end == folder.end();
}

}  // namespace

std::vector<std::string_view> socketio_client_files() {
    std::vector<std::string_view> files;
    for (const Place& place : kPlaces) {
        if (place.path.starts_with("/socket.io/")) files.push_back(place.path);
    }
    return files;
}

Pages::Pages(FindBuiltIn find, const fs::path& web_root)
    : find_(std::move(find)),
      web_root_(web_root.empty() ? fs::path() : fs::weakly_canonical(web_root)) {}

void Pages::add_to(http::Router& router) {
    const auto handler = [this](const http::Request& request, http::Respond respond) {
        serve(request, std::move(respond));
    };
    for (const Place& place : kPlaces) router.add("GET", place.path, handler);
    router.add("GET", "/static/*", handler);
    router.set_not_found(handler);
}

void Pages::serve(const http::Request& request, http::Respond respond) {
    if (std::optional<http::Response> users = from_web_root(request)) {
        return respond(*std::move(users));
    }
    const std::optional<std::string> name = file_behind(request.path);
    const std::optional<http::Asset> asset = name ? built_in(*name) : std::nullopt;
    if (!asset) return respond(not_found(request));
    http::Response response = http::serve_asset(request, *asset);
    add_page_headers(response);
    respond(std::move(response));
}

std::optional<http::Asset> Pages::built_in(const std::string& name) {
    const auto known = assets_.find(name);
    if (known != assets_.end()) return known->second;
    const std::optional<std::string_view> bytes = find_(name);
    if (!bytes) return std::nullopt;
    http::Asset asset{
        .bytes = std::make_shared<const std::string>(*bytes),
        .etag = http::etag_of(*bytes),
        .content_type = std::string(http::content_type_for(name)),
        .cache_control = "no-cache"  // Ask again, and be told 304: a new program shows at once.
    };
    return assets_.emplace(name, std::move(asset)).first->second;
}

std::optional<fs::path> Pages::file_of(std::string_view path) const {
    if (has_dotted_segment(path) || path.find('\0') != std::string_view::npos) return std::nullopt;
    const std::string relative(path.substr(std::min(path.find_first_not_of('/'), path.size())));
    const std::array candidates = {
        web_root_ / relative, web_root_ / (relative + ".html"), web_root_ / relative / "index.html"
    };
    for (const fs::path& candidate : candidates) {
        std::error_code error;
        fs::path file = fs::canonical(candidate, error);
        if (error || !fs::is_regular_file(file, error) || !lies_in(web_root_, file)) continue;
        if (fs::file_size(file, error) > base::limits::kWebFileBytesMax) continue;
        return file;
    }
    return std::nullopt;
}

std::optional<http::Response> Pages::from_web_root(const http::Request& request) const {
    if (web_root_.empty()) return std::nullopt;
    const std::optional<std::string> path = http::percent_decode(request.path, http::Plus::literal);
    const std::optional<fs::path> file = path ? file_of(*path) : std::nullopt;
    if (!file) return std::nullopt;
    std::ifstream stream(*file, std::ios::binary);
    std::string bytes(std::istreambuf_iterator<char>(stream), {});
    if (!stream) return std::nullopt;
    http::Asset asset{
        .bytes = {},
        .etag = http::etag_of(bytes),
        .content_type = std::string(http::content_type_for(file->string())),
        .cache_control = "no-cache"
    };
    asset.bytes = std::make_shared<const std::string>(std::move(bytes));
    return http::serve_asset(request, asset);
}

http::Response Pages::not_found(const http::Request& request) {
    // Browsers ask for HTML; who calls an interface wants a line that can be read.
    const std::string_view accepted = request.headers.find("accept").value_or("");
    if (accepted.find("text/html") == std::string_view::npos) {
        return {.status = 404, .body = "there is nothing at this address; see / for what is\n"};
    }
    http::Response response{.status = 404, .content_type = "text/html; charset=utf-8"};
    if (const std::optional<http::Asset> page = built_in("404.html")) {
        response.body = page->bytes;
    } else {
        response.body =
            "<!doctype html><title>Not found</title><p>There is nothing at this address. "
            "<a href=\"/\">Home</a>\n";
    }
    add_page_headers(response);
    return response;
}

}  // namespace flightcast::gateway
