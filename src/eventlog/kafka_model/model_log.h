// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "eventlog/event_log.h"
#include "eventlog/kafka_model/cluster.h"
#include "eventlog/kafka_model/model_client.h"
#include "eventlog/membership/places.h"

namespace flightcast::eventlog::kafka_model {

// One process' log on the model: what eventlog/kafka is on a real cluster, with the same members
// and readers of eventlog/membership.
//
// Thread-safety: one thread.
class ModelLog final : public EventLog, private Admin, private membership::Standing {
  public:
    struct Options {
        bool exactly_once = false;
        membership::StartOfGroup start = membership::StartOfGroup::beginning;
        std::string protocol = "range";  // another one: that of a member of another kind
        // Called between the steps of a transaction: where other things happen.
        std::function<void(ModelLog&)> between{};
    };
    // REQUIRES: `cluster` outlives it, and it what it opens.
    ModelLog(Cluster& cluster, Options options);
    ~ModelLog() override;

    base::Result<void> reach(std::chrono::milliseconds /*patience*/) override { return {}; }
    [[nodiscard]] Condition condition() const override;
    base::Result<std::unique_ptr<Writer>> open_writer() override;
    base::Result<std::unique_ptr<Reader>> open_reader(ReaderOptions options) override;
    base::Result<std::unique_ptr<GroupReader>> join_group(GroupOptions options) override;
    [[nodiscard]] Admin& admin() override { return *this; }

    // Does what threads do in a process: completions, transactions, questions. It is chance whose
    // turn it is.
    void step();
    // Stopped by the system.
    void freeze(bool is_frozen);
    // Ends as by SIGKILL: nothing is told to anybody. What it opened must be let go after that.
    void kill();

    // Words for health, and for the log.
    [[nodiscard]] std::optional<std::string> standing(const std::string& key) const;
    [[nodiscard]] const std::vector<std::string>& told() const { return told_; }
    [[nodiscard]] const std::optional<base::Error>& fatal_error() const { return fatal_; }

  private:
    friend class Hosted;

    base::Result<CreateOutcome> create_topic(const TopicSpec& spec) override;
    base::Result<TopicDescription> describe(const std::string& topic) override;
    base::Result<std::vector<PartitionRange>> ranges(const std::string& topic) override;
    base::Result<std::vector<std::string>> topics() override;
    base::Result<std::vector<Position>> committed(
        const std::string& group, const std::vector<std::string>& topics
    ) override;
    base::Result<std::vector<Position>> positions_at(
        const std::string& topic, RecordTime time
    ) override;
    void stand(std::string_view key, std::string text) override;
    void tell(std::string text) override { told_.push_back(std::move(text)); }
    void fatal(base::Error error) override { fatal_ = std::move(error); }
    base::Result<void> check(const NewRecord& record);

    Cluster& cluster_;
    const Options options_;
    ModelAppender appender_;
    bool is_frozen_ = false;
    bool is_killed_ = false;
    std::map<std::int64_t, class Hosted*> hosted_;  // in the order in which they were opened
    std::int64_t last_hosted_ = 0;
    std::map<std::string, std::string, std::less<>> standing_;
    std::vector<std::string> told_;
    std::optional<base::Error> fatal_;
};

}  // namespace flightcast::eventlog::kafka_model
