// SPDX-License-Identifier: Apache-2.0
//
// Workers on the model: what a scorer does with its log, and what becomes of every request.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "eventlog/kafka_model/model_log.h"

namespace flightcast::eventlog::kafka_model {

// A process with one member that answers each record of "in" by one of "out", as scoring::Stage
// does: after any failure it goes back, once nothing is under way.
class Worker {
  public:
    Worker(Cluster& cluster, std::string name, ModelLog::Options options);
    ~Worker() { stop(); }

    void step();
    // In good order, and hurrying to be over by then.
    void stop(base::SteadyTime end_by = base::SteadyTime::max());
    // As by SIGKILL.
    void kill();
    void freeze(bool is_frozen);
    // Until it may, it only attends. REQUIRES: it has not worked yet.
    void set_may_work(bool may_work) { may_work_ = may_work; }
    [[nodiscard]] bool is_ended() const { return !member_ || has_been_fenced_; }
    [[nodiscard]] std::size_t partitions() const { return member_->positions().size(); }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] ModelLog& log() { return *log_; }
    [[nodiscard]] bool is_ready() const;

  private:
    void back_off();

    Cluster& cluster_;
    const std::string name_;
    std::unique_ptr<ModelLog> log_;
    std::unique_ptr<GroupReader> member_;
    bool is_frozen_ = false;
    bool may_work_ = true;
    bool has_been_fenced_ = false;
    bool is_waiting_ = false;
    base::SteadyTime retry_at_{};
    std::size_t in_flight_ = 0;
    bool has_failed_ = false;
};

// A cluster with the topics "in" and "out", workers, and requests of which it is known what became.
class World {
  public:
    explicit World(std::uint64_t seed, ModelLog::Options options = {}, std::int32_t partitions = 4);

    base::ManualClock clock;
    Cluster cluster;
    std::vector<std::unique_ptr<Worker>> workers;

    Worker& start(const std::string& name);
    void request(int count = 1);
    // Lets so much time go by.
    void run(std::chrono::milliseconds time);
    // ... until `condition` holds; how long that took, or nothing after `patience`.
    std::optional<std::chrono::milliseconds> run_until(
        const std::function<bool()>& condition,
        std::chrono::milliseconds patience = std::chrono::seconds(90)
    );
    // How often each request was answered, as a reader of what is committed sees it.
    [[nodiscard]] std::map<std::string, int> answers();
    [[nodiscard]] std::size_t unanswered();
    [[nodiscard]] std::size_t doubled();
    // Whether every partition is read by a member.
    [[nodiscard]] bool is_shared_out() const;
    [[nodiscard]] const std::vector<std::string>& requests() const { return requests_; }
    void forget_requests() { requests_.clear(); }

  private:
    const ModelLog::Options options_;
    std::vector<std::string> requests_;
    int last_ = 0;
};

}  // namespace flightcast::eventlog::kafka_model
