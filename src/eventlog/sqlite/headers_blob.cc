// SPDX-License-Identifier: Apache-2.0
#include "eventlog/sqlite/headers_blob.h"

#include <cstdint>
#include <optional>
#include <utility>

namespace flightcast::eventlog::sqlite {
namespace {

constexpr std::size_t kLengthBytes = 4;

void put(std::string& out, std::string_view text) {
    auto length = static_cast<std::uint32_t>(text.size());
    for (std::size_t i = 0; i < kLengthBytes; ++i, length >>= 8U) {
        out += static_cast<char>(length & 0xffU);
    }
    out += text;
}

std::optional<std::string> take(std::string_view& bytes) {
    if (bytes.size() < kLengthBytes) return std::nullopt;
    std::uint32_t length = 0;
    for (std::size_t i = kLengthBytes; i-- > 0;) {
        length = (length << 8U) | static_cast<unsigned char>(bytes[i]);
    }
    bytes.remove_prefix(kLengthBytes);
    if (bytes.size() < length) return std::nullopt;
    std::string text(bytes.substr(0, length));
    bytes.remove_prefix(length);
    return text;
}

}  // namespace

std::string encode_headers(const std::vector<Header>& headers) {
    std::string bytes;
    for (const Header& header : headers) {
        put(bytes, header.name);
        put(bytes, header.value);
    }
    return bytes;
}

base::Result<std::vector<Header>> decode_headers(std::string_view bytes) {
    std::vector<Header> headers;
    while (!bytes.empty()) {
        std::optional<std::string> name = take(bytes);
        std::optional<std::string> value = name ? take(bytes) : std::nullopt;
        if (!value) return base::fail(base::Errc::corrupt, "the headers of a record are damaged");
        headers.push_back({*std::move(name), *std::move(value)});
    }
    return headers;
}

}  // namespace flightcast::eventlog::sqlite
