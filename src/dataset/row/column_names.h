// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "dataset/row/flight_field.h"

namespace flightcast::dataset {

// The names of columns that a user gave by --columns: under which name a field stands, in
// place of the names that are known.
class ColumnNames {
  public:
    // Reads "Carrier=AL,FlightDate=day"; "CRSDepTime=" leaves that field unread. Fails with
    // invalid_argument for an unknown field and for one that is named twice; the detail lists
    // the fields.
    [[nodiscard]] static base::Result<ColumnNames> parse(std::string_view text);

    // The name that was given to `field`, empty to leave it unread; nothing when none was.
    [[nodiscard]] const std::optional<std::string>& of(FlightField field) const {
        return names_[static_cast<std::size_t>(field)];
    }

  private:
    std::array<std::optional<std::string>, kFlightFieldCount> names_;
};

}  // namespace flightcast::dataset
