// SPDX-License-Identifier: Apache-2.0
#include "text/plain_scan.h"

#include <charconv>
#include <cmath>
#include <cstring>

namespace flightcast::text {
namespace {

bool is_plain_digit(char c) {
    return c >= '0' && c <= '9';
}

const char* past_digits(const char* at, const char* end) {
    while (at != end && is_plain_digit(*at)) ++at;
    return at;
}

}  // namespace

bool PlainScan::take(std::string_view bytes) {
    if (static_cast<std::size_t>(end_ - at_) < bytes.size()) return false;
    if (std::memcmp(at_, bytes.data(), bytes.size()) != 0) return false;
    at_ += bytes.size();
    return true;
}

bool PlainScan::name(std::string_view name) {
    const std::size_t size = name.size() + 4;  // ,"":
    if (static_cast<std::size_t>(end_ - at_) < size) return false;
    const bool is_here = at_[0] == (is_first_ ? '{' : ',') && at_[1] == '"' &&
                         std::memcmp(at_ + 2, name.data(), name.size()) == 0 &&
                         at_[size - 2] == '"' && at_[size - 1] == ':';
    if (!is_here) return false;
    at_ += size;
    is_first_ = false;
    return true;
}

bool PlainScan::open() {
    if (at_ == end_ || *at_ != '{') return false;
    is_first_ = true;
    return true;
}

std::optional<std::string_view> PlainScan::string() {
    if (at_ == end_ || *at_ != '"') return std::nullopt;
    const char* const begin = at_ + 1;
    for (const char* at = begin; at != end_; ++at) {
        const char c = *at;
        if (c == '"') {
            const auto size = static_cast<std::size_t>(at - begin);
            if (size > kStringBytesMax) return std::nullopt;
            at_ = at + 1;
            return std::string_view(begin, size);
        }
        if (c < ' ' || c > '~' || c == '\\') return std::nullopt;
    }
    return std::nullopt;
}

// The end of the JSON number that begins here; null if none does.
const char* PlainScan::number_end() const {
    const char* at = at_;
    if (at != end_ && *at == '-') ++at;
    const char* const digits = at;
    at = past_digits(at, end_);
    if (at == digits || (*digits == '0' && at - digits > 1)) return nullptr;
    if (at != end_ && *at == '.') {
        const char* const fraction = ++at;
        at = past_digits(at, end_);
        if (at == fraction) return nullptr;
    }
    if (at != end_ && (*at == 'e' || *at == 'E')) {
        ++at;
        if (at != end_ && (*at == '+' || *at == '-')) ++at;
        const char* const exponent = at;
        at = past_digits(at, end_);
        if (at == exponent) return nullptr;
    }
    return at;
}

bool PlainScan::skip_number() {
    const char* const end = number_end();
    if (end == nullptr) return false;
    at_ = end;
    return true;
}

std::optional<double> PlainScan::number() {
    const char* const end = number_end();
    if (end == nullptr) return std::nullopt;
    double value = 0;
    const auto [rest, error] = std::from_chars(at_, end, value);
    if (error != std::errc() || rest != end) return std::nullopt;
    at_ = end;
    return value;
}

std::optional<std::int32_t> PlainScan::integer() {
    constexpr std::ptrdiff_t kDigitsMax = 9;
    const char* const end = number_end();
    if (end == nullptr || end - at_ > kDigitsMax) return std::nullopt;
    std::int32_t value = 0;
    const auto [rest, error] = std::from_chars(at_, end, value);
    if (error != std::errc() || rest != end) return std::nullopt;
    at_ = end;
    return value;
}

}  // namespace flightcast::text
