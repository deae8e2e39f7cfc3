// SPDX-License-Identifier: Apache-2.0
#include "app/train/train_flights.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "app/train/train_log.h"
#include "features/online/fold.h"
#include "models/bundled.h"
#include "replay/list_loader.h"

namespace flightcast::app::train {
namespace {

constexpr std::size_t kOnlineDaysMin = 28;
constexpr std::size_t kOnlineFlightsADayMin = 1'000;
constexpr double kPlacedShareMin = 0.9;
constexpr const char* kLeftOut = "features of the last hours are left out: ";

base::Result<TrainFlights> load_static(const TrainOptions& options, TrainListener& listener) {
    dataset::LoadOptions load = options.load;
    load.stop = options.forest.stop;
    load.on_progress = [&](const dataset::LoadProgress& progress) { listener.read(progress); };
    FC_TRY(dataset::LoadedFlights loaded, dataset::load_flights(options.data, load));
    TrainFlights flights;
    flights.rows.table = std::move(loaded.table);
    flights.reports = std::move(loaded.reports);
    flights.features =
        options.schema.features.empty() ? static_features() : options.schema.features;
    return flights;
}

// The files to learn from, then those of earlier flights.
std::vector<std::filesystem::path> all_files(const TrainOptions& options) {
    std::vector<std::filesystem::path> files = options.data;
    files.insert(files.end(), options.history.begin(), options.history.end());
    return files;
}

base::Result<replay::LoadedList> load_timed(
    const TrainOptions& options, const flight::AirportTable& airports, TrainListener& listener
) {
    const replay::ListOptions reading{
        .columns = options.load.columns,
        .bad_rows_max = options.load.bad_rows_max,
        .flights_max = options.load.rows_max,
        .on_progress = [&](std::size_t flights, double share) { listener.read({flights, share}); },
        .stop = options.forest.stop
    };
    return replay::load_list(all_files(options), airports, reading);
}

base::Result<TrainFlights> load_online(const TrainOptions& options, TrainListener& listener) {
    TrainFlights flights;
    FC_TRY(flight::AirportTable airports, models::load_airports());
    flights.airports = std::make_shared<const flight::AirportTable>(std::move(airports));
    FC_TRY(replay::LoadedList loaded, load_timed(options, *flights.airports, listener));
    FC_TRY(flights.rows, timeline::table_of(loaded.list, options.data.size()));
    flights.reports = std::move(loaded.report.files);
    flights.reports.resize(options.data.size());
    flights.notes = replay::left_out(loaded.report);
    flights.features =
        options.schema.features.empty() ? online_features() : options.schema.features;
    flights.list = std::move(loaded.list);
    return flights;
}

void say(std::vector<std::string>& notes, std::size_t count, const std::string& text) {
    if (count > 0) notes.push_back(std::to_string(count) + " " + text);
}

TrainFlights flights_of(logged::Logged logged) {
    TrainFlights flights;
    say(flights.notes, logged.waiting, "predictions of the period have no arrival yet");
    say(flights.notes,
        logged.ambiguous,
        "predictions are left out whose arrival may be that of another flight");
    say(flights.notes,
        logged.untold,
        "flights that nobody asked about tell no departure, and teach the online features nothing");
    flights.reports.push_back(std::move(logged.report));
    flights.list = std::move(logged.list);
    return flights;
}

// Why the online set cannot be learned from the flights; empty when it can.
std::string unfit_for_online(const TrainFlights& flights) {
    const dataset::FlightTable& table = flights.rows.table;
    std::size_t flown = 0;
    for (const dataset::FileReport& report : flights.reports) {
        flown += report.kept + report.left_out_unplaced;
    }
    if (static_cast<double>(table.size()) < kPlacedShareMin * static_cast<double>(flown)) {
        return "only " + std::to_string(table.size()) + " of " + std::to_string(flown) +
               " flights have a CRSDepTime and airports of known time zones";
    }
    const std::set<dataset::Day> days(table.day.begin(), table.day.end());
    if (days.size() < kOnlineDaysMin) {
        return "there are flights of " + std::to_string(days.size()) + " days, fewer than " +
               std::to_string(kOnlineDaysMin);
    }
    const std::size_t a_day = table.size() / days.size();
    if (a_day >= kOnlineFlightsADayMin) return {};
    return "there are " + std::to_string(a_day) + " flights a day, fewer than " +
           std::to_string(kOnlineFlightsADayMin);
}

// The predictions of the log with their arrivals.
base::Result<TrainFlights> load_logged(const TrainOptions& options) {
    FC_TRY(logged::Logged logged, read_log(*options.log, options.load.rows_max));
    TrainFlights flights = flights_of(std::move(logged));
    FC_TRY(flights.rows, timeline::table_of(*flights.list, 1));
    flights.features = options.schema.features;
    const std::string fault = flights.features.empty() ? unfit_for_online(flights) : std::string();
    if (!fault.empty()) flights.notes.push_back(std::string(kLeftOut) + fault);
    if (flights.features.empty()) {
        flights.features = fault.empty() ? online_features() : static_features();
    }
    if (!are_online(flights.features)) {
        flights.list.reset();
        return flights;
    }
    FC_TRY(flight::AirportTable airports, models::load_airports());
    flights.airports = std::make_shared<const flight::AirportTable>(std::move(airports));
    return flights;
}

bool are_readable_twice(const std::vector<std::filesystem::path>& files) {
    return std::ranges::all_of(files, [](const std::filesystem::path& file) {
        std::error_code unknown;
        return std::filesystem::is_regular_file(file, unknown);
    });
}

}  // namespace

base::Result<TrainFlights> load_train_flights(
    const TrainOptions& options, TrainListener& listener
) {
    if (options.log) return load_logged(options);
    if (are_online(options.schema.features)) return load_online(options, listener);
    const std::string left_out(kLeftOut);
    if (!options.schema.features.empty()) return load_static(options, listener);
    if (!are_readable_twice(all_files(options))) {
        FC_TRY(TrainFlights flights, load_static(options, listener));
        flights.notes.push_back(left_out + "what is no file can be read only once");
        return flights;
    }
    auto online = load_online(options, listener);
    const bool is_over = !online && online.error().code == base::Errc::closed;
    const std::string fault = online ? unfit_for_online(*online) : online.error().detail;
    if (fault.empty() || is_over) return online;
    FC_TRY(TrainFlights flights, load_static(options, listener));
    flights.notes.push_back(left_out + fault);
    return flights;
}

base::Result<void> fill_online(TrainFlights& flights, const dataset::DaySplit& split) {
    if (!flights.is_online()) return {};
    return timeline::fill_online(
        flights.rows,
        *flights.list,
        features::online::Fold(flights.airports),
        {.cuts = {split.train_last, split.validate_last}, .airports = flights.airports}
    );
}

}  // namespace flightcast::app::train
