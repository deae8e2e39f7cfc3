// SPDX-License-Identifier: Apache-2.0
#include "features/online/state_file.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <type_traits>

#include "base/check.h"

namespace flightcast::features::online {
namespace {

constexpr std::string_view kMagic = "FCONLINE";
constexpr std::size_t kHeaderBytes = 20;
constexpr std::uint32_t kUnpackedBytesMax = 64 * 1'048'576;
static_assert(std::endian::native == std::endian::little, "numbers are copied as they are");

using Bytes = std::vector<std::byte>;

template <typename Number>
void put(Bytes& out, Number number) {
    static_assert(std::is_arithmetic_v<Number>);
    const auto bytes = std::as_bytes(std::span(&number, 1));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void put(Bytes& out, std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    out.insert(out.end(), bytes.begin(), bytes.end());
}

void put_names(Bytes& out, const dataset::Dictionary& names) {
    put(out, static_cast<std::uint32_t>(names.size()));
    for (std::size_t code = 0; code < names.size(); ++code) {
        const std::string_view name = names.text(static_cast<std::uint16_t>(code));
        put(out, static_cast<std::uint8_t>(name.size()));
        put(out, name);
    }
}

template <typename TableType>
void put_table(Bytes& out, const TableType& table, double clock) {
    std::vector<std::uint64_t> keys;
    for (const auto& [key, entry] : table.entries()) keys.push_back(key);
    std::ranges::sort(keys);
    put(out, static_cast<std::uint32_t>(keys.size()));
    for (const std::uint64_t key : keys) {
        const auto& entry = table.entries().at(key);
        put(out, key);
        put(out, static_cast<std::uint32_t>(clock - entry.time));
        for (const Mean& mean : entry.means) {
            put(out, static_cast<float>(mean.sum));
            put(out, static_cast<float>(mean.weight));
        }
        for (const Effect& effect : entry.effects) {
            put(out, static_cast<float>(effect.minutes));
            put(out, static_cast<float>(effect.variance));
        }
    }
}

// Takes numbers off the front of bytes. Past their end it gives 0 and is no longer good.
class Reader {
  public:
    explicit Reader(std::span<const std::byte> bytes) : rest_(bytes) {}

    template <typename Number>
    Number take() {
        Number number{};
        const auto bytes = take_bytes(sizeof number);
        if (!bytes.empty()) std::memcpy(&number, bytes.data(), sizeof number);
        return number;
    }

    // A float that is finite.
    double take_float() {
        const float number = take<float>();
        is_good_ = is_good_ && std::isfinite(number);
        return number;
    }

    std::string_view take_text(std::size_t size) {
        const auto bytes = take_bytes(size);
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }

    void blame() { is_good_ = false; }
    [[nodiscard]] bool is_good() const { return is_good_; }
    [[nodiscard]] bool is_at_end() const { return rest_.empty(); }

  private:
    std::span<const std::byte> take_bytes(std::size_t size) {
        if (!is_good_ || rest_.size() < size) {
            is_good_ = false;
            return {};
        }
        const auto taken = rest_.first(size);
        rest_ = rest_.subspan(size);
        return taken;
    }

    std::span<const std::byte> rest_;
    bool is_good_ = true;
};

template <typename Add>
void take_names(Reader& reader, const Add& add) {
    const auto count = reader.take<std::uint32_t>();
    for (std::uint32_t i = 0; i < count && reader.is_good(); ++i) {
        if (!add(reader.take_text(reader.take<std::uint8_t>()))) reader.blame();
    }
}

template <typename TableType>
void take_table(Reader& reader, TableType& table, double clock) {
    const auto count = reader.take<std::uint32_t>();
    if (count > table.shape().keys_max) reader.blame();
    for (std::uint32_t i = 0; i < count && reader.is_good(); ++i) {
        const auto key = reader.take<std::uint64_t>();
        typename TableType::EntryType entry{.time = clock - reader.take<std::uint32_t>()};
        for (Mean& mean : entry.means) mean = {reader.take_float(), reader.take_float()};
        for (Effect& effect : entry.effects) effect = {reader.take_float(), reader.take_float()};
        table.put(key, entry);
    }
}

std::unexpected<base::Error> corrupt(const std::string& source, const char* fault) {
    return base::fail(
        base::Errc::corrupt, source + " " + fault + "; copy the model again or train a new one"
    );
}

base::Result<Bytes> unpack(std::span<const std::byte> bytes, const std::string& source) {
    Reader reader(bytes);
    const std::string_view magic = reader.take_text(kMagic.size());
    const auto version = reader.take<std::uint32_t>();
    const auto size = reader.take<std::uint32_t>();
    const auto checksum = reader.take<std::uint32_t>();
    if (!reader.is_good() || magic != kMagic) return corrupt(source, "is not an online state");
    if (version != kFoldVersion) {
        return base::fail(
            base::Errc::unsupported,
            source + " is a state of online features of version " + std::to_string(version) +
                ", this program computes version " + std::to_string(kFoldVersion) +
                "; upgrade flightcast or train the model again"
        );
    }
    if (size > kUnpackedBytesMax) return corrupt(source, "is too large");
    Bytes unpacked(size);
    uLongf got = size;
    const auto packed = bytes.subspan(kHeaderBytes);
    const int end = ::uncompress(
        reinterpret_cast<Bytef*>(unpacked.data()),
        &got,
        reinterpret_cast<const Bytef*>(packed.data()),
        packed.size()
    );
    const bool is_whole =
        end == Z_OK && got == size &&
        ::crc32_z(0, reinterpret_cast<const Bytef*>(unpacked.data()), size) == checksum;
    if (!is_whole) return corrupt(source, "is damaged or cut off");
    return unpacked;
}

}  // namespace

std::vector<std::byte> serialize_state(const Fold& fold) {
    Bytes plain;
    put(plain, fold.clock());
    put_names(plain, fold.names().carriers());
    put_names(plain, fold.names().airports());
    put_names(plain, fold.names().numbers());
    for_each_table(fold.tables(), [&](const auto& table) {
        put_table(plain, table, fold.clock());
    });
    uLongf size = ::compressBound(plain.size());
    Bytes packed(size);
    const int end = ::compress2(
        reinterpret_cast<Bytef*>(packed.data()),
        &size,
        reinterpret_cast<const Bytef*>(plain.data()),
        plain.size(),
        Z_BEST_COMPRESSION
    );
    FC_CHECK(end == Z_OK);
    packed.resize(size);
    Bytes out;
    put(out, kMagic);
    put(out, kFoldVersion);
    put(out, static_cast<std::uint32_t>(plain.size()));
    const auto* const data = reinterpret_cast<const Bytef*>(plain.data());
    put(out, static_cast<std::uint32_t>(::crc32_z(0, data, plain.size())));
    out.insert(out.end(), packed.begin(), packed.end());
    return out;
}

base::Result<Fold> parse_state(
    std::span<const std::byte> bytes,
    const std::string& source,
    std::shared_ptr<const flight::AirportTable> airports
) {
    FC_TRY(const Bytes plain, unpack(bytes, source));
    Reader reader(plain);
    const double clock = reader.take<double>();
    if (!std::isfinite(clock)) reader.blame();
    Names names(std::move(airports));
    take_names(reader, [&](std::string_view name) { return names.add_carrier(name); });
    take_names(reader, [&](std::string_view name) { return names.add_airport(name); });
    take_names(reader, [&](std::string_view name) { return names.add_number(name); });
    Tables tables;
    for_each_table(tables, [&](auto& table) { take_table(reader, table, clock); });
    if (!reader.is_good() || !reader.is_at_end()) return corrupt(source, "holds other tables");
    return Fold(std::move(names), std::move(tables), clock);
}

}  // namespace flightcast::features::online
