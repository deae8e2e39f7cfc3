// SPDX-License-Identifier: Apache-2.0
#include "replay/list_loader.h"

#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "dataset/bad_rows.h"
#include "dataset/flight_file.h"
#include "dataset/row/cells.h"
#include "dataset/row/date_text.h"
#include "dataset/row/row_check.h"
#include "dataset/row/row_parser.h"
#include "replay/flight_times.h"

namespace flightcast::replay {
namespace {

using dataset::FlightField;
using dataset::FlightRow;
using dataset::RawFlight;

constexpr std::size_t kRowsPerLook = 32'768;
constexpr std::size_t kAirportsShown = 8;

constexpr std::array kPlayedFields = {
    FlightField::flight_date,
    FlightField::carrier,
    FlightField::origin,
    FlightField::dest,
    FlightField::dep_delay,
    FlightField::arr_delay,
};
constexpr std::array kArrivalFields = {FlightField::crs_arr_time, FlightField::arr_time};

std::optional<std::int16_t> minute_of(const RawFlight& raw, FlightField field) {
    const std::string_view text = raw.get(field);
    return text.empty() ? std::nullopt : dataset::parse_minute_of_day(text);
}

Fate fate_of(const FlightRow& row) {
    if (row.cancelled) return Fate::cancelled;
    return row.diverted ? Fate::diverted : Fate::landed;
}

bool lacks_delays(const FlightRow& row) {
    if (row.cancelled) return false;
    return std::isnan(row.dep_delay) || (!row.diverted && std::isnan(row.arr_delay));
}

// Reads the rows of one file into a list.
class ListFile {
  public:
    ListFile(LoadedList& into, const flight::AirportTable& airports, const ListOptions& options)
        : loaded_(into),
          airports_(airports),
          options_(options),
          file_(static_cast<std::uint16_t>(into.report.files.size())),
          bad_rows_(options.bad_rows_max) {}

    base::Result<void> read(dataset::FlightFile& file, double before, double weight) {
        std::size_t rows = 0;
        of_file_.file = file.name();
        of_file_.reading = file.layout()->description();
        of_file_.notes = file.layout()->notes();
        while (true) {
            FC_TRY(const std::optional<dataset::RowText> row, file.next());
            if (!row) break;
            const auto fault = take(parser_.parse(file.layout(), row->text));
            if (fault) FC_TRY_VOID(bad_rows_.count(file, row->line, *fault));
            FC_TRY_VOID(check_room(file, row->line));
            if (++rows % kRowsPerLook != 0) continue;
            if (options_.stop.stop_requested()) {
                return base::fail(base::Errc::closed, "interrupted");
            }
            tell(before + weight * file.share_read());
        }
        tell(before + weight);
        ListReport& report = loaded_.report;
        report.bad_rows += bad_rows_.size();
        if (report.first_bad.empty()) report.first_bad = bad_rows_.first();
        of_file_.bad = bad_rows_.by_cause();
        of_file_.first_bad = bad_rows_.first();
        report.files.push_back(std::move(of_file_));
        return {};
    }

  private:
    void tell(double share) const {
        if (options_.on_progress) options_.on_progress(loaded_.list.flights.size(), share);
    }

    [[nodiscard]] base::Result<void> check_room(
        const dataset::FlightFile& file, std::size_t line
    ) const {
        if (loaded_.list.flights.size() <= options_.flights_max) return {};
        return base::fail(
            base::Errc::full,
            file.name() + ":" + std::to_string(line) + ": more than " +
                std::to_string(options_.flights_max) + " flights; play fewer files at a time"
        );
    }

    // Adds the row to the list or counts why not; the fault of a bad one.
    std::optional<dataset::RowFault> take(const RawFlight& raw) {
        const auto row = dataset::read_row(raw);
        if (!row) return row.error();
        ListReport& report = loaded_.report;
        if (lacks_delays(*row)) {
            ++report.without_delays;
            ++of_file_.without_delays;
            return std::nullopt;
        }
        if (dataset::is_airport_number(row->origin) || dataset::is_airport_number(row->dest)) {
            ++report.airport_numbers;
            ++of_file_.airport_numbers;
            return std::nullopt;
        }
        if (auto fault = dataset::find_fault(*row, raw)) return fault;
        if (!row->scheduled_minute) {
            ++report.without_departure_time;
            ++of_file_.left_out_unplaced;
            return std::nullopt;
        }
        const flight::Airport* const origin = place(row->origin);
        const flight::Airport* const dest = place(row->dest);
        if (origin == nullptr || dest == nullptr) {
            ++of_file_.left_out_unplaced;
            return std::nullopt;
        }
        const Schedule schedule{
            .day = *row->day,
            .departure = *row->scheduled_minute,
            .arrival = minute_of(raw, FlightField::crs_arr_time),
            .landing = minute_of(raw, FlightField::arr_time),
            .dep_delay = row->cancelled ? 0 : row->dep_delay,
            .arr_delay = row->arr_delay,
            .miles = row->distance
        };
        return append(*row, times_of(schedule, *origin, *dest));
    }

    // Where the airport is; counts one whose place is unknown.
    const flight::Airport* place(std::string_view code) {
        const flight::Airport* const airport = airports_.find(code);
        if (airport == nullptr) ++loaded_.report.unplaced[std::string(code)];
        return airport;
    }

    std::optional<dataset::RowFault> append(const FlightRow& row, const FlightTimes& times) {
        FlightList& list = loaded_.list;
        const auto carrier = list.carriers.intern(row.carrier);
        const auto number = list.numbers.intern(row.flight_num);
        const auto origin = list.airports.intern(row.origin);
        const auto dest = list.airports.intern(row.dest);
        if (!carrier || !number || !origin || !dest) {
            return dataset::RowFault{
                "too many names", "more than 65,535 different carriers, flight numbers or airports"
            };
        }
        const Fate fate = fate_of(row);
        constexpr float kNone = std::numeric_limits<float>::quiet_NaN();
        const bool is_flown = fate != Fate::cancelled;
        using std::chrono::floor;
        using std::chrono::seconds;
        list.flights.push_back(
            {.departed = floor<seconds>(is_flown ? times.departed : times.scheduled),
             .landed = floor<seconds>(is_flown ? times.landed : times.scheduled),
             .day = *row.day,
             .carrier = *carrier,
             .number = *number,
             .origin = *origin,
             .dest = *dest,
             .scheduled_minute = *row.scheduled_minute,
             .fate = fate,
             .file = file_,
             .dep_delay = is_flown ? static_cast<float>(row.dep_delay) : kNone,
             .arr_delay = fate == Fate::landed ? static_cast<float>(row.arr_delay) : kNone,
             .distance = static_cast<float>(row.distance)}
        );
        count(fate, times.is_estimated);
        return std::nullopt;
    }

    void count(Fate fate, bool is_estimated) {
        ListReport& report = loaded_.report;
        ++(fate == Fate::landed     ? report.landed
           : fate == Fate::diverted ? report.diverted
                                    : report.cancelled);
        ++(fate == Fate::landed     ? of_file_.kept
           : fate == Fate::diverted ? of_file_.diverted
                                    : of_file_.cancelled);
        if (is_estimated && fate != Fate::cancelled) ++report.estimated;
    }

    LoadedList& loaded_;
    const flight::AirportTable& airports_;
    const ListOptions& options_;
    const std::uint16_t file_;
    dataset::FileReport of_file_;
    dataset::RowParser parser_;
    dataset::BadRows bad_rows_;
};

void say(std::vector<std::string>& lines, std::size_t count, const std::string& text) {
    if (count > 0) lines.push_back(std::to_string(count) + " " + text);
}

std::string airports_of(const std::map<std::string, std::size_t>& unplaced) {
    std::string names;
    std::size_t shown = 0;
    for (const auto& [code, count] : unplaced) {
        if (shown++ == kAirportsShown) return names + ", ...";
        names += (names.empty() ? "" : ", ") + code;
    }
    return names;
}

base::Result<void> check_not_empty(const LoadedList& loaded) {
    if (!loaded.list.flights.empty()) return {};
    std::string text = "there is no flight to play";
    for (const std::string& line : left_out(loaded.report)) text += "; " + line;
    return base::fail(base::Errc::invalid_argument, text);
}

}  // namespace

base::Result<LoadedList> load_list(
    std::span<const std::filesystem::path> files,
    const flight::AirportTable& airports,
    const ListOptions& options
) {
    const dataset::ReadOptions reading{
        .columns = options.columns, .needed = kPlayedFields, .also = kArrivalFields
    };
    FC_TRY_VOID(dataset::check_files(files, reading));
    LoadedList loaded;
    const double weight = 1 / static_cast<double>(files.size());
    for (std::size_t i = 0; i < files.size(); ++i) {
        FC_TRY(dataset::FlightFile file, dataset::FlightFile::open(files[i], reading));
        loaded.report.readings.push_back(file.name() + ": " + file.layout()->description());
        for (const std::string& note : file.layout()->notes()) {
            loaded.report.readings.push_back(file.name() + ": " + note);
        }
        FC_TRY_VOID(
            ListFile(loaded, airports, options).read(file, weight * static_cast<double>(i), weight)
        );
    }
    FC_TRY_VOID(check_not_empty(loaded));
    loaded.report.repeated = loaded.list.arrange();
    return loaded;
}

std::vector<std::string> left_out(const ListReport& report) {
    std::vector<std::string> lines;
    say(lines, report.without_delays, "flights without delays are left out");
    say(lines, report.without_departure_time, "flights without CRSDepTime are left out");
    say(lines,
        report.airport_numbers,
        "flights are left out that name airports by number ('14747'), not by code ('SEA')");
    std::size_t unplaced = 0;
    for (const auto& [code, count] : report.unplaced) unplaced += count;
    say(lines,
        unplaced,
        "times at airports of unknown time zone, whose flights are left out: " +
            airports_of(report.unplaced));
    say(lines, report.repeated, "flights stand in the files more than once and are played once");
    say(lines, report.bad_rows, "bad rows are left out, the first: " + report.first_bad);
    return lines;
}

}  // namespace flightcast::replay
