// SPDX-License-Identifier: Apache-2.0
#include "dataset/row/flight_layout.h"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "dataset/row/csv_row.h"

namespace flightcast::dataset {
namespace {

constexpr std::size_t kHeaderFieldsMax = 1'000;
constexpr std::size_t kColumnsShown = 40;
constexpr std::array kSeparators = {',', ';', '\t', '|'};
constexpr std::array kSeparatorNames = {
    std::pair(';', "semicolons"), std::pair('\t', "tabs"), std::pair('|', "'|'")
};

FlightField field_at(std::size_t index) {
    return static_cast<FlightField>(index);
}

bool is_among(std::span<const FlightField> fields, FlightField field) {
    return std::ranges::find(fields, field) != fields.end();
}

// A name of an untidy or a foreign file, fit for one line.
std::string shown(std::string_view name) {
    constexpr std::size_t kBytesMax = 60;
    std::string text;
    for (const char c : name.substr(0, kBytesMax)) {
        text += static_cast<unsigned char>(c) < ' ' ? '?' : c;
    }
    return text;
}

std::string list_of(std::span<const std::string_view> names) {
    std::string list;
    for (std::size_t i = 0; i < std::min(names.size(), kColumnsShown); ++i) {
        if (i > 0) list += ", ";
        list += names[i].empty() ? "(no name)" : shown(names[i]);
    }
    return names.size() > kColumnsShown ? list + ", ..." : list;
}

// "FlightDate (or Year, Month and DayOfMonth)"
std::string wanted_name(FlightField field) {
    std::string name(name_of(field));
    return field == FlightField::flight_date ? name + " (or Year, Month and Day)" : name;
}

}  // namespace

FlightLayout::FlightLayout(const ReadOptions& options) : columns_(options.columns) {
    for (std::size_t i = 0; i < kFlightFieldCount; ++i) {
        if (columns_.of(field_at(i))) continue;
        if (is_on_demand(field_at(i)) && !is_among(options.also, field_at(i))) continue;
        std::uint8_t rank = 0;
        for (const std::string_view name : names_of(field_at(i))) {
            known_.try_emplace(comparable(name), FieldPlace{.field = field_at(i), .rank = rank++});
        }
    }
    // Names that the user gives win over known ones.
    for (std::size_t i = 0; i < kFlightFieldCount; ++i) {
        const auto& name = columns_.of(field_at(i));
        if (name && !name->empty()) known_[comparable(*name)] = {.field = field_at(i)};
    }
}

FlightLayout FlightLayout::of_json(const ReadOptions& options, std::string description) {
    FlightLayout layout(options);
    layout.is_json_ = true;
    layout.description_ = std::move(description);
    return layout;
}

base::Result<FlightLayout> FlightLayout::of_csv(
    std::span<char> header, const std::string& file, const ReadOptions& options
) {
    FlightLayout best(options);
    std::vector<char> best_header;
    CsvRow row;
    bool is_good = false;
    for (const char separator : kSeparators) {
        std::vector<char> copy(header.begin(), header.end());
        if (!row.parse(copy, separator, kHeaderFieldsMax)) continue;
        FlightLayout layout(options);
        layout.separator_ = separator;
        layout.find_places(row.fields());
        if (is_good && layout.places_.size() <= best.places_.size()) continue;
        is_good = true;
        best = std::move(layout);
    }
    if (!is_good || !row.parse(header, best.separator_, kHeaderFieldsMax)) {
        return base::fail(
            base::Errc::invalid_argument, file + ": bad quotes in the line of column names"
        );
    }
    FC_TRY_VOID(best.check(row.fields(), file, options.needed));
    best.describe(row.fields());
    best.note_choices(row.fields());
    return best;
}

void FlightLayout::find_places(std::span<const std::string_view> names) {
    for (std::size_t column = 0; column < names.size(); ++column) {
        auto place = find_key(names[column]);
        if (!place) continue;
        place->column = column;
        places_.push_back(*place);
        width_ = std::max(width_, column + 1);
    }
    std::ranges::stable_sort(places_, {}, [](const FieldPlace& place) {
        return std::tuple(place.field, place.rank);
    });
}

void FlightLayout::describe(std::span<const std::string_view> names) {
    description_ = "CSV";
    for (const auto& [separator, name] : kSeparatorNames) {
        if (separator == separator_) description_ += " separated by " + std::string(name);
    }
    std::string_view joint = ": ";
    for (const FieldPlace& place : places_) {
        const std::string column = shown(without_marks(names[place.column]));
        if (place.field > FlightField::diverted || column == name_of(place.field)) continue;
        description_ += std::string(joint) + std::string(name_of(place.field)) + " from " + column;
        joint = ", ";
    }
}

void FlightLayout::note_choices(std::span<const std::string_view> names) {
    const auto is_marketing = [](std::string_view name) {
        const std::string text = comparable(name);
        return text.find("marketing") != std::string::npos || text.starts_with("mkt");
    };
    const auto first = std::ranges::find(places_, FlightField::carrier, &FieldPlace::field);
    if (first == places_.end() || is_marketing(names[first->column])) return;
    const auto other = std::find_if(first, places_.end(), [&](const FieldPlace& place) {
        return place.field == FlightField::carrier && is_marketing(names[place.column]);
    });
    if (other == places_.end()) return;
    notes_.push_back(
        "the airline is the one that flew (" + std::string(without_marks(names[first->column])) +
        "), not the one that sold the flight (" + std::string(without_marks(names[other->column])) +
        ")"
    );
}

bool FlightLayout::has(FlightField field) const {
    const auto has_place = [this](FlightField wanted) {
        return std::ranges::find(places_, wanted, &FieldPlace::field) != places_.end();
    };
    if (has_place(field)) return true;
    return field == FlightField::flight_date && has_place(FlightField::year) &&
           has_place(FlightField::month) && has_place(FlightField::day_of_month);
}

base::Result<void> FlightLayout::check(
    std::span<const std::string_view> names,
    const std::string& file,
    std::span<const FlightField> needed
) const {
    std::string missing;
    for (const FlightField field : needed) {
        if (has(field)) continue;
        missing += (missing.empty() ? "" : ", ") + wanted_name(field);
    }
    const std::string columns = "; its columns are " + list_of(names);
    for (std::size_t i = 0; i < kFlightFieldCount; ++i) {
        const auto& given = columns_.of(field_at(i));
        if (!given || given->empty() || has(field_at(i))) continue;
        return base::fail(
            base::Errc::invalid_argument,
            file + " has no column '" + *given + "', which --columns gives for " +
                std::string(name_of(field_at(i))) + columns
        );
    }
    if (missing.empty()) return {};
    return base::fail(
        base::Errc::invalid_argument,
        file + " lacks a column for " + missing + columns +
            "; say which is which by --columns, such as --columns Carrier=" +
            (names.empty() ? "NAME" : shown(names.back()))
    );
}

std::optional<FieldPlace> FlightLayout::find_key(std::string_view key) const {
    const auto found = known_.find(comparable(key));
    if (found == known_.end()) return std::nullopt;
    return found->second;
}

}  // namespace flightcast::dataset
