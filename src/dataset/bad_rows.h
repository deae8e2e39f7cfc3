// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>

#include "base/result.h"
#include "dataset/flight_file.h"
#include "dataset/row/flight_row.h"

namespace flightcast::dataset {

// The bad rows of one file, which are left out up to a limit.
//
// Thread-safety: one thread per object.
class BadRows {
  public:
    explicit BadRows(std::size_t rows_max) : rows_max_(rows_max) {}

    // Counts the row that begins on `line` and was read last. Fails with corrupt when the file ends
    // in the middle of it, with invalid_argument when it shows that other rows were misread and
    // when it is one too many; the detail names file, line, cause and cell.
    [[nodiscard]] base::Result<void> count(
        const FlightFile& file, std::size_t line, const RowFault& fault
    );

    [[nodiscard]] const std::map<std::string, std::size_t>& by_cause() const { return by_cause_; }

    // "file:line: cause: cell" of the first one; empty when there is none.
    [[nodiscard]] const std::string& first() const { return first_; }

    [[nodiscard]] std::size_t size() const { return rows_; }

  private:
    const std::size_t rows_max_;
    std::size_t rows_ = 0;
    std::map<std::string, std::size_t> by_cause_;
    std::string first_;
};

}  // namespace flightcast::dataset
