// SPDX-License-Identifier: Apache-2.0
#include "app/arrivals/import_run.h"

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "app/cli/data_flags.h"
#include "app/replay/log_place.h"
#include "app/replay/replay_progress.h"
#include "app/replay/server_access.h"
#include "arrival/arrival_json.h"
#include "base/clock.h"
#include "models/bundled.h"
#include "replay/targets/http_target.h"
#include "replay/targets/log_appender.h"
#include "replay/targets/report_of.h"

namespace flightcast::app::arrivals {

namespace core = flightcast::replay;
namespace targets = flightcast::replay::targets;
using arrival::Arrival;
using base::Result;

namespace {

constexpr std::size_t kTogether = 1'000;

// Takes reports; returns when they are durable.
using TakeReports = std::function<Result<void>(std::span<const Arrival>)>;

// Where reports go, and all that this needs.
struct Place {
    std::optional<replay::LogPlace> log;
    std::unique_ptr<targets::LogAppender> appender;
    std::unique_ptr<targets::HttpClient> client;
    TakeReports take;
};

Result<void> open_server(
    Place& place,
    const std::string& url,
    const options::ServeOptions& serve,
    const base::Clock& clock,
    std::stop_token stop
) {
    FC_TRY(const replay::ServerAccess access, replay::access_to(url, serve));
    FC_TRY(
        place.client,
        targets::HttpClient::open(
            access.server, {.token = access.admin_token, .stop = std::move(stop)}, clock
        )
    );
    place.take = [client = place.client.get()](std::span<const Arrival> reports) {
        return targets::post_arrivals(*client, reports);
    };
    return {};
}

Result<void> open_log(
    Place& place, const options::ServeOptions& serve, const base::Clock& clock, std::stop_token stop
) {
    FC_TRY(place.log, replay::LogPlace::open(serve, clock));
    FC_TRY(
        place.appender,
        targets::LogAppender::open(place.log->log(), std::chrono::minutes(1), std::move(stop))
    );
    place.take = [appender = place.appender.get(),
                  topic = serve.topics().arrival](std::span<const Arrival> reports) {
        std::vector<eventlog::NewRecord> records;
        for (const Arrival& report : reports) {
            records.push_back(targets::record_of(topic, report));
        }
        return appender->append(records);
    };
    return {};
}

Arrival report_of(
    const core::FlightList& list, const core::PlannedReport& planned, const ImportOptions& options
) {
    Arrival report = targets::arrival_of(list, planned);
    report.source = options.source;
    if (!options.report_lag) report.reported_at.reset();
    if (options.times == Times::none) {
        report.departed_at.reset();
        report.arrived_at.reset();
        report.reported_at.reset();
    }
    return report;
}

void count(const core::FlightList& list, const core::PlannedReport& planned, Imported& imported) {
    ++imported.reports;
    switch (list.flights[planned.flight].fate) {
        case core::Fate::landed:
            ++imported.landed;
            break;
        case core::Fate::diverted:
            ++imported.diverted;
            break;
        case core::Fate::cancelled:
            ++imported.cancelled;
            break;
    }
}

Result<Imported> hand_over(
    const core::FlightList& list,
    const ImportOptions& options,
    const TakeReports& take,
    const std::stop_token& stop
) {
    Imported imported;
    std::vector<Arrival> waiting;
    core::Planner planner(
        list, {.report_lag = options.report_lag.value_or(std::chrono::seconds(0))}
    );
    while (const auto step = planner.next()) {
        for (const core::PlannedReport& planned : step->arrivals) {
            waiting.push_back(report_of(list, planned, options));
            count(list, planned, imported);
        }
        if (waiting.size() < kTogether) continue;
        if (stop.stop_requested()) {
            return base::fail(
                base::Errc::closed, "interrupted; the same command may be given again"
            );
        }
        FC_TRY_VOID(take(waiting));
        waiting.clear();
    }
    FC_TRY_VOID(take(waiting));
    return imported;
}

}  // namespace

Result<Imported> import_arrivals(
    ImportOptions options, const options::ServeOptions& serve, const std::stop_token& stop
) {
    const base::SystemClock clock;
    replay::ReplayProgress progress(clock);
    cli::say_repeated(options.data);
    options.list.stop = stop;
    options.list.on_progress = [&](std::size_t flights, double share) {
        progress.read(flights, share);
    };
    FC_TRY(const flight::AirportTable airports, models::load_airports());
    FC_TRY(const core::LoadedList loaded, core::load_list(options.data, airports, options.list));
    for (const std::string& line : loaded.report.readings) progress.say(line);
    for (const std::string& line : core::left_out(loaded.report)) progress.say("note: " + line);
    Place place;
    FC_TRY_VOID(
        options.url.empty() ? open_log(place, serve, clock, stop)
                            : open_server(place, options.url, serve, clock, stop)
    );
    auto imported = hand_over(loaded.list, options, place.take, stop);
    progress.finish();
    return imported;
}

}  // namespace flightcast::app::arrivals
