// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace flightcast::dataset {

// Lets an unordered_map be searched by string_view without making a string.
struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>{}(text);
    }
};

// The distinct values of a categorical column, numbered in the order in which they were first seen,
// so that a column holds small numbers.
//
// Thread-safety: any thread may call const members while none calls `intern`.
class Dictionary {
  public:
    // So many values `intern` can tell apart; the codes fit in 16 bits.
    static constexpr std::size_t kCodesMax = 65'535;

    // The code of `text`, a new one if need be; nothing when that would exceed `kCodesMax`.
    [[nodiscard]] std::optional<std::uint16_t> intern(std::string_view text) {
        if (const auto known = find(text)) return known;
        if (texts_.size() >= kCodesMax) return std::nullopt;
        const auto code = static_cast<std::uint16_t>(texts_.size());
        texts_.emplace_back(text);
        codes_.emplace(texts_.back(), code);
        return code;
    }

    // The code of `text`, nothing when it was never interned.
    [[nodiscard]] std::optional<std::uint16_t> find(std::string_view text) const {
        const auto found = codes_.find(text);
        if (found == codes_.end()) return std::nullopt;
        return found->second;
    }

    // REQUIRES: `code` came from this dictionary. Valid until the next `intern`.
    [[nodiscard]] std::string_view text(std::uint16_t code) const { return texts_[code]; }

    [[nodiscard]] std::size_t size() const { return texts_.size(); }

  private:
    std::vector<std::string> texts_;
    std::unordered_map<std::string, std::uint16_t, StringHash, std::equal_to<>> codes_;
};

}  // namespace flightcast::dataset
