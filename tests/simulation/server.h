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
#include "faulty_log.h"
#include "flight/topic_set.h"
#include "gateway/delivery/deliveries.h"
#include "gateway/delivery/follower.h"
#include "pipeline/pipeline.h"
#include "simulation.h"
#include "stages/stage_table.h"
#include "store/outcome_store.h"

namespace flightcast::simulation {

inline const stages::Names kNames{
    .topics = {.request = "requests", .response = "responses", .dead_letter = "dead-letters"},
    .scorer_group = "scorer",
    .archiver_group = "archiver"
};

// The parts that outlive a crash.
struct Disk {
    eventlog::memory::MemoryStorage& log;
    store::OutcomeStore& store;
    base::ManualClock& clock;
    base::Random& random;
    std::size_t cache_bytes;  // of each server's outcome cache
    Shape shape;
};

// One life of the server: the stages of the program's table on their workers, and the deliveries of
// its gateway, without threads and sockets. On an embedded log that is one process, which commits
// the log; on a distant one there are two processes with stages, and the log works by itself.
class Server {
  public:
    using OnDelivery =
        std::function<void(gateway::delivery::ClientId, const gateway::delivery::SharedOutcome&)>;

    Server(Disk disk, Bug bug, OnDelivery on_delivery);
    ~Server();

    // Runs one part of the server, chosen at random. True when it had something to do.
    bool step_something();

    // Runs everything until nothing is left to do in the next second.
    void settle();

    // Ends a process with stages without a word, and starts another in its place.
    void restart_process();

    void append(std::string value, std::string key, eventlog::Done done);
    [[nodiscard]] gateway::delivery::Deliveries& deliveries() { return *deliveries_; }

  private:
    struct Sink;

    void start_process(std::size_t index);
    void follow_outcomes(OnDelivery on_delivery);
    bool step_follower();
    bool answer_look_up();
    [[nodiscard]] std::vector<pipeline::Worker*> workers() const;

    Disk disk_;
    std::unique_ptr<eventlog::local::LocalLog> log_;
    FaultyLog seen_log_;  // as the processes see it
    std::unique_ptr<eventlog::Writer> writer_;
    std::vector<std::unique_ptr<pipeline::Pipeline>> processes_;
    std::unique_ptr<Sink> sink_;
    std::optional<gateway::delivery::Deliveries> deliveries_;
    std::optional<gateway::delivery::Follower> follower_;
};

}  // namespace flightcast::simulation
