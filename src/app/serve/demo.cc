// SPDX-License-Identifier: Apache-2.0
#include "app/serve/demo.h"

#include <array>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <optional>
#include <utility>

#include "assets/assets.h"
#include "base/random.h"
#include "models/bundled.h"
#include "replay/fingerprint.h"
#include "replay/list_loader.h"
#include "replay/player.h"
#include "replay/targets/log_target.h"

namespace flightcast::app::serve {

using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::string_view kAsset = "data/demo_week.csv.gz";
constexpr const char* kFile = "demo_week.csv.gz";
constexpr double kSpeed = 600;

// The flights as a file, which is how they are read; left there for whoever wants to look at them.
Result<std::filesystem::path> write_flights(const std::filesystem::path& folder) {
    const auto bytes = assets::find(kAsset);
    if (!bytes) {
        return fail(
            Errc::not_found, "this program was built without its demo week: build it again"
        );
    }
    std::filesystem::path path = folder / kFile;
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(bytes->data(), static_cast<std::streamsize>(bytes->size()));
    file.close();
    if (!file) return fail(Errc::io, path.string() + ": cannot write the flights of the demo");
    return path;
}

bool wait_until(base::SteadyTime due, const base::Clock& clock, const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    const auto rest = due - clock.steady_now();
    if (rest.count() > 0) never.wait_for(lock, stop, rest, [] { return false; });
    return !stop.stop_requested();
}

}  // namespace

Demo::Demo(DemoParts parts)
    : parts_(std::move(parts)), thread_([this](const std::stop_token& stop) { run(stop); }) {}

Demo::~Demo() = default;

void Demo::run(const std::stop_token& stop) const {
    const Result<void> played = play(stop);
    if (played) {
        parts_.logger.info("the demo week is over; the next start plays it again");
    } else if (!stop.stop_requested()) {
        parts_.logger.warning("the demo ended early", {{"reason", played.error().detail}});
    }
}

Result<void> Demo::play(const std::stop_token& stop) const {
    FC_TRY(const std::filesystem::path path, write_flights(parts_.folder));
    FC_TRY(const flight::AirportTable airports, models::load_airports());
    FC_TRY(const flight::RouteTable routes, models::load_routes());
    const std::array files = {path};
    FC_TRY(const replay::LoadedList loaded, replay::load_list(files, airports, {.stop = stop}));
    const replay::PlayOptions options{.plan = {}, .speed = kSpeed, .stop = stop};
    const std::string fingerprint = replay::fingerprint_of(loaded.list, options.plan, "demo");
    base::SystemRandom random;
    FC_TRY(
        replay::PositionFile position,
        replay::PositionFile::open(
            parts_.folder / "demo.position", fingerprint, base::Uuid::random(random)
        )
    );
    FC_TRY(
        const auto target,
        replay::targets::LogTarget::open(
            {.list = loaded.list,
             .log = parts_.log,
             .routes = routes,
             .topics = parts_.topics,
             .zone = parts_.zone,
             .run = position.run(),
             .stop = stop}
        )
    );
    parts_.logger.info(
        "the demo plays a real week, 14 to 20 April 2008, 600 times as fast; see /performance",
        {{"flights", loaded.list.flights.size()}}
    );
    FC_TRY_VOID(
        replay::play(
            {.list = loaded.list,
             .target = *target,
             .position = position,
             .clock = parts_.clock,
             .wait_until =
                 [&](base::SteadyTime due) { return wait_until(due, parts_.clock, stop); }},
            options
        )
    );
    position.remove();
    return {};
}

}  // namespace flightcast::app::serve
