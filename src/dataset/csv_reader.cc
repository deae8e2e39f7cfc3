// SPDX-License-Identifier: Apache-2.0
#include "dataset/csv_reader.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <optional>
#include <string_view>

#include "dataset/csv_columns.h"
#include "dataset/csv_row.h"
#include "dataset/line_reader.h"

namespace flightcast::dataset {
namespace {

constexpr std::size_t kHeaderFieldsMax = 1'000;
constexpr float kDelayMinutesMax = 14'400;  // Ten days; more is a slip of the pen.
constexpr float kDistanceMilesMax = 20'000;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

enum class RowFate { kept, cancelled, diverted, without_delays, bad };

// A finite number whose size is at most `limit`; nothing for any other text.
std::optional<float> parse_number(std::string_view text, float limit) {
    float number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || !(std::abs(number) <= limit)) return std::nullopt;
    return number;
}

// "905" is 545: hours and minutes as one number; 2400 is midnight.
std::optional<std::int16_t> parse_minute_of_day(std::string_view text) {
    unsigned hhmm = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, hhmm);
    if (error != std::errc{} || stop != end || hhmm > 2'400 || hhmm % 100 > 59) return std::nullopt;
    return static_cast<std::int16_t>((hhmm / 100 * 60 + hhmm % 100) % 1'440);
}

// Reads the rows of one file into a table.
class FileLoader {
  public:
    FileLoader(FlightTable& table, const CsvOptions& options, std::string file)
        : options_(options), table_(table) {
        report_.file = std::move(file);
    }

    base::Result<CsvReport> load() {
        FC_TRY(LineReader lines, LineReader::open(report_.file));
        FC_TRY_VOID(read_header(lines));
        while (true) {
            FC_TRY(const std::optional<std::span<char>> line, lines.next());
            if (!line) break;
            if (line->empty()) continue;
            FC_TRY_VOID(count(read_row(*line), lines.line_number()));
        }
        if (report_.kept == 0) {
            return base::fail(
                base::Errc::invalid_argument,
                report_.file + " has no flight with both delays; nothing can be learned from it"
            );
        }
        return std::move(report_);
    }

  private:
    base::Result<void> read_header(LineReader& lines) {
        FC_TRY(std::optional<std::span<char>> line, lines.next());
        if (!line) return base::fail(base::Errc::invalid_argument, report_.file + " is empty");
        const std::string_view text(line->data(), line->size());
        if (text.starts_with(kByteOrderMark)) *line = line->subspan(kByteOrderMark.size());
        if (!row_.parse(*line, kHeaderFieldsMax)) {
            return base::fail(base::Errc::invalid_argument, report_.file + ":1: bad quotes");
        }
        FC_TRY(columns_, CsvColumns::find(row_.fields(), report_.file));
        return {};
    }

    // Appends the flight in `line`, if it is one.
    RowFate read_row(std::span<char> line) {
        if (!row_.parse(line, columns_.width())) return bad("bad quotes");
        if (row_.fields().size() < columns_.width()) return bad("too few fields");
        if (is_set(CsvColumn::cancelled)) return RowFate::cancelled;
        if (is_set(CsvColumn::diverted)) return RowFate::diverted;
        if (get(CsvColumn::dep_delay).empty() || get(CsvColumn::arr_delay).empty()) {
            return RowFate::without_delays;
        }
        return append();
    }

    RowFate append() {
        const auto day = parse_day(get(CsvColumn::flight_date));
        if (!day) return bad_field(CsvColumn::flight_date);
        const auto dep_delay = parse_number(get(CsvColumn::dep_delay), kDelayMinutesMax);
        if (!dep_delay) return bad_field(CsvColumn::dep_delay);
        const auto arr_delay = parse_number(get(CsvColumn::arr_delay), kDelayMinutesMax);
        if (!arr_delay) return bad_field(CsvColumn::arr_delay);
        const auto distance = read_distance();
        if (!distance) return bad_field(CsvColumn::distance);
        const auto minute = read_scheduled_minute();
        if (!minute) return bad_field(CsvColumn::crs_dep_time);
        const auto carrier = intern(table_.carriers, CsvColumn::carrier);
        if (!carrier) return bad_field(CsvColumn::carrier);
        const auto origin = intern(table_.airports, CsvColumn::origin);
        if (!origin) return bad_field(CsvColumn::origin);
        const auto dest = intern(table_.airports, CsvColumn::dest);
        if (!dest) return bad_field(CsvColumn::dest);

        table_.day.push_back(*day);
        table_.carrier.push_back(*carrier);
        table_.origin.push_back(*origin);
        table_.dest.push_back(*dest);
        table_.scheduled_minute.push_back(*minute);
        table_.dep_delay.push_back(*dep_delay);
        table_.arr_delay.push_back(*arr_delay);
        table_.distance.push_back(*distance);
        return RowFate::kept;
    }

    [[nodiscard]] std::optional<float> read_distance() const {
        const std::string_view text = get(CsvColumn::distance);
        if (text.empty()) return std::numeric_limits<float>::quiet_NaN();
        return parse_number(text, kDistanceMilesMax);
    }

    [[nodiscard]] std::optional<std::int16_t> read_scheduled_minute() const {
        if (!columns_.has(CsvColumn::crs_dep_time)) return kNoScheduledMinute;
        const std::string_view text = get(CsvColumn::crs_dep_time);
        if (text.empty()) return kNoScheduledMinute;
        return parse_minute_of_day(text);
    }

    [[nodiscard]] std::optional<std::uint16_t> intern(Dictionary& names, CsvColumn column) const {
        const std::string_view text = get(column);
        if (text.empty() || text.size() > base::limits::kFieldBytesMax) return std::nullopt;
        return names.intern(text);
    }

    [[nodiscard]] bool is_set(CsvColumn column) const {
        if (!columns_.has(column)) return false;
        const std::string_view text = get(column);
        return text.starts_with('1');  // "1" or "1.00"
    }

    [[nodiscard]] std::string_view get(CsvColumn column) const {
        return columns_.get(row_.fields(), column);
    }

    RowFate bad(std::string cause) {
        cause_ = std::move(cause);
        return RowFate::bad;
    }

    RowFate bad_field(CsvColumn column) {
        std::string cause = "bad ";
        return bad(cause.append(name_of(column)));
    }

    base::Result<void> count(RowFate fate, std::size_t line_number) {
        switch (fate) {
            case RowFate::kept:
                ++report_.kept;
                break;
            case RowFate::cancelled:
                ++report_.cancelled;
                break;
            case RowFate::diverted:
                ++report_.diverted;
                break;
            case RowFate::without_delays:
                ++report_.without_delays;
                break;
            case RowFate::bad:
                return count_bad(line_number);
        }
        if (table_.size() <= options_.rows_max) return {};
        return base::fail(
            base::Errc::full,
            report_.file + ":" + std::to_string(line_number) + ": more than " +
                std::to_string(options_.rows_max) + " flights; train on fewer files"
        );
    }

    base::Result<void> count_bad(std::size_t line_number) {
        const std::string place = report_.file + ":" + std::to_string(line_number) + ": " + cause_;
        if (report_.first_bad.empty()) report_.first_bad = place;
        ++report_.bad[cause_];
        ++bad_rows_;
        if (bad_rows_ <= options_.bad_rows_max) return {};
        return base::fail(
            base::Errc::invalid_argument,
            place + "; that is bad row " + std::to_string(bad_rows_) + ", more than the " +
                std::to_string(options_.bad_rows_max) + " that are skipped"
        );
    }

    const CsvOptions& options_;
    FlightTable& table_;
    CsvColumns columns_;
    CsvRow row_;
    CsvReport report_;
    std::string cause_;  // of the row that was bad last
    std::size_t bad_rows_ = 0;
};

}  // namespace

std::size_t CsvReport::bad_rows() const {
    std::size_t sum = 0;
    for (const auto& [cause, rows] : bad) sum += rows;
    return sum;
}

base::Result<LoadedFlights> load_flights(
    std::span<const std::filesystem::path> files, const CsvOptions& options
) {
    LoadedFlights loaded;
    for (const std::filesystem::path& file : files) {
        FileLoader loader(loaded.table, options, file.string());
        FC_TRY(CsvReport report, loader.load());
        loaded.reports.push_back(std::move(report));
    }
    return loaded;
}

}  // namespace flightcast::dataset
