// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "dataset/row/cells.h"
#include "dataset/row/column_names.h"
#include "dataset/row/flight_field.h"

namespace flightcast::dataset {

// How a file is to be read.
struct ReadOptions {
    ColumnNames columns;                       // as the user says, where names are not known ones
    std::span<const FlightField> needed = {};  // a CSV file without one of them is refused
    std::span<const FlightField> also = {};    // read though they are on demand (is_on_demand)
};

// A column or a key of which a field is read. Of several for one field, the first with a value in a
// row counts.
struct FieldPlace {
    FlightField field{};
    std::uint8_t rank = 0;   // smaller is preferred
    std::size_t column = 0;  // of CSV
};

// Where the fields of a flight stand in the rows of one file.
//
// Thread-safety: any thread may call const members.
class FlightLayout {
  public:
    // Of a CSV file, by its first line, whose names are compared as comparable() makes them. The
    // separator is the one of , ; tab and | that gives the most known columns. Overwrites `header`.
    //
    // Fails with invalid_argument for bad quotes, for needed fields without a column, and for a
    // column of --columns that the file does not have; the detail starts with `file` and names the
    // columns that it has.
    [[nodiscard]] static base::Result<FlightLayout> of_csv(
        std::span<char> header, const std::string& file, const ReadOptions& options
    );

    // Of a file of JSON objects, which `description` calls by name: "JSON lines".
    [[nodiscard]] static FlightLayout of_json(
        const ReadOptions& options, std::string description = "JSON lines"
    );

    [[nodiscard]] bool is_json() const { return is_json_; }

    // ---- CSV

    [[nodiscard]] char separator() const { return separator_; }

    // By field, the preferred column of each first.
    [[nodiscard]] std::span<const FieldPlace> places() const { return places_; }

    // How many fields of a row are needed.
    [[nodiscard]] std::size_t width() const { return width_; }

    // Where semicolons or tabs separate, a comma may be the decimal mark.
    [[nodiscard]] DecimalMark decimal_mark() const {
        const bool has_commas = is_json_ || separator_ == ',' || separator_ == '|';
        return has_commas ? DecimalMark::point : DecimalMark::point_or_comma;
    }

    // ---- JSON

    // The field that `key` is read into; nothing for a key that is ignored.
    [[nodiscard]] std::optional<FieldPlace> find_key(std::string_view key) const;

    // ---- both

    // True when the user said by --columns where `field` stands.
    [[nodiscard]] bool is_given(FlightField field) const { return columns_.of(field).has_value(); }

    // How the file is read, for people: "CSV separated by semicolons: FlightDate from FL_DATE,
    // Carrier from OP_CARRIER"; columns that have the field's own name are left out.
    [[nodiscard]] const std::string& description() const { return description_; }

    // Choices among several columns that differ, for people: "the airline is the one that flew
    // (Operating_Airline), not the one that sold the flight (...)"; usually empty.
    [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

  private:
    explicit FlightLayout(const ReadOptions& options);

    void find_places(std::span<const std::string_view> names);
    void describe(std::span<const std::string_view> names);
    void note_choices(std::span<const std::string_view> names);
    [[nodiscard]] base::Result<void> check(
        std::span<const std::string_view> names,
        const std::string& file,
        std::span<const FlightField> needed
    ) const;
    [[nodiscard]] bool has(FlightField field) const;

    ColumnNames columns_;
    std::unordered_map<std::string, FieldPlace> known_;  // by comparable name
    bool is_json_ = false;
    char separator_ = ',';
    std::vector<FieldPlace> places_;
    std::size_t width_ = 0;
    std::string description_;
    std::vector<std::string> notes_;
};

}  // namespace flightcast::dataset
