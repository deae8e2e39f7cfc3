// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstddef>
#include <functional>

namespace flightcast::base {

// A number with a meaning of its own, so that an offset is never passed where a partition belongs.
//
//     using Offset = base::StrongId<struct OffsetTag, std::int64_t>;
template <typename Tag, typename Rep>
class StrongId {
  public:
    constexpr StrongId() = default;
    constexpr explicit StrongId(Rep value) : value_(value) {}

    [[nodiscard]] constexpr Rep value() const { return value_; }
    [[nodiscard]] constexpr StrongId next() const { return StrongId(static_cast<Rep>(value_ + 1)); }

    constexpr auto operator<=>(const StrongId&) const = default;

  private:
    Rep value_{};
};

}  // namespace flightcast::base

template <typename Tag, typename Rep>
struct std::hash<flightcast::base::StrongId<Tag, Rep>> {
    std::size_t operator()(const flightcast::base::StrongId<Tag, Rep>& id) const noexcept {
        return std::hash<Rep>{}(id.value());
    }
};
