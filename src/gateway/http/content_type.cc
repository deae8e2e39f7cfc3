// SPDX-License-Identifier: Apache-2.0
//
// Files that browsers and their neighbours load: the registered types (IANA), and the customary one
// where none is registered.
#include "gateway/http/content_type.h"

#include <algorithm>
#include <array>
#include <string>

#include "gateway/http/text.h"

namespace flightcast::gateway::http {
namespace {

struct Type {
    std::string_view extension;
    std::string_view name;
};

// By extension.
constexpr std::array kTypes = {
    Type{"7z", "application/x-7z-compressed"},
    Type{"aac", "audio/aac"},
    Type{"apng", "image/apng"},
    Type{"atom", "application/atom+xml"},
    Type{"avif", "image/avif"},
    Type{"bmp", "image/bmp"},
    Type{"bz2", "application/x-bzip2"},
    Type{"cjs", "text/javascript; charset=utf-8"},
    Type{"css", "text/css; charset=utf-8"},
    Type{"csv", "text/csv; charset=utf-8"},
    Type{"doc", "application/msword"},
    Type{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    Type{"eot", "application/vnd.ms-fontobject"},
    Type{"epub", "application/epub+zip"},
    Type{"flac", "audio/flac"},
    Type{"geojson", "application/geo+json"},
    Type{"gif", "image/gif"},
    Type{"glb", "model/gltf-binary"},
    Type{"gltf", "model/gltf+json"},
    Type{"gpx", "application/gpx+xml"},
    Type{"gz", "application/gzip"},
    Type{"htm", "text/html; charset=utf-8"},
    Type{"html", "text/html; charset=utf-8"},
    Type{"ico", "image/x-icon"},
    Type{"ics", "text/calendar; charset=utf-8"},
    Type{"jpeg", "image/jpeg"},
    Type{"jpg", "image/jpeg"},
    Type{"js", "text/javascript; charset=utf-8"},
    Type{"json", "application/json"},
    Type{"jsonl", "application/jsonl"},
    Type{"jsonld", "application/ld+json"},
    Type{"jxl", "image/jxl"},
    Type{"kml", "application/vnd.google-earth.kml+xml"},
    Type{"kmz", "application/vnd.google-earth.kmz"},
    Type{"log", "text/plain; charset=utf-8"},
    Type{"m4a", "audio/mp4"},
    Type{"m4v", "video/mp4"},
    Type{"map", "application/json"},
    Type{"md", "text/markdown; charset=utf-8"},
    Type{"mjs", "text/javascript; charset=utf-8"},
    Type{"mov", "video/quicktime"},
    Type{"mp3", "audio/mpeg"},
    Type{"mp4", "video/mp4"},
    Type{"mpeg", "video/mpeg"},
    Type{"ndjson", "application/x-ndjson"},
    Type{"odp", "application/vnd.oasis.opendocument.presentation"},
    Type{"ods", "application/vnd.oasis.opendocument.spreadsheet"},
    Type{"odt", "application/vnd.oasis.opendocument.text"},
    Type{"oga", "audio/ogg"},
    Type{"ogg", "audio/ogg"},
    Type{"ogv", "video/ogg"},
    Type{"opus", "audio/ogg"},
    Type{"otf", "font/otf"},
    Type{"parquet", "application/vnd.apache.parquet"},
    Type{"pdf", "application/pdf"},
    Type{"png", "image/png"},
    Type{"ppt", "application/vnd.ms-powerpoint"},
    Type{"pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    Type{"rss", "application/rss+xml"},
    Type{"rtf", "application/rtf"},
    Type{"svg", "image/svg+xml"},
    Type{"tar", "application/x-tar"},
    Type{"tif", "image/tiff"},
    Type{"tiff", "image/tiff"},
    Type{"toml", "application/toml"},
    Type{"tsv", "text/tab-separated-values; charset=utf-8"},
    Type{"ttf", "font/ttf"},
    Type{"txt", "text/plain; charset=utf-8"},
    Type{"vtt", "text/vtt; charset=utf-8"},
    Type{"wasm", "application/wasm"},
    Type{"wav", "audio/wav"},
    Type{"weba", "audio/webm"},
    Type{"webm", "video/webm"},
    Type{"webmanifest", "application/manifest+json"},
    Type{"webp", "image/webp"},
    Type{"woff", "font/woff"},
    Type{"woff2", "font/woff2"},
    Type{"xht", "application/xhtml+xml"},
    Type{"xhtml", "application/xhtml+xml"},
    Type{"xls", "application/vnd.ms-excel"},
    Type{"xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    Type{"xml", "application/xml"},
    Type{"xsl", "application/xslt+xml"},
    Type{"yaml", "application/yaml"},
    Type{"yml", "application/yaml"},
    Type{"zip", "application/zip"},
    Type{"zst", "application/zstd"},
};
static_assert(std::ranges::is_sorted(kTypes, {}, &Type::extension));

}  // namespace

std::string_view content_type_for(std::string_view path) {
    constexpr std::string_view kUnknown = "application/octet-stream";
    path.remove_prefix(path.rfind('/') + 1);  // npos + 1 is 0
    const std::size_t dot = path.rfind('.');
    if (dot == std::string_view::npos) return kUnknown;
    const std::string extension = to_lower(path.substr(dot + 1));
    const auto* const type = std::ranges::lower_bound(kTypes, extension, {}, &Type::extension);
    return type != kTypes.end() && type->extension == extension ? type->name : kUnknown;
}

}  // namespace flightcast::gateway::http
