// SPDX-License-Identifier: Apache-2.0
#include "app/evaluate/judged_flights.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "flight/airports/airport_table.h"
#include "models/bundled.h"
#include "replay/list_loader.h"
#include "timeline/online_table.h"

namespace flightcast::app::evaluate {
namespace {

base::Result<JudgedFlights> load_static(const EvaluateOptions& options) {
    FC_TRY(dataset::LoadedFlights loaded, dataset::load_flights(options.data, options.load));
    return JudgedFlights{
        .table = std::move(loaded.table), .of_models = {}, .reports = std::move(loaded.reports)
    };
}

base::Result<replay::LoadedList> load_timed(
    const EvaluateOptions& options, const flight::AirportTable& airports
) {
    std::vector<std::filesystem::path> files = options.data;
    files.insert(files.end(), options.history.begin(), options.history.end());
    const replay::ListOptions reading{
        .columns = options.load.columns,
        .bad_rows_max = options.load.bad_rows_max,
        .stop = options.load.stop
    };
    return replay::load_list(files, airports, reading);
}

base::Result<JudgedFlights> load_online(
    const EvaluateOptions& options, std::span<const features::Predictor> models
) {
    FC_TRY(flight::AirportTable loaded_airports, models::load_airports());
    const auto airports = std::make_shared<const flight::AirportTable>(std::move(loaded_airports));
    FC_TRY(replay::LoadedList loaded, load_timed(options, *airports));
    FC_TRY(timeline::OnlineTable rows, timeline::table_of(loaded.list, options.data.size()));
    JudgedFlights flights{.table = rows.table};
    for (const features::Predictor& model : models) {
        flights.of_models.emplace_back();
        if (model.online() == nullptr) continue;
        FC_TRY_VOID(timeline::fill_online(rows, loaded.list, *model.online(), {}));
        flights.of_models.back() = rows.table;
    }
    flights.reports = std::move(loaded.report.files);
    flights.reports.resize(options.data.size());
    flights.notes = replay::left_out(loaded.report);
    return flights;
}

}  // namespace

base::Result<JudgedFlights> load_judged_flights(
    const EvaluateOptions& options, std::span<const features::Predictor> models
) {
    const bool is_online = std::ranges::any_of(models, [](const features::Predictor& model) {
        return model.online() != nullptr;
    });
    return is_online ? load_online(options, models) : load_static(options);
}

}  // namespace flightcast::app::evaluate
