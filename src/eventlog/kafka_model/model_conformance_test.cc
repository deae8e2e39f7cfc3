// SPDX-License-Identifier: Apache-2.0
//
// Goal: the model and the members on it do what every log must, in both modes.
#include <algorithm>
#include <memory>

#include "eventlog/conformance_testing.h"
#include "eventlog/kafka_model/model_log.h"

namespace flightcast::eventlog {
namespace {

using kafka_model::Cluster;
using kafka_model::ModelLog;

class ModelFixture final : public LogFixture {
  public:
    explicit ModelFixture(ModelLog::Options options) : options_(std::move(options)) { reopen(); }

    [[nodiscard]] EventLog& log() override { return *log_; }
    [[nodiscard]] bool wait_for(const std::function<bool()>& condition) override {
        for (int steps = 0; steps < 60'000; ++steps) {
            if (condition()) return true;
            cluster_.pass(std::chrono::milliseconds(1));
            log_->step();
        }
        return false;
    }
    [[nodiscard]] bool is_at_end(const Reader& reader) override {
        const std::vector<Position> positions = reader.positions();
        return !positions.empty() &&
               std::ranges::all_of(positions, [this](const Position& position) {
                   return position.next >= cluster_.log_of(position.at)->end();
               });
    }
    void reopen() override {
        log_.reset();
        log_ = std::make_unique<ModelLog>(cluster_, options_);
    }

  private:
    const ModelLog::Options options_;
    base::ManualClock clock_;
    Cluster cluster_{clock_, 1};
    std::unique_ptr<ModelLog> log_;
};

std::unique_ptr<LogFixture> make_at_least_once() {
    return std::make_unique<ModelFixture>(ModelLog::Options{});
}

std::unique_ptr<LogFixture> make_exactly_once() {
    return std::make_unique<ModelFixture>(ModelLog::Options{.exactly_once = true});
}

INSTANTIATE_TEST_SUITE_P(AtLeastOnce, EventLogConformance, testing::Values(make_at_least_once));
INSTANTIATE_TEST_SUITE_P(ExactlyOnce, EventLogConformance, testing::Values(make_exactly_once));

}  // namespace
}  // namespace flightcast::eventlog
