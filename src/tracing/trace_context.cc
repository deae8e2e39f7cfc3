// SPDX-License-Identifier: Apache-2.0
#include "tracing/trace_context.h"

#include <algorithm>
#include <span>

namespace flightcast::tracing {
namespace {

constexpr std::size_t kSize = 55;
constexpr std::size_t kTraceAt = 3;
constexpr std::size_t kSpanAt = 36;
constexpr std::size_t kFlagsAt = 53;

// 16 for a character that is no digit of lower case.
unsigned digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
    return 16;
}

bool read_hex(std::string_view text, std::span<std::uint8_t> bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const unsigned high = digit(text[2 * i]);
        const unsigned low = digit(text[2 * i + 1]);
        if (high > 15 || low > 15) return false;
        bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    }
    return true;
}

template <typename Id>
bool is_zero(const Id& id) {
    return std::ranges::all_of(id, [](std::uint8_t byte) { return byte == 0; });
}

template <typename Id>
std::string_view bytes_of(const Id& id) {
    return {reinterpret_cast<const char*>(id.data()), id.size()};
}

// FNV-1a, mixed at the end so that every bit of the id depends on every byte.
std::uint64_t mix(std::uint64_t hash, std::string_view bytes) {
    for (const char c : bytes) {
        hash ^= static_cast<std::uint8_t>(c);
        hash *= 0x100000001b3U;
    }
    hash ^= hash >> 33U;
    hash *= 0xff51afd7ed558ccdU;
    return hash ^ (hash >> 33U);
}

}  // namespace

std::optional<TraceContext> parse_traceparent(std::string_view text) {
    if (text.size() < kSize || text.starts_with("ff")) return std::nullopt;
    const bool is_longer = text.size() > kSize;
    if (is_longer && (text.starts_with("00") || text[kSize] != '-')) return std::nullopt;
    if (text[2] != '-' || text[kSpanAt - 1] != '-' || text[kFlagsAt - 1] != '-') {
        return std::nullopt;
    }
    std::array<std::uint8_t, 1> version{};
    std::array<std::uint8_t, 1> flags{};
    TraceContext context;
    const bool is_hex = read_hex(text, version) && read_hex(text.substr(kTraceAt), context.trace) &&
                        read_hex(text.substr(kSpanAt), context.span) &&
                        read_hex(text.substr(kFlagsAt), flags);
    if (!is_hex || is_zero(context.trace) || is_zero(context.span)) return std::nullopt;
    context.sampled = (flags[0] & 1U) != 0;
    return context;
}

std::string traceparent_of(const TraceContext& context) {
    return "00-" + hex_of(bytes_of(context.trace)) + "-" + hex_of(bytes_of(context.span)) +
           (context.sampled ? "-01" : "-00");
}

TraceId trace_of(const base::Uuid& request) {
    return request.bytes;
}

SpanId span_id(const TraceContext& parent, std::string_view name, std::string_view key) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const std::string_view part : {bytes_of(parent.trace), bytes_of(parent.span), name, key}) {
        hash = mix(hash, part);
    }
    if (hash == 0) hash = 1;
    SpanId id;
    for (std::uint8_t& byte : id) {
        byte = static_cast<std::uint8_t>(hash);
        hash >>= 8U;
    }
    return id;
}

std::string hex_of(std::string_view bytes) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<std::uint8_t>(c);
        text += kDigits[byte / 16];
        text += kDigits[byte % 16];
    }
    return text;
}

}  // namespace flightcast::tracing
