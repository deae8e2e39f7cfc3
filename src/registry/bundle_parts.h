// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "eventlog/event_log.h"

namespace flightcast::registry {

// The files of a bundle, byte for byte.
struct BundleFiles {
    std::string bundle_json;
    std::string forest;
    std::string online{};  // the state of online features; empty: a model without them

    bool operator==(const BundleFiles&) const = default;
};

// All files as one text, and back. unpack() fails with corrupt.
[[nodiscard]] std::string pack(const BundleFiles& files);
[[nodiscard]] base::Result<BundleFiles> unpack(std::string_view packed);

// SHA-256 as 64 hex digits: the address of a packed bundle.
[[nodiscard]] std::string digest_of(std::string_view packed);

// A packed bundle on the topic of parts.
struct PackedAddress {
    std::string digest;
    std::uint64_t bytes = 0;
    std::uint32_t parts = 0;

    bool operator==(const PackedAddress&) const = default;
};
[[nodiscard]] PackedAddress address_of(std::string_view packed);

// The bytes of one part of a packed bundle; valid as long as `packed`. REQUIRES: number < parts.
[[nodiscard]] std::string_view part_of(std::string_view packed, std::uint32_t number);

// The record that carries a part: the key is the digest, a header has the number.
[[nodiscard]] eventlog::NewRecord part_record(
    const std::string& topic, const std::string& digest, std::uint32_t number, std::string bytes
);

// Puts the parts of one packed bundle together, in any order, each as often as it comes.
class PartCollector {
  public:
    explicit PartCollector(PackedAddress address);

    void take(const eventlog::Record& record);
    [[nodiscard]] bool is_complete() const { return missing_ == 0; }
    [[nodiscard]] bool is_empty() const { return missing_ == address_.parts; }

    // The offset of the first part that was taken.
    [[nodiscard]] std::optional<eventlog::Offset> first() const { return first_; }

    // The packed bundle; corrupt when its bytes are not those of the digest. REQUIRES: complete.
    [[nodiscard]] base::Result<std::string> packed() const;

  private:
    const PackedAddress address_;
    std::vector<std::optional<std::string>> parts_;
    std::size_t missing_;
    std::optional<eventlog::Offset> first_;
};

// A packed bundle and the place of its first part.
struct Fetched {
    std::string packed;
    eventlog::Offset first;
};

// Reads a bundle from the topic of parts: from `from` on, and from the beginning when it is not
// found there, since a copied topic has other offsets. Waits for the log for at most `patience`.
// Errors: not_found, corrupt, timeout, those of the log.
[[nodiscard]] base::Result<Fetched> fetch_bundle(
    eventlog::EventLog& log,
    const std::string& topic,
    const PackedAddress& address,
    eventlog::Offset from,
    std::chrono::milliseconds patience
);

}  // namespace flightcast::registry
