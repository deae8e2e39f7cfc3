// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <zlib.h>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace flightcast::forest {

// How the forest files hold their tables: as they are in memory, one behind the other.
static_assert(std::endian::native == std::endian::little, "tables are copied as they are");

// CRC-32 as zlib has it.
[[nodiscard]] inline std::uint32_t checksum(std::span<const std::byte> bytes) {
    const auto* const data = reinterpret_cast<const Bytef*>(bytes.data());
    return static_cast<std::uint32_t>(::crc32_z(0, data, bytes.size()));
}

template <typename T>
void append_table(std::vector<std::byte>& out, std::span<const T> values) {
    static_assert(std::is_trivially_copyable_v<T>);
    const auto bytes = std::as_bytes(values);
    out.insert(out.end(), bytes.begin(), bytes.end());
}

// Takes `count` values off the front of `bytes`. REQUIRES: they are there.
template <typename T>
[[nodiscard]] std::vector<T> take_table(std::span<const std::byte>& bytes, std::size_t count) {
    static_assert(std::is_trivially_copyable_v<T>);
    std::vector<T> values(count);
    if (count > 0) std::memcpy(values.data(), bytes.data(), count * sizeof(T));
    bytes = bytes.subspan(count * sizeof(T));
    return values;
}

}  // namespace flightcast::forest
