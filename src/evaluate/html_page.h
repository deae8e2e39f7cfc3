// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace flightcast::evaluate {

// The beginning of a page that loads nothing from anywhere, up to its <main>: with the style of
// tables and charts (svg_chart.h), light and dark. `title` is plain text.
[[nodiscard]] std::string html_head(std::string_view title);

inline constexpr std::string_view kHtmlEnd = "</main></body></html>\n";

}  // namespace flightcast::evaluate
