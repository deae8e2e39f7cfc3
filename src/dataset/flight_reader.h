// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "dataset/flight_field.h"
#include "dataset/line_reader.h"

namespace flightcast::dataset {

// One row of a file: the text of each field, unquoted, numbers as they are written.
struct RawFlight {
    std::array<std::string_view, kFlightFieldCount> texts{};  // empty when absent
    std::string_view problem;  // why the row cannot be read, "bad quotes"; empty when it can

    [[nodiscard]] std::string_view get(FlightField field) const {
        return texts[static_cast<std::size_t>(field)];
    }
    [[nodiscard]] std::string_view& at(FlightField field) {
        return texts[static_cast<std::size_t>(field)];
    }
};

// Reads the rows of one file of flights, whatever its format.
//
// Thread-safety: one thread per object.
class FlightReader {
  public:
    virtual ~FlightReader() = default;

    // The next row, blank lines left out; its texts are valid until the next call. Nothing at the
    // end. Fails as LineReader::next does; a row that makes no sense is no failure.
    [[nodiscard]] virtual base::Result<std::optional<RawFlight>> next() = 0;

    // Where it stands in the file.
    [[nodiscard]] virtual const LineReader& lines() const = 0;
};

// Opens a file of flights: CSV with a header line, quoted or plain, or JSON lines; plain, or
// compressed (see open_bytes). Fails as open_bytes does, or with invalid_argument for an empty file
// and for a CSV file that lacks a needed column.
[[nodiscard]] base::Result<std::unique_ptr<FlightReader>> open_flights(
    const std::filesystem::path& path
);

// The same from lines that were opened already.
[[nodiscard]] base::Result<std::unique_ptr<FlightReader>> open_flights(LineReader lines);

}  // namespace flightcast::dataset
