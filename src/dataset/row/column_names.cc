// SPDX-License-Identifier: Apache-2.0
#include "dataset/row/column_names.h"

#include <algorithm>

namespace flightcast::dataset {
namespace {

std::string known_fields() {
    std::string names;
    for (std::size_t i = 0; i <= static_cast<std::size_t>(FlightField::diverted); ++i) {
        names += names.empty() ? "" : ", ";
        names += name_of(static_cast<FlightField>(i));
    }
    return names;
}

std::unexpected<base::Error> refuse(std::string_view pair, const std::string& why) {
    return base::fail(base::Errc::invalid_argument, "--columns '" + std::string(pair) + "' " + why);
}

}  // namespace

base::Result<ColumnNames> ColumnNames::parse(std::string_view text) {
    ColumnNames columns;
    while (!text.empty()) {
        const std::string_view pair = text.substr(0, text.find(','));
        text.remove_prefix(std::min(text.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos) {
            return refuse(pair, "must be pairs such as Carrier=AL, separated by commas");
        }
        const auto field = find_field(pair.substr(0, equals));
        if (!field) return refuse(pair, "names no field; choose among " + known_fields());
        auto& name = columns.names_[static_cast<std::size_t>(*field)];
        if (name) return refuse(pair, "gives " + std::string(name_of(*field)) + " a second time");
        name = std::string(pair.substr(equals + 1));
    }
    return columns;
}

}  // namespace flightcast::dataset
