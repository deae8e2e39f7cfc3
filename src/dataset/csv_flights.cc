// SPDX-License-Identifier: Apache-2.0
#include "dataset/csv_flights.h"

#include <string>
#include <utility>

#include "dataset/csv_columns.h"
#include "dataset/csv_row.h"

namespace flightcast::dataset {
namespace {

constexpr std::size_t kHeaderFieldsMax = 1'000;

class CsvFlights final : public FlightReader {
  public:
    CsvFlights(LineReader lines, const CsvColumns& columns)
        : columns_(columns), lines_(std::move(lines)) {}

    base::Result<std::optional<RawFlight>> next() override {
        while (true) {
            FC_TRY(const std::optional<std::span<char>> line, lines_.next());
            if (!line) return std::nullopt;
            if (!line->empty()) return read(*line);
        }
    }

    const LineReader& lines() const override { return lines_; }

  private:
    RawFlight read(std::span<char> line) {
        RawFlight flight;
        if (!row_.parse(line, columns_.width())) {
            flight.problem = "bad quotes";
        } else if (row_.fields().size() < columns_.width()) {
            flight.problem = "too few fields";
        } else {
            for (std::size_t i = 0; i < kFlightFieldCount; ++i) {
                const auto field = static_cast<FlightField>(i);
                if (columns_.has(field)) flight.texts[i] = columns_.get(row_.fields(), field);
            }
        }
        return flight;
    }

    const CsvColumns columns_;
    LineReader lines_;
    CsvRow row_;
};

}  // namespace

base::Result<std::unique_ptr<FlightReader>> open_csv(LineReader lines, std::span<char> header) {
    CsvRow row;
    if (!row.parse(header, kHeaderFieldsMax)) {
        return base::fail(
            base::Errc::invalid_argument,
            lines.name() + ":" + std::to_string(lines.line_number()) + ": bad quotes"
        );
    }
    FC_TRY(const CsvColumns columns, CsvColumns::find(row.fields(), lines.name()));
    return std::make_unique<CsvFlights>(std::move(lines), columns);
}

}  // namespace flightcast::dataset
