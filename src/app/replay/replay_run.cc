// SPDX-License-Identifier: Apache-2.0
#include "app/replay/replay_run.h"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <system_error>
#include <utility>

#include "app/cli/data_flags.h"
#include "app/cli/time_zone_flag.h"
#include "app/replay/log_place.h"
#include "app/replay/replay_progress.h"
#include "app/replay/server_access.h"
#include "base/random.h"
#include "models/bundled.h"
#include "replay/fingerprint.h"
#include "replay/targets/http_target.h"
#include "replay/targets/log_target.h"

namespace flightcast::app::replay {

namespace core = flightcast::replay;
using base::Result;

namespace {

// Minutes of flights between two waits for the disk, at full speed: after a power cut they are
// played again.
constexpr std::size_t kStepsAFlush = 64;

// Waits for moments and for the wish to stop.
class Pause {
  public:
    explicit Pause(const base::Clock& clock, std::stop_token stop)
        : clock_(clock), stop_(std::move(stop)) {}

    bool until(base::SteadyTime due) {
        std::unique_lock lock(mutex_);
        const auto rest = due - clock_.steady_now();
        if (rest > std::chrono::microseconds(0)) {
            wake_.wait_for(lock, stop_, rest, [] { return false; });
        }
        return !stop_.stop_requested();
    }

  private:
    const base::Clock& clock_;
    const std::stop_token stop_;
    std::mutex mutex_;
    std::condition_variable_any wake_;
};

// The place that is played into, and all that it needs.
struct Stage {
    std::optional<LogPlace> place;  // none for a server
    flight::RouteTable routes;
    std::unique_ptr<core::Target> target;
};

// All that a replay is made of, once the flights are read.
struct Replay {
    const ReplayOptions& options;
    const options::ServeOptions& serve;
    const core::FlightList& list;
    const base::Clock& clock;
    std::stop_token stop;
};

Result<void> open_http(Stage& stage, const Replay& replay, const std::string& run) {
    namespace targets = core::targets;
    FC_TRY(const ServerAccess access, access_to(replay.options.url, replay.serve));
    FC_TRY(
        auto client,
        targets::HttpClient::open(
            access.server, {.token = access.token, .stop = replay.stop}, replay.clock
        )
    );
    FC_TRY(
        auto admin,
        targets::HttpClient::open(
            access.server, {.token = access.admin_token, .stop = replay.stop}, replay.clock
        )
    );
    stage.target = std::make_unique<targets::HttpTarget>(
        replay.list, std::move(client), std::move(admin), run
    );
    return {};
}

Result<void> open_log_target(Stage& stage, const Replay& replay, const std::string& run) {
    FC_TRY(const flight::TimeZone zone, cli::find_time_zone(replay.serve.timezone));
    FC_TRY(stage.routes, models::load_routes());
    FC_TRY(
        stage.target,
        core::targets::LogTarget::open(
            {.list = replay.list,
             .log = stage.place->log(),
             .routes = stage.routes,
             .topics = replay.serve.topics(),
             .zone = zone,
             .run = run,
             .steps_a_flush = replay.options.play.speed ? 1 : kStepsAFlush,
             .stop = replay.stop}
        )
    );
    return {};
}

Result<core::PositionFile> open_position(const Replay& replay) {
    const std::string where = !replay.options.url.empty() ? replay.options.url
                              : !replay.serve.kafka.empty()
                                  ? replay.serve.kafka
                                  : "model " + replay.serve.model.string();
    const std::string fingerprint =
        core::fingerprint_of(replay.list, replay.options.play.plan, where);
    std::filesystem::path path = replay.options.position;
    std::error_code failed;
    if (path.empty()) {
        const std::filesystem::path folder = replay.serve.data_folder();
        std::filesystem::create_directories(folder, failed);
        path = folder / ("replay-" + fingerprint + ".position");
    }
    if (replay.options.restart) std::filesystem::remove(path, failed);
    base::SystemRandom random;
    return core::PositionFile::open(path, fingerprint, base::Uuid::random(random));
}

Result<core::LoadedList> load(ReplayOptions& options, ReplayProgress& progress) {
    FC_TRY(const flight::AirportTable airports, models::load_airports());
    options.list.on_progress = [&](std::size_t flights, double share) {
        progress.read(flights, share);
    };
    FC_TRY(auto loaded, core::load_list(options.data, airports, options.list));
    const core::ListReport& report = loaded.report;
    for (const std::string& line : report.readings) progress.say(line);
    progress.say(
        std::to_string(report.landed) + " flights landed, " + std::to_string(report.diverted) +
        " were diverted, " + std::to_string(report.cancelled) + " cancelled"
    );
    for (const std::string& line : core::left_out(report)) progress.say("note: " + line);
    if (report.estimated > 0) {
        progress.say(
            "note: " + std::to_string(report.estimated) +
            " landings follow from the distance, since the files do not tell them"
        );
    }
    return loaded;
}

Result<core::Played> play_list(const Replay& replay, ReplayProgress& progress) {
    // The folder is locked first: the position in it belongs to one process.
    Stage stage;
    if (replay.options.url.empty()) {
        FC_TRY(stage.place, LogPlace::open(replay.serve, replay.clock));
    }
    FC_TRY(core::PositionFile position, open_position(replay));
    if (position.steps_done() > 0) {
        progress.say(
            "goes on after " + std::to_string(position.steps_done()) + " minutes of flights"
        );
    }
    FC_TRY_VOID(
        stage.place ? open_log_target(stage, replay, position.run())
                    : open_http(stage, replay, position.run())
    );
    Pause pause(replay.clock, replay.stop);
    core::PlayOptions options = replay.options.play;
    options.stop = replay.stop;
    options.on_progress = [&](const core::Progress& now) { progress.played(now); };
    FC_TRY(
        auto played,
        core::play(
            {.list = replay.list,
             .target = *stage.target,
             .position = position,
             .clock = replay.clock,
             .wait_until = [&pause](base::SteadyTime due) { return pause.until(due); }},
            options
        )
    );
    position.remove();
    return played;
}

}  // namespace

Result<core::Played> run_replay(
    ReplayOptions options, const options::ServeOptions& serve, const std::stop_token& stop
) {
    const base::SystemClock clock;
    ReplayProgress progress(clock);
    cli::say_repeated(options.data);
    options.list.stop = stop;
    FC_TRY(const core::LoadedList loaded, load(options, progress));
    auto played = play_list(
        {.options = options, .serve = serve, .list = loaded.list, .clock = clock, .stop = stop},
        progress
    );
    progress.finish();
    return played;
}

}  // namespace flightcast::app::replay
