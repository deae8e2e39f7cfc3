// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/distance_refresher.h"

#include <algorithm>
#include <utility>

namespace flightcast::store::mongo {

using base::Errc;
using base::Result;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kRetryMin = std::chrono::seconds(1);
constexpr milliseconds kRetryMax = std::chrono::seconds(30);

}  // namespace

Result<std::unique_ptr<DistanceRefresher>> DistanceRefresher::start(
    const MongoOptions& options, flight::ActiveRoutes& routes, milliseconds every
) {
    FC_TRY(auto distances, MongoDistances::open(options));
    return std::unique_ptr<DistanceRefresher>(
        new DistanceRefresher(std::move(distances), options.warn, routes, every)
    );
}

DistanceRefresher::DistanceRefresher(
    std::unique_ptr<MongoDistances> distances,
    std::function<void(const std::string&)> warn,
    flight::ActiveRoutes& routes,
    milliseconds every
)
    : distances_(std::move(distances)),
      warn_(std::move(warn)),
      routes_(routes),
      every_(every),
      ready_(base::fail(Errc::unavailable, "MongoDB has not been asked for distances yet")),
      thread_([this] { run(); }) {}

DistanceRefresher::~DistanceRefresher() {
    {
        const std::lock_guard lock(mutex_);
        closing_ = true;
    }
    condition_.notify_all();
    thread_.join();
}

Result<void> DistanceRefresher::ready() const {
    const std::lock_guard lock(mutex_);
    return ready_;
}

void DistanceRefresher::run() {
    milliseconds retry = kRetryMin;
    while (true) {
        milliseconds wait = every_;
        if (refresh()) {
            retry = kRetryMin;
        } else {
            wait = std::min(retry, every_);
            retry = std::min(2 * retry, kRetryMax);
        }
        std::unique_lock lock(mutex_);
        if (condition_.wait_for(lock, wait, [this] { return closing_; })) return;
    }
}

// Whether the server answered.
bool DistanceRefresher::refresh() {
    Result<MongoDistances::Table> table = distances_->read();
    if (table) {
        routes_.replace(std::move(table->routes));
        tell(
            table->passed_over == 0
                ? ""
                : std::to_string(table->passed_over) + " documents of the distances are no routes"
        );
    } else {
        tell(table.error().detail);
    }
    const bool answered = table || table.error().code != Errc::unavailable;
    const std::lock_guard lock(mutex_);
    if (answered) {
        ready_ = {};
    } else if (!ready_) {
        ready_ = std::unexpected(table.error());
    }
    return answered;
}

void DistanceRefresher::tell(const std::string& trouble) {
    if (trouble == std::exchange(told_, trouble) || !warn_) return;
    warn_(trouble.empty() ? "the distances are read again" : trouble + "; those known are used");
}

}  // namespace flightcast::store::mongo
