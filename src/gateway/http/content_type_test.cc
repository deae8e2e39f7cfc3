// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/content_type.h"

#include <gtest/gtest.h>

#include <string_view>

namespace flightcast::gateway::http {
namespace {

// Goal: files have their type whatever the case of their extension, and only by their own
// extension.
TEST(ContentType, GoesByTheExtension) {
    constexpr std::string_view kUnknown = "application/octet-stream";
    struct Case {
        std::string_view path;
        std::string_view type;
    };
    for (const Case& entry : {
             Case{"/index.html", "text/html; charset=utf-8"},
             Case{"INDEX.HTM", "text/html; charset=utf-8"},
             Case{"a/b.c/Photo.JPeG", "image/jpeg"},
             Case{"photo.jpg", "image/jpeg"},
             Case{"anim.GIF", "image/gif"},
             Case{"app.webmanifest", "application/manifest+json"},
             Case{"font.woff", "font/woff"},
             Case{"font.WOFF2", "font/woff2"},
             Case{"report.pdf", "application/pdf"},
             Case{"a.min.js", "text/javascript; charset=utf-8"},
             Case{"a.js.map", "application/json"},
             Case{"clip.mp4", "video/mp4"},
             Case{"routes.geojson", "application/geo+json"},
             Case{"table.csv", "text/csv; charset=utf-8"},
             Case{"feed.xml", "application/xml"},
             Case{"data.tar.gz", "application/gzip"},
             Case{"a.7z", "application/x-7z-compressed"},
             Case{"a.zst", "application/zstd"},
             Case{"", kUnknown},
             Case{"html", kUnknown},
             Case{"a.html/b", kUnknown},
             Case{"a.", kUnknown},
             Case{"a.htmlx", kUnknown},
             Case{"a.unknown", kUnknown},
         }) {
        EXPECT_EQ(content_type_for(entry.path), entry.type) << entry.path;
    }
}

}  // namespace
}  // namespace flightcast::gateway::http
