// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dataset/row/csv_row.h"
#include "dataset/row/flight_layout.h"

namespace flightcast::text {
struct JsonValue;
}

namespace flightcast::dataset {

// One row of a file: the text of each field as it is written, without quotes and blanks around it;
// empty when it is absent or marked as missing.
struct RawFlight {
    std::array<std::string_view, kFlightFieldCount> texts{};
    DecimalMark decimal_mark = DecimalMark::point;
    std::string_view problem;  // why the row cannot be read, "bad quotes"; empty when it can
    std::string detail;        // what was found instead; may be empty

    [[nodiscard]] std::string_view get(FlightField field) const {
        return texts[static_cast<std::size_t>(field)];
    }
};

// Takes rows apart.
//
// Thread-safety: one thread per object.
class RowParser {
  public:
    // The flight in `row`, which is overwritten. Valid until the next call, and as long as `row`.
    // REQUIRES: `layout` is not null.
    [[nodiscard]] const RawFlight& parse(
        const std::shared_ptr<const FlightLayout>& layout, std::span<char> row
    );

  private:
    using Key = std::optional<FieldPlace>;

    void parse_csv(std::span<char> row);
    void parse_json(std::string_view row);
    const Key& find_key(std::string_view name);
    void take(const FieldPlace& place, const text::JsonValue& value);

    RawFlight flight_;
    CsvRow row_;
    std::array<std::uint8_t, kFlightFieldCount> ranks_{};        // of the texts that were taken
    std::array<std::string, kFlightFieldCount> replaced_texts_;  // of JSON strings with escapes
    std::shared_ptr<const FlightLayout> layout_;                 // that the keys below belong to
    std::unordered_map<std::string, Key> keys_;
    std::vector<const std::pair<const std::string, Key>*> sequence_;  // as the last row had them
    std::size_t next_ = 0;                                            // in sequence_
};

}  // namespace flightcast::dataset
