// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cmath>
#include <cstdint>

namespace flightcast::figures {

// A sum of real numbers in units of 2^-40, each rounded once when it is added: so it does not
// depend on the order of its parts, and what was added can be taken away exactly. A part is at most
// 2^22 either way; 2^64 parts fit.
class FixedSum {
  public:
    // REQUIRES: `value` is finite.
    void add(double value) { units_ += units_of(value); }
    void subtract(double value) { units_ -= units_of(value); }

    void subtract_whole(std::int64_t value) { units_ -= static_cast<Units>(value) << kBits; }

    FixedSum& operator+=(const FixedSum& other) {
        units_ += other.units_;
        return *this;
    }
    FixedSum& operator-=(const FixedSum& other) {
        units_ -= other.units_;
        return *this;
    }

    [[nodiscard]] FixedSum magnitude() const {
        FixedSum result;
        result.units_ = units_ < 0 ? -units_ : units_;
        return result;
    }

    [[nodiscard]] double value() const { return static_cast<double>(units_) / kUnit; }

    // The upper and the lower 64 bits of the units, to be kept, and the sum of such.
    [[nodiscard]] std::array<std::int64_t, 2> halves() const {
        return {static_cast<std::int64_t>(units_ >> 64), static_cast<std::int64_t>(units_)};
    }
    [[nodiscard]] static FixedSum of_halves(const std::array<std::int64_t, 2>& halves) {
        FixedSum sum;
        sum.units_ = static_cast<Units>(halves[0]) * (static_cast<Units>(1) << 64) +
                     static_cast<Units>(static_cast<std::uint64_t>(halves[1]));
        return sum;
    }

    bool operator==(const FixedSum&) const = default;

  private:
    __extension__ typedef __int128 Units;  // NOLINT(modernize-use-using): for the extension
    static constexpr int kBits = 40;
    static constexpr double kUnit = 1'099'511'627'776.0;  // 2^40

    static Units units_of(double value) { return std::llround(value * kUnit); }

    Units units_ = 0;
};

}  // namespace flightcast::figures
