// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include <sys/random.h>

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/check.h"

namespace flightcast::base {
namespace {

// getrandom(2) gives up to 256 bytes whole, without being interrupted by a signal.
void fill_from_kernel(std::span<std::byte> bytes) {
    while (!bytes.empty()) {
        const std::size_t wanted = std::min<std::size_t>(bytes.size(), 256);
        const ssize_t got = ::getrandom(bytes.data(), wanted, 0);
        FC_CHECK(got == static_cast<ssize_t>(wanted));
        bytes = bytes.subspan(wanted);
    }
}

}  // namespace

std::uint64_t Random::below(std::uint64_t bound) {
    FC_CHECK(bound > 0);
    // Numbers below `reject` would make the small remainders likelier than the large ones.
    const std::uint64_t reject = (0 - bound) % bound;
    while (true) {
        const std::uint64_t candidate = next();
        if (candidate >= reject) return candidate % bound;
    }
}

void SystemRandom::fill(std::span<std::byte> bytes) {
    if (bytes.size() > sizeof buffer_) {
        fill_from_kernel(bytes);
        return;
    }
    if (sizeof buffer_ - used_ < bytes.size()) {
        fill_from_kernel(buffer_);
        used_ = 0;
    }
    std::memcpy(bytes.data(), buffer_ + used_, bytes.size());
    std::memset(buffer_ + used_, 0, bytes.size());
    used_ += bytes.size();
}

std::uint64_t SystemRandom::next() {
    std::uint64_t bits = 0;
    fill(std::as_writable_bytes(std::span(&bits, 1)));
    return bits;
}

SeededRandom::SeededRandom(std::uint64_t seed) {
    for (std::uint64_t& word : state_) {  // splitmix64
        seed += 0x9e3779b97f4a7c15U;
        std::uint64_t z = seed;
        z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
        word = z ^ (z >> 31U);
    }
}

std::uint64_t SeededRandom::next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17U;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
}

void SeededRandom::fill(std::span<std::byte> bytes) {
    while (!bytes.empty()) {
        const std::uint64_t bits = next();
        const std::size_t count = std::min(bytes.size(), sizeof bits);
        std::memcpy(bytes.data(), &bits, count);
        bytes = bytes.subspan(count);
    }
}

}  // namespace flightcast::base
