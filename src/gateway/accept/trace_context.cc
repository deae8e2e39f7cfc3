// SPDX-License-Identifier: Apache-2.0
//
//     00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01
//     version, trace, the caller's span, flags
#include "gateway/accept/trace_context.h"

#include <algorithm>

namespace flightcast::gateway::accept {
namespace {

constexpr std::size_t kSize = 55;
constexpr std::size_t kTraceAt = 3;
constexpr std::size_t kTraceSize = 32;
constexpr std::size_t kSpanAt = 36;
constexpr std::size_t kSpanSize = 16;

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

bool is_zero(std::string_view digits) {
    return digits.find_first_not_of('0') == std::string_view::npos;
}

}  // namespace

bool is_traceparent(std::string_view text) {
    if (text.size() < kSize || text.starts_with("ff")) return false;
    const bool is_longer = text.size() > kSize;
    if (is_longer && (text.starts_with("00") || text[kSize] != '-')) return false;
    for (std::size_t i = 0; i < kSize; ++i) {
        const bool is_dash = i == kTraceAt - 1 || i == kSpanAt - 1 || i == kSpanAt + kSpanSize;
        if (is_dash ? text[i] != '-' : !is_hex(text[i])) return false;
    }
    return !is_zero(text.substr(kTraceAt, kTraceSize)) && !is_zero(text.substr(kSpanAt, kSpanSize));
}

std::string traceparent_for(const base::Uuid& id) {
    std::string digits = id.to_string();
    std::erase(digits, '-');
    return "00-" + digits + "-" + digits.substr(0, kSpanSize) + "-00";
}

}  // namespace flightcast::gateway::accept
