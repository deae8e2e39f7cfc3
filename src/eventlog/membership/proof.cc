// SPDX-License-Identifier: Apache-2.0
#include "eventlog/membership/proof.h"

#include <array>
#include <charconv>
#include <chrono>

#include "base/hash.h"

namespace flightcast::eventlog::membership {

namespace {

constexpr std::string_view kFormat = "fc1";
constexpr std::size_t kProofsMax = 4;  // in a note; we write two

// Takes a space and a number from the front of `text`.
template <typename T>
bool take(std::string_view& text, T& number, int base) {
    if (!text.starts_with(' ')) return false;
    text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc()) return false;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return true;
}

}  // namespace

// Presence counts, too: no key is not an empty key.
Proof proof_of(const Record& record) {
    const std::uint64_t key = record.key ? base::fnv1a(*record.key) : 1;
    const std::uint64_t value = record.value ? base::fnv1a(*record.value) : 2;
    return {record.offset, record.appended, key * 31 + value};
}

std::string note_of(const std::vector<Proof>& proofs) {
    std::string note(kFormat);
    for (const Proof& proof : proofs) {
        std::array<char, 20> hex{};
        char* const end = std::to_chars(hex.data(), hex.data() + hex.size(), proof.hash, 16).ptr;
        note += ' ' + std::to_string(proof.offset.value());
        note += ' ' + std::to_string(proof.time.time_since_epoch().count());
        note += ' ';
        note.append(hex.data(), end);
    }
    return note;
}

std::vector<Proof> proofs_in(std::string_view note) {
    if (!note.starts_with(kFormat)) return {};
    note.remove_prefix(kFormat.size());
    std::vector<Proof> proofs;
    while (!note.empty()) {
        std::int64_t offset = 0;
        std::int64_t time = 0;
        std::uint64_t hash = 0;
        if (!take(note, offset, 10) || !take(note, time, 10) || !take(note, hash, 16)) return {};
        if (offset < 0 || proofs.size() == kProofsMax) return {};
        proofs.push_back({Offset(offset), RecordTime(std::chrono::milliseconds(time)), hash});
    }
    return proofs;
}

std::vector<Position> positions_of(const std::vector<Claim>& claims) {
    std::vector<Position> positions;
    positions.reserve(claims.size());
    for (const Claim& claim : claims) positions.push_back(claim.position);
    return positions;
}

}  // namespace flightcast::eventlog::membership
