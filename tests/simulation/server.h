// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "eventlog/local/local_log.h"
#include "eventlog/memory/memory_storage.h"
#include "gateway/delivery/deliveries.h"
#include "gateway/delivery/follower.h"
#include "scoring/archiver.h"
#include "scoring/scorer.h"
#include "scoring/stage.h"
#include "simulation.h"
#include "store/outcome_store.h"

namespace flightcast::simulation {

inline constexpr const char* kRequestTopic = "requests";
inline constexpr const char* kResponseTopic = "responses";
inline constexpr const char* kDeadLetterTopic = "dead-letters";

// What outlives a crash.
struct Disk {
    eventlog::memory::MemoryStorage& log;
    store::OutcomeStore& store;
    base::ManualClock& clock;
    base::Random& random;
    std::size_t cache_bytes;  // of each server's outcome cache
};

// One life of the server process: the real stages on the real log, without threads and sockets.
class Server {
  public:
    using OnDelivery =
        std::function<void(gateway::delivery::ClientId, const gateway::delivery::SharedOutcome&)>;

    Server(Disk disk, Bug bug, OnDelivery on_delivery);
    ~Server();

    // Runs one part of the server, chosen at random. True when it had something to do.
    bool step_something();

    // Runs everything until nothing is left to do now.
    void settle();

    // Ends a scorer without a word, and starts another in its place.
    void restart_scorer();

    void append(std::string value, std::string key, eventlog::Done done);
    [[nodiscard]] gateway::delivery::Deliveries& deliveries() { return *deliveries_; }

  private:
    struct Scorer;
    struct Sink;

    bool step_scorer(Scorer& scorer);
    bool step_archiver();
    bool step_follower();
    bool answer_look_up();
    void start_scorer(std::size_t index);

    Disk disk_;
    const Bug bug_;
    std::unique_ptr<eventlog::local::LocalLog> log_;
    std::unique_ptr<eventlog::Writer> writer_;
    std::vector<std::unique_ptr<Scorer>> scorers_;
    scoring::Archiver archiver_;
    std::unique_ptr<eventlog::GroupReader> archiver_reader_;
    std::optional<scoring::Stage> archiver_stage_;
    std::unique_ptr<eventlog::Reader> outcomes_;
    std::unique_ptr<Sink> sink_;
    std::optional<gateway::delivery::Deliveries> deliveries_;
    std::optional<gateway::delivery::Follower> follower_;
};

}  // namespace flightcast::simulation
