// SPDX-License-Identifier: Apache-2.0
#include "gateway/web/pages.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

namespace flightcast::gateway::web {

namespace {

// Where the built-in files answer.
struct Place {
    std::string_view path;
    std::string_view file;
};
constexpr std::array kPlaces = {
    Place{"/", "index.html"},
    Place{"/flights/delays/predict_kafka", "predict.html"},
    Place{"/performance", "performance.html"},
    Place{"/models", "models.html"},
    Place{"/status", "status.html"},
    Place{"/favicon.ico", "static/favicon.svg"},
};

// The Socket.IO client's files, below the path of its protocol.
constexpr std::array kClientPlaces = {
    Place{"socket.io.js", "socket.io.js"},
    Place{"socket.io.min.js", "socket.io.js"},
    Place{"socket.io.esm.min.js", "socket.io.esm.min.js"},
};

// Our pages need nothing but this server's files.
constexpr std::string_view kPolicy =
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'";

// Where a page that answers anywhere names this server's root.
constexpr std::string_view kRootMark = "{{root}}";
constexpr std::string_view kNotFound =
    "<!doctype html><title>Not found</title><p>There is nothing at this address. "
    "<a href=\"{{root}}\">Home</a>\n";

constexpr std::string_view kStatic = "/static/";
constexpr std::string_view kVersioned = "/static/v-";
constexpr std::size_t kVersionDigits = 12;

// The codings that the build prepares: the ending of the file's name, and HTTP's name of it.
struct Coding {
    std::string_view ending;
    std::string_view name;
};
constexpr std::array kCodings = {Coding{".br", "br"}, Coding{".gz", "gzip"}};

// "/static/v-0123456789ab/js/a.js" -> "js/a.js"; nothing for another path.
std::optional<std::string_view> behind_version(std::string_view path) {
    constexpr std::size_t kPrefix = kVersioned.size() + kVersionDigits + 1;
    if (!path.starts_with(kVersioned) || path.size() <= kPrefix) return std::nullopt;
    if (path[kPrefix - 1] != '/') return std::nullopt;
    return path.substr(kPrefix);
}

std::string versioned_prefix(const FindBuiltIn& find) {
    const std::string_view version = find("static/version").value_or("");
    if (version.size() < kVersionDigits) return {};  // Built without pages.
    return std::string(kVersioned).append(version.substr(0, kVersionDigits)) + "/";
}

std::string replaced(std::string_view page, std::string_view mark, std::string_view by) {
    std::string text(page);
    std::size_t at = text.find(mark);
    while (at != std::string::npos) {
        text.replace(at, mark.size(), by);
        at = text.find(mark, at + by.size());
    }
    return text;
}

// The page that answers at `path`, with the way from there to this server's root: a proxy may have
// taken a prefix away, so no absolute path is right.
std::string with_root(std::string_view page, std::string_view path) {
    std::string up = "./";
    for (auto slashes = std::ranges::count(path, '/'); slashes > 1; --slashes) up += "../";
    return replaced(page, kRootMark, up);
}

void add_page_headers(http::Response& response) {
    response.headers.push_back({"Content-Security-Policy", std::string(kPolicy)});
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    // With no-referrer the form, sent without scripts, would say "Origin: null", as foreign pages
    // do.
    response.headers.push_back({"Referrer-Policy", "same-origin"});
}

}  // namespace

std::vector<std::string> socketio_client_files(std::string_view socketio_path) {
    std::vector<std::string> files;
    for (const Place& place : kClientPlaces) {
        files.push_back(std::string(socketio_path).append(place.path));
    }
    return files;
}

Pages::Pages(FindBuiltIn find, std::unique_ptr<WebRoot> web_root, std::string_view socketio_path)
    : find_(std::move(find)),
      web_root_(std::move(web_root)),
      socketio_path_(socketio_path),
      versioned_(versioned_prefix(find_)) {}

void Pages::add_to(http::Router& router) {
    const auto handler = [this](const http::Request& request, http::Respond respond) {
        serve(request, std::move(respond));
    };
    for (const Place& place : kPlaces) router.add("GET", place.path, handler);
    for (const std::string& file : socketio_client_files(socketio_path_)) {
        router.add("GET", file, handler);
    }
    router.add("GET", "/static/*", handler);
}

std::optional<std::string> Pages::file_behind(std::string_view path) const {
    for (const Place& place : kPlaces) {
        if (place.path == path) return std::string(place.file);
    }
    if (path.starts_with(socketio_path_)) {
        for (const Place& place : kClientPlaces) {
            if (place.path == path.substr(socketio_path_.size())) return std::string(place.file);
        }
    }
    if (const auto rest = behind_version(path)) return "static/" + std::string(*rest);
    if (path.starts_with(kStatic)) return std::string(path.substr(1));
    return std::nullopt;
}

void Pages::serve(const http::Request& request, http::Respond respond) {
    std::optional<http::Response> response;
    if (web_root_) response = web_root_->answer(request);
    if (!response) response = from_program(request);
    respond(response ? *std::move(response) : not_found(request));
}

std::optional<http::Response> Pages::from_program(const http::Request& request) {
    const std::optional<std::string> name = file_behind(request.path);
    const http::Asset* const asset = name ? built_in(*name) : nullptr;
    if (asset == nullptr) return std::nullopt;
    const bool lasts = !versioned_.empty() && request.path.starts_with(versioned_);
    http::Asset served = *asset;
    if (lasts) served.cache_control = "public, max-age=31536000, immutable";
    http::Response response = http::serve_asset(request, served);
    add_page_headers(response);
    return response;
}

// Null for an unknown name, and for the compressed form of another.
const http::Asset* Pages::built_in(const std::string& name) {
    const auto known = assets_.find(name);
    if (known != assets_.end()) return &known->second;
    const std::optional<std::string_view> bytes = find_(name);
    const bool is_form = std::ranges::any_of(kCodings, [&name](const Coding& coding) {
        return name.ends_with(coding.ending);
    });
    if (!bytes || is_form) return nullptr;
    if (name.ends_with(".html") && socketio_path_ != kSocketIoPath) {
        // No compressed form is prepared for this one.
        const http::Asset asset =
            http::asset_of(name, replaced(*bytes, kSocketIoPath, socketio_path_));
        return &assets_.emplace(name, asset).first->second;
    }
    http::Asset asset = http::asset_of(name, std::string(*bytes));
    for (const Coding& coding : kCodings) {
        const auto form = find_(name + std::string(coding.ending));
        if (!form) continue;
        asset.encoded.push_back(
            {std::string(coding.name),
             std::make_shared<const std::string>(*form),
             http::etag_of(*form)}
        );
    }
    return &assets_.emplace(name, std::move(asset)).first->second;
}

http::Response Pages::not_found(const http::Request& request) {
    // Browsers ask for HTML; the caller of an interface wants a readable line.
    const std::string_view accepted = request.headers.find("accept").value_or("");
    if (accepted.find("text/html") == std::string_view::npos) {
        http::Response line{
            .status = 404, .body = "there is nothing at this address; see / for the pages\n"
        };
        add_page_headers(line);
        return line;
    }
    http::Response response{.status = 404, .content_type = "text/html; charset=utf-8"};
    const http::Asset* const page = built_in("404.html");
    response.body =
        with_root(page != nullptr ? std::string_view(*page->bytes) : kNotFound, request.path);
    add_page_headers(response);
    return response;
}

}  // namespace flightcast::gateway::web
