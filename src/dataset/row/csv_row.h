// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace flightcast::dataset {

// The fields of one CSV line (RFC 4180 without line breaks inside quotes): each plain or in double
// quotes, where "" stands for one quote; blanks around the quotes are ignored. Keeps its memory
// from line to line.
//
// Thread-safety: one thread per object.
class CsvRow {
  public:
    // Splits `line` at each `separator` into its first `fields_max` fields and ignores the rest.
    // False when a quote is not closed or text follows a closing quote. Overwrites `line`, which
    // the fields point into.
    [[nodiscard]] bool parse(std::span<char> line, char separator, std::size_t fields_max);

    [[nodiscard]] std::span<const std::string_view> fields() const { return fields_; }

  private:
    std::vector<std::string_view> fields_;
};

}  // namespace flightcast::dataset
