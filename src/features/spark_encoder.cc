// SPDX-License-Identifier: Apache-2.0
#include "features/spark_encoder.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "features/feature_key.h"

namespace flightcast::features {
namespace {

using flight::Request;
using flight::SparkIndices;
using forest::FeatureKind;
using forest::SparkMode;
using Table = std::unordered_map<std::string, double, dataset::StringHash, std::equal_to<>>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

template <auto member>
double number(const Request& request, const Table&) {
    const auto& field = request.*member;
    return field ? static_cast<double>(*field) : kNan;
}

// As Spark adds integers: behind the last one is the first.
double day_from_1(const Request& request, const Table&) {
    if (!request.day_of_week) return kNan;
    const auto sum = static_cast<std::uint32_t>(*request.day_of_week) + 1U;
    return static_cast<double>(static_cast<std::int32_t>(sum));
}

template <auto member>
double sent_index(const Request& request, const Table&) {
    if (!request.indices) return kNan;
    return (*request.indices.*member).value_or(kNan);
}

double find(const Table& labels, std::string_view text) {
    const auto found = labels.find(text);
    return found == labels.end() ? static_cast<double>(labels.size()) : found->second;
}

template <auto member>
double found_index(const Request& request, const Table& labels) {
    const std::optional<std::string>& text = request.*member;
    return text ? find(labels, *text) : static_cast<double>(labels.size());
}

double found_route(const Request& request, const Table& labels) {
    if (!request.origin || !request.dest) return static_cast<double>(labels.size());
    const FlightFacts facts{.origin = *request.origin, .dest = *request.dest};
    return find(labels, FeatureKey(KeyOf::route, facts).text());
}

}  // namespace

struct SparkEncoder::Known {
    std::string_view name;
    Value as_deployed;
    Value corrected;
    bool is_index = false;  // looked up among labels when corrected
};

const SparkEncoder::Known* SparkEncoder::find_known(std::string_view name) {
    static constexpr std::array<Known, 9> kKnown = {{
        {"DepDelay", number<&Request::dep_delay>, number<&Request::dep_delay>},
        {"Distance", number<&Request::distance>, number<&Request::distance>},
        {"DayOfMonth", number<&Request::day_of_month>, number<&Request::day_of_month>},
        {"DayOfWeek", number<&Request::day_of_week>, day_from_1},
        {"DayOfYear", number<&Request::day_of_year>, number<&Request::day_of_year>},
        {"Carrier_index", sent_index<&SparkIndices::carrier>, found_index<&Request::carrier>, true},
        {"Origin_index", sent_index<&SparkIndices::origin>, found_index<&Request::origin>, true},
        {"Dest_index", sent_index<&SparkIndices::dest>, found_index<&Request::dest>, true},
        {"Route_index", sent_index<&SparkIndices::route>, found_route, true},
    }};
    const auto* const found = std::ranges::find(kKnown, name, &Known::name);
    return found == kKnown.end() ? nullptr : found;
}

base::Result<SparkEncoder::Column> SparkEncoder::make_column(
    const forest::Feature& feature, SparkMode mode
) {
    const Known* const known = find_known(feature.name);
    if (known == nullptr) {
        return base::fail(
            base::Errc::unsupported,
            "the Spark model needs the feature \"" + feature.name +
                "\", which a request does not have; models with the features of the original "
                "system can be served"
        );
    }
    const bool looked_up = known->is_index && mode == SparkMode::corrected;
    if (looked_up != (feature.kind == FeatureKind::categorical)) {
        return base::fail(base::Errc::corrupt, "the model has the wrong kind of " + feature.name);
    }
    Column column{mode == SparkMode::corrected ? known->corrected : known->as_deployed, {}};
    for (std::size_t index = 0; index < feature.categories.size(); ++index) {
        column.labels.emplace(feature.categories[index], static_cast<double>(index));
    }
    return column;
}

base::Result<SparkEncoder> SparkEncoder::make(const forest::Schema& schema, SparkMode mode) {
    SparkEncoder encoder;
    for (const forest::Feature& feature : schema.features) {
        FC_TRY(Column column, make_column(feature, mode));
        encoder.columns_.push_back(std::move(column));
    }
    return encoder;
}

SparkRow SparkEncoder::encode(const Request& request) const {
    SparkRow row{};
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        row[i] = columns_[i].value(request, columns_[i].labels);
    }
    return row;
}

}  // namespace flightcast::features
