// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/static_files.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/hash.h"
#include "gateway/http/content_type.h"
#include "gateway/http/preferences.h"

namespace flightcast::gateway::http {
namespace {

// If-None-Match lists ETags, weak ones as W/"...", or is "*" (RFC 9110, 13.1.2).
bool names(std::string_view list, std::string_view etag) {
    if (list == "*") return true;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        std::string_view item = list.substr(0, comma);
        list.remove_prefix(std::min(comma + 1, list.size()));
        while (item.starts_with(' ')) item.remove_prefix(1);
        while (item.ends_with(' ')) item.remove_suffix(1);
        if (item.starts_with("W/")) item.remove_prefix(2);
        if (item == etag) return true;
    }
    return false;
}

}  // namespace

Asset asset_of(std::string_view name, std::string bytes) {
    std::string etag = etag_of(bytes);
    return {
        .bytes = std::make_shared<const std::string>(std::move(bytes)),
        .etag = std::move(etag),
        .content_type = std::string(content_type_for(name)),
        .cache_control = "no-cache"
    };
}

Response serve_asset(const Request& request, const Asset& asset) {
    const auto form = std::ranges::find_if(asset.encoded, [&request](const EncodedForm& encoded) {
        return accepts_encoding(request.headers, encoded.coding);
    });
    const bool is_encoded = form != asset.encoded.end();
    const std::string& etag = is_encoded ? form->etag : asset.etag;
    Response response{.content_type = asset.content_type};
    response.headers.push_back({"ETag", etag});
    response.headers.push_back({"Cache-Control", asset.cache_control});
    if (!asset.encoded.empty()) response.headers.push_back({"Vary", "Accept-Encoding"});
    const auto known = request.headers.find("if-none-match");
    if (known && names(*known, etag)) {
        response.status = 304;
        response.content_type.clear();
        return response;
    }
    if (is_encoded) response.headers.push_back({"Content-Encoding", form->coding});
    response.body = is_encoded ? form->bytes : asset.bytes;
    return response;
}

// A hash and the length: files change by hand, not by an attacker.
std::string etag_of(std::string_view bytes) {
    const std::uint64_t hash = base::fnv1a(bytes);
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string etag = "\"";
    for (int shift = 60; shift >= 0; shift -= 4) etag += kDigits[(hash >> shift) & 15U];
    return etag + "-" + std::to_string(bytes.size()) + "\"";
}

}  // namespace flightcast::gateway::http
