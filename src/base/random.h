// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace flightcast::base {

// Where every part of the program gets its randomness from, so that tests can repeat it.
class Random {
  public:
    virtual ~Random() = default;

    virtual void fill(std::span<std::byte> bytes) = 0;

    // 64 random bits.
    [[nodiscard]] virtual std::uint64_t next() = 0;

    // A number in [0, bound), every one as likely as the others. REQUIRES: bound > 0.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound);

    // A number in [0, 1) with 53 random bits.
    [[nodiscard]] double unit() { return static_cast<double>(next() >> 11U) * 0x1.0p-53; }
};

// The kernel's cryptographic generator: for ids that are secrets.
//
// Thread-safety: one thread per object (it keeps a buffer of random bytes).
class SystemRandom final : public Random {
  public:
    void fill(std::span<std::byte> bytes) override;
    [[nodiscard]] std::uint64_t next() override;

  private:
    std::byte buffer_[512]{};
    std::size_t used_ = sizeof buffer_;
};

// The same numbers for the same seed, quickly (xoshiro256**, seeded by splitmix64; Blackman and
// Vigna, "Scrambled Linear Pseudorandom Number Generators", 2018). Not for secrets.
//
// Thread-safety: one thread per object.
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed);
    void fill(std::span<std::byte> bytes) override;
    [[nodiscard]] std::uint64_t next() override;

  private:
    std::uint64_t state_[4];
};

}  // namespace flightcast::base
