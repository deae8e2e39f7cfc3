// SPDX-License-Identifier: Apache-2.0
#include "app/feature_rows/feature_rows_run.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>

#include "app/train/train_flights.h"
#include "dataset/day_split.h"
#include "features/encode_column.h"
#include "features/encoder.h"
#include "features/learn_schema.h"
#include "flight/prediction.h"
#include "text/json_text.h"
#include "train/encode_rows.h"

namespace flightcast::app::feature_rows {
namespace {

namespace core = features;

constexpr std::size_t kRowsAtOnce = 65'536;

// One column of the rows of a part: numbers, or texts of categories by their index.
struct Column {
    const forest::Feature& feature;
    std::vector<float> values;

    [[nodiscard]] bool is_text() const { return feature.kind == forest::FeatureKind::categorical; }
    [[nodiscard]] std::string_view text(std::size_t row) const {
        const float value = values[row];
        if (std::isnan(value)) return {};
        return feature.categories[static_cast<std::size_t>(value)];
    }
};

// A category is the text of its field, or empty when it is too rare.
std::string column_name(const forest::Feature& feature) {
    const bool is_text = feature.kind == forest::FeatureKind::categorical;
    return feature.name + (is_text ? "Category" : "");
}

// Writes rows of one format.
class RowWriter {
  public:
    explicit RowWriter(RowFormat format) : format_(format) {}

    void begin() { begin_ = lines_.size(); }
    void add(std::string_view name, std::string_view text) {
        if (!add_name(name, text.empty())) return;
        if (format_ == RowFormat::csv) {
            lines_ += text;
        } else {
            text::append_java_string(lines_, text);
        }
    }
    void add(std::string_view name, float number) {
        if (!add_name(name, std::isnan(number))) return;
        std::array<char, 32> buffer{};
        lines_.append(buffer.data(), std::to_chars(buffer.begin(), buffer.end(), number).ptr);
    }
    void end() { lines_ += format_ == RowFormat::csv ? "\n" : "}\n"; }

    [[nodiscard]] std::string take() { return std::exchange(lines_, {}); }

  private:
    // Whether a value is to follow.
    bool add_name(std::string_view name, bool is_missing) {
        const bool is_first = lines_.size() == begin_;
        if (format_ == RowFormat::csv) {
            if (!is_first) lines_ += ',';
            return !is_missing;
        }
        if (is_missing) return false;
        lines_ += is_first ? '{' : ',';
        text::append_java_string(lines_, name);
        lines_ += ':';
        return true;
    }

    const RowFormat format_;
    std::string lines_;
    std::size_t begin_ = 0;  // of the row
};

std::string header_of(const forest::Schema& schema) {
    std::string header = "Part,FlightDate,Carrier,Origin,Dest";
    for (const forest::Feature& feature : schema.features) {
        header += "," + column_name(feature);
    }
    return header + ",ArrDelay,Class\n";
}

// The rows of a part, and where their texts are.
struct Part {
    std::string_view name;
    const dataset::FlightTable& table;
    std::span<const std::uint32_t> rows;
    std::vector<Column> columns;
};

void append(RowWriter& writer, const Part& part, std::size_t i) {
    const dataset::FlightTable& table = part.table;
    const std::uint32_t row = part.rows[i];
    writer.begin();
    writer.add("Part", part.name);
    writer.add("FlightDate", dataset::to_string(table.day[row]));
    writer.add("Carrier", table.carriers.text(table.carrier[row]));
    writer.add("Origin", table.airports.text(table.origin[row]));
    writer.add("Dest", table.airports.text(table.dest[row]));
    for (const Column& column : part.columns) {
        const std::string name = column_name(column.feature);
        if (column.is_text()) {
            writer.add(name, column.text(i));
        } else {
            writer.add(name, column.values[i]);
        }
    }
    writer.add("ArrDelay", table.arr_delay[row]);
    writer.add("Class", static_cast<float>(flight::class_of_delay(table.arr_delay[row])));
    writer.end();
}

base::Result<void> write_part(const Part& part, RowFormat format, const WriteRows& write) {
    RowWriter writer(format);
    for (std::size_t i = 0; i < part.rows.size(); ++i) {
        append(writer, part, i);
        if ((i + 1) % kRowsAtOnce == 0) FC_TRY_VOID(write(writer.take()));
    }
    return write(writer.take());
}

}  // namespace

base::Result<WrittenRows> write_features(
    const train::TrainOptions& options,
    RowFormat format,
    train::TrainListener& listener,
    const WriteRows& write
) {
    listener.starts(train::TrainStep::read);
    FC_TRY(train::TrainFlights flights, train::load_train_flights(options, listener));
    const dataset::FlightTable& table = flights.rows.table;
    FC_TRY(const dataset::DaySplit split, dataset::split_by_day(table, options.days));
    listener.starts(train::TrainStep::encode);
    FC_TRY_VOID(train::fill_online(flights, split));
    core::SchemaOptions schema_options = options.schema;
    schema_options.features = flights.features;
    FC_TRY(const forest::Schema schema, core::learn_schema(table, split.train, schema_options));
    FC_TRY(const core::Encoder encoder, core::Encoder::make(schema));
    const flightcast::train::FeatureTables tables{schema, encoder, schema_options.means()};
    Part learn{"learn", table, split.train, {}};
    Part judge{"judge", table, split.validate, {}};
    for (std::size_t i = 0; i < schema.features.size(); ++i) {
        const forest::Feature& feature = schema.features[i];
        learn.columns.push_back(
            {feature, flightcast::train::learning_values(table, split.train, tables, i)}
        );
        judge.columns.push_back({feature, core::encode_column(encoder, i, table, split.validate)});
    }
    if (format == RowFormat::csv) FC_TRY_VOID(write(header_of(schema)));
    FC_TRY_VOID(write_part(learn, format, write));
    FC_TRY_VOID(write_part(judge, format, write));
    return WrittenRows{split.train.size(), split.validate.size(), flights.notes};
}

}  // namespace flightcast::app::feature_rows
