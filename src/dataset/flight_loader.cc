// SPDX-License-Identifier: Apache-2.0
#include "dataset/flight_loader.h"

#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "dataset/bad_rows.h"
#include "dataset/flight_file.h"
#include "dataset/row/cells.h"
#include "dataset/row/flight_row.h"
#include "dataset/row/row_check.h"
#include "dataset/row/row_parser.h"

namespace flightcast::dataset {
namespace {

constexpr std::size_t kRowsPerReport = 32'768;

constexpr std::array kLearningFields = {
    FlightField::flight_date,
    FlightField::carrier,
    FlightField::origin,
    FlightField::dest,
    FlightField::dep_delay,
    FlightField::arr_delay,
    FlightField::distance,
};

enum class RowFate { kept, cancelled, diverted, without_delays, airport_numbers, bad };

// Reads the rows of one file into a table.
class FileLoader {
  public:
    FileLoader(FlightTable& table, const LoadOptions& options, FlightFile file, std::string name)
        : options_(options),
          file_(std::move(file)),
          table_(table),
          bad_rows_(options.bad_rows_max) {
        report_.file = std::move(name);
        report_.reading = file_.layout()->description();
        report_.notes = file_.layout()->notes();
        const FlightLayout& layout = *file_.layout();
        takes_numbers_ = layout.is_given(FlightField::origin) || layout.is_given(FlightField::dest);
    }

    // `before` is the part of all files that was read before this one, `weight` the part it is.
    base::Result<FileReport> load(double before, double weight) {
        std::size_t rows = 0;
        while (true) {
            FC_TRY(const std::optional<RowText> row, file_.next());
            if (!row) break;
            FC_TRY_VOID(count(read(parser_.parse(file_.layout(), row->text)), row->line));
            if (++rows % kRowsPerReport != 0) continue;
            if (options_.stop.stop_requested()) {
                return base::fail(base::Errc::closed, "interrupted");
            }
            report_progress(before + weight * file_.share_read());
        }
        report_progress(before + weight);
        report_.bad = bad_rows_.by_cause();
        report_.first_bad = bad_rows_.first();
        if (report_.kept == 0) return base::fail(base::Errc::invalid_argument, nothing_usable());
        return std::move(report_);
    }

  private:
    void report_progress(double share) const {
        if (options_.on_progress) options_.on_progress({table_.size(), share});
    }

    [[nodiscard]] std::string nothing_usable() const {
        std::string text = file_.name() +
                           " has no flight with both delays; nothing can be learned from it (it is "
                           "read as " +
                           report_.reading + ")";
        if (!report_.first_bad.empty()) return text + "; " + report_.first_bad;
        if (report_.airport_numbers > 0) {
            text +=
                "; airports are numbers: --columns Origin=NAME,Dest=NAME takes them as they are";
        }
        return text;
    }

    // Appends the flight, if it is one to learn from.
    RowFate read(const RawFlight& raw) {
        const auto row = read_row(raw);
        if (!row) return bad(row.error());
        if (row->cancelled) return RowFate::cancelled;
        if (row->diverted) return RowFate::diverted;
        if (std::isnan(row->dep_delay) || std::isnan(row->arr_delay)) {
            return RowFate::without_delays;
        }
        if (!takes_numbers_ && (is_airport_number(row->origin) || is_airport_number(row->dest))) {
            return RowFate::airport_numbers;
        }
        if (const auto fault = find_fault(*row, raw)) return bad(*fault);
        return append(*row);
    }

    RowFate append(const FlightRow& row) {
        const auto carrier = table_.carriers.intern(row.carrier);
        const auto origin = table_.airports.intern(row.origin);
        const auto dest = table_.airports.intern(row.dest);
        if (!carrier || !origin || !dest) {
            return bad({"too many names", "more than 65,535 different carriers or airports"});
        }
        table_.day.push_back(*row.day);
        table_.carrier.push_back(*carrier);
        table_.origin.push_back(*origin);
        table_.dest.push_back(*dest);
        table_.scheduled_minute.push_back(row.scheduled_minute.value_or(kNoScheduledMinute));
        table_.dep_delay.push_back(static_cast<float>(row.dep_delay));
        table_.arr_delay.push_back(static_cast<float>(row.arr_delay));
        table_.distance.push_back(static_cast<float>(row.distance));
        return RowFate::kept;
    }

    RowFate bad(RowFault fault) {
        fault_ = std::move(fault);
        return RowFate::bad;
    }

    base::Result<void> count(RowFate fate, std::size_t line) {
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
            case RowFate::airport_numbers:
                ++report_.airport_numbers;
                break;
            case RowFate::bad:
                return bad_rows_.count(file_, line, fault_);
        }
        if (table_.size() <= options_.rows_max) return {};
        return base::fail(
            base::Errc::full,
            file_.name() + ":" + std::to_string(line) + ": more than " +
                std::to_string(options_.rows_max) + " flights; train on fewer files"
        );
    }

    const LoadOptions& options_;
    FlightFile file_;
    bool takes_numbers_ = false;  // airports may be numbers, since the user said so
    RowParser parser_;
    FlightTable& table_;
    FileReport report_;
    RowFault fault_;  // of the row that was bad last
    BadRows bad_rows_;
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
    const ReadOptions reading{.columns = options.columns, .needed = kLearningFields};
    FC_TRY_VOID(check_files(files, reading));
    LoadedFlights loaded;
    const std::vector<double> weights = weights_of(files);
    double before = 0;
    for (std::size_t i = 0; i < files.size(); ++i) {
        FC_TRY(FlightFile file, FlightFile::open(files[i], reading));
        FileLoader loader(loaded.table, options, std::move(file), files[i].string());
        FC_TRY(FileReport report, loader.load(before, weights[i]));
        before += weights[i];
        loaded.reports.push_back(std::move(report));
    }
    return loaded;
}

}  // namespace flightcast::dataset
