// SPDX-License-Identifier: Apache-2.0
#include "dataset/flight_loader.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>

#include "dataset/flight_reader.h"
#include "dataset/timestamp.h"

namespace flightcast::dataset {
namespace {

constexpr float kDelayMinutesMax = 14'400;  // Ten days; more is a slip of the pen.
constexpr float kDistanceMilesMax = 20'000;
constexpr std::size_t kLinesPerReport = 32'768;

enum class RowFate { kept, cancelled, diverted, without_delays, bad };

// A finite number whose size is at most `limit`; nothing for any other text.
std::optional<float> parse_number(std::string_view text, float limit) {
    float number = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stop != end || !(std::abs(number) <= limit)) return std::nullopt;
    return number;
}

// A day, or the UTC day of a timestamp.
std::optional<Day> parse_flight_day(std::string_view text) {
    if (const auto day = parse_day(text)) return day;
    const auto time = parse_timestamp(text);
    if (!time) return std::nullopt;
    return std::chrono::floor<std::chrono::days>(*time);
}

// "905" is 545: hours and minutes as one number; 2400 is midnight. Of a timestamp, its UTC time.
std::optional<std::int16_t> parse_minute_of_day(std::string_view text) {
    unsigned hhmm = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, hhmm);
    if (error == std::errc{} && stop == end) {
        if (hhmm > 2'400 || hhmm % 100 > 59) return std::nullopt;
        return static_cast<std::int16_t>((hhmm / 100 * 60 + hhmm % 100) % 1'440);
    }
    const auto time = parse_timestamp(text);
    if (!time) return std::nullopt;
    const auto since_midnight = *time - std::chrono::floor<std::chrono::days>(*time);
    return static_cast<std::int16_t>(since_midnight.count());
}

// Reads the rows of one file into a table.
class FileLoader {
  public:
    FileLoader(FlightTable& table, const LoadOptions& options, std::string file)
        : options_(options), table_(table) {
        report_.file = std::move(file);
    }

    // `before` is the part of all files that was read before this one, `weight` the part it is.
    base::Result<FileReport> load(double before, double weight) {
        FC_TRY(const std::unique_ptr<FlightReader> reader, open_flights(report_.file));
        const LineReader& lines = reader->lines();
        while (true) {
            FC_TRY(const std::optional<RawFlight> flight, reader->next());
            if (!flight) break;
            flight_ = *flight;
            FC_TRY_VOID(count(read_row(), lines));
            if (lines.line_number() % kLinesPerReport != 0) continue;
            if (options_.stop.stop_requested()) {
                return base::fail(base::Errc::closed, "interrupted");
            }
            report_progress(before + weight * lines.share_read());
        }
        report_progress(before + weight);
        if (report_.kept == 0) {
            return base::fail(
                base::Errc::invalid_argument,
                report_.file + " has no flight with both delays; nothing can be learned from it"
            );
        }
        return std::move(report_);
    }

  private:
    void report_progress(double share) const {
        if (options_.on_progress) options_.on_progress({table_.size(), share});
    }

    // Appends the flight in `flight_`, if it is one.
    RowFate read_row() {
        if (!flight_.problem.empty()) return bad(std::string(flight_.problem));
        if (is_set(FlightField::cancelled)) return RowFate::cancelled;
        if (is_set(FlightField::diverted)) return RowFate::diverted;
        if (get(FlightField::dep_delay).empty() || get(FlightField::arr_delay).empty()) {
            return RowFate::without_delays;
        }
        return append();
    }

    RowFate append() {
        const auto day = parse_flight_day(get(FlightField::flight_date));
        if (!day) return bad_field(FlightField::flight_date);
        const auto dep_delay = parse_number(get(FlightField::dep_delay), kDelayMinutesMax);
        if (!dep_delay) return bad_field(FlightField::dep_delay);
        const auto arr_delay = parse_number(get(FlightField::arr_delay), kDelayMinutesMax);
        if (!arr_delay) return bad_field(FlightField::arr_delay);
        const auto distance = read_distance();
        if (!distance) return bad_field(FlightField::distance);
        const auto minute = read_scheduled_minute();
        if (!minute) return bad_field(FlightField::crs_dep_time);
        const auto carrier = intern(table_.carriers, FlightField::carrier);
        if (!carrier) return bad_field(FlightField::carrier);
        const auto origin = intern(table_.airports, FlightField::origin);
        if (!origin) return bad_field(FlightField::origin);
        const auto dest = intern(table_.airports, FlightField::dest);
        if (!dest) return bad_field(FlightField::dest);

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
        const std::string_view text = get(FlightField::distance);
        if (text.empty()) return std::numeric_limits<float>::quiet_NaN();
        return parse_number(text, kDistanceMilesMax);
    }

    [[nodiscard]] std::optional<std::int16_t> read_scheduled_minute() const {
        const std::string_view text = get(FlightField::crs_dep_time);
        if (text.empty()) return kNoScheduledMinute;
        return parse_minute_of_day(text);
    }

    [[nodiscard]] std::optional<std::uint16_t> intern(Dictionary& names, FlightField field) const {
        const std::string_view text = get(field);
        if (text.empty() || text.size() > base::limits::kFieldBytesMax) return std::nullopt;
        return names.intern(text);
    }

    [[nodiscard]] bool is_set(FlightField field) const {
        return get(field).starts_with('1');  // "1" or "1.00"
    }

    [[nodiscard]] std::string_view get(FlightField field) const { return flight_.get(field); }

    RowFate bad(std::string cause) {
        cause_ = std::move(cause);
        return RowFate::bad;
    }

    RowFate bad_field(FlightField field) {
        std::string cause = "bad ";
        return bad(cause.append(name_of(field)));
    }

    base::Result<void> count(RowFate fate, const LineReader& lines) {
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
                return count_bad(lines);
        }
        if (table_.size() <= options_.rows_max) return {};
        return base::fail(
            base::Errc::full,
            report_.file + ":" + std::to_string(lines.line_number()) + ": more than " +
                std::to_string(options_.rows_max) + " flights; train on fewer files"
        );
    }

    base::Result<void> count_bad(const LineReader& lines) {
        const std::string where = report_.file + ":" + std::to_string(lines.line_number()) + ": ";
        if (lines.is_unfinished()) {
            return base::fail(
                base::Errc::corrupt, where + "the file ends in the middle of a line; fetch it again"
            );
        }
        const std::string place = where + cause_;
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

    const LoadOptions& options_;
    FlightTable& table_;
    RawFlight flight_;
    FileReport report_;
    std::string cause_;  // of the row that was bad last
    std::size_t bad_rows_ = 0;
};

// The part of all bytes that each file has; the same for all when sizes are not known.
std::vector<double> weights_of(std::span<const std::filesystem::path> files) {
    std::vector<double> weights;
    double sum = 0;
    for (const std::filesystem::path& file : files) {
        std::error_code unknown;
        const std::uintmax_t size = std::filesystem::file_size(file, unknown);
        weights.push_back(unknown ? 1.0 : static_cast<double>(size) + 1);
        sum += weights.back();
    }
    for (double& weight : weights) weight /= sum;
    return weights;
}

}  // namespace

std::size_t FileReport::bad_rows() const {
    std::size_t sum = 0;
    for (const auto& [cause, rows] : bad) sum += rows;
    return sum;
}

base::Result<LoadedFlights> load_flights(
    std::span<const std::filesystem::path> files, const LoadOptions& options
) {
    LoadedFlights loaded;
    const std::vector<double> weights = weights_of(files);
    double before = 0;
    for (std::size_t i = 0; i < files.size(); ++i) {
        FileLoader loader(loaded.table, options, files[i].string());
        FC_TRY(FileReport report, loader.load(before, weights[i]));
        before += weights[i];
        loaded.reports.push_back(std::move(report));
    }
    return loaded;
}

}  // namespace flightcast::dataset
