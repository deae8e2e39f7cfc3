// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/forwarded_prefix.h"

#include <algorithm>
#include <string_view>

namespace flightcast::gateway::http {
namespace {

constexpr std::size_t kBytesMax = 256;

bool is_path_char(char c) {
    constexpr std::string_view kMarks = "/-._~";
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || (c >= '0' && c <= '9') || kMarks.contains(c);
}

bool is_prefix(std::string_view text) {
    const bool is_plain = text.starts_with('/') && std::ranges::all_of(text, is_path_char);
    return is_plain && text.size() <= kBytesMax && !text.contains("//") && !text.contains("/.");
}

}  // namespace

std::string forwarded_prefix(const Request& request) {
    std::string_view text = request.headers.find("x-forwarded-prefix").value_or("");
    if (text.ends_with('/')) text.remove_suffix(1);
    return is_prefix(text) ? std::string(text) : std::string();
}

}  // namespace flightcast::gateway::http
