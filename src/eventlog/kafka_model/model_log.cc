// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka_model/model_log.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "eventlog/membership/appender.h"
#include "eventlog/membership/member.h"
#include "eventlog/membership/plain.h"
#include "eventlog/membership/transactions.h"

namespace flightcast::eventlog::kafka_model {

using base::Errc;
using base::fail;
using base::Result;
using base::SteadyTime;

// A reader and what it works with, which steps instead of running threads.
class Hosted {
  public:
    Hosted(ModelLog& log, Identity identity)
        : log_(log),
          consumer_(log.cluster_, std::move(identity)),
          questions_(log.cluster_, consumer_) {
        number_ = ++log_.last_hosted_;
        log_.hosted_.emplace(number_, this);
    }
    virtual ~Hosted() { log_.hosted_.erase(number_); }
    Hosted(const Hosted&) = delete;
    Hosted& operator=(const Hosted&) = delete;

    virtual SteadyTime serve() = 0;
    virtual void step_publisher() {}

    void step() {
        step_publisher();
        if (log_.cluster_.clock().steady_now() < serve_at_) return;
        serve_at_ = SteadyTime::max();
        serve_at_ = std::min(serve_at_, serve());
    }
    ModelConsumer& consumer() { return consumer_; }

  protected:
    [[nodiscard]] std::function<void()> hurrying() {
        return [this] { serve_at_ = {}; };
    }
    [[nodiscard]] Cluster& cluster() { return log_.cluster_; }
    [[nodiscard]] membership::Standing& standing() { return log_; }
    [[nodiscard]] bool is_killed() const { return log_.is_killed_; }
    [[nodiscard]] ModelAppender& appender() { return log_.appender_; }
    [[nodiscard]] static const ModelLog::Options& options_of(const ModelLog& log) {
        return log.options_;
    }
    [[nodiscard]] const ModelLog::Options& options() const { return log_.options_; }
    [[nodiscard]] Result<void> check(const NewRecord& record) { return log_.check(record); }

    ModelLog& log_;
    std::int64_t number_ = 0;
    ModelConsumer consumer_;
    ModelQuestions questions_;
    SteadyTime serve_at_{};
};

namespace {

class HostedReader final : public Reader, private Hosted {
  public:
    HostedReader(ModelLog& log, Cluster& cluster)
        : Hosted(log, {}),
          reader_(consumer_, questions_, standing(), cluster.clock(), hurrying()) {}

    Result<void> begin(const ReaderOptions& options) { return reader_.begin(options); }
    Result<std::vector<Record>> poll(std::size_t records_max) override {
        return reader_.poll(records_max);
    }
    void on_ready(std::function<void()> wake) override { reader_.on_ready(std::move(wake)); }
    [[nodiscard]] std::vector<Position> positions() const override { return reader_.positions(); }

  private:
    SteadyTime serve() override {
        return reader_.serve([this] { consumer_.wake(); });
    }

    membership::Plain reader_;
};

class HostedMember final : public GroupReader, private Hosted {
  public:
    HostedMember(ModelLog& log, GroupOptions group)
        : Hosted(log, {group.group, group.instance_id, options_of(log).protocol}) {
        // The log hands on completions after its member has gone, too.
        const auto completed = [alive = std::weak_ptr(alive_), hurry = hurrying(), this](bool) {
            if (alive.expired()) return;
            hurry();
            consumer_.wake();
        };
        if (options().exactly_once) {
            transactions_port_.emplace(cluster(), consumer_, group.group + "." + group.instance_id);
            if (options().between) {
                transactions_port_->between = [this] { options().between(log_); };
            }
            auto made = std::make_unique<membership::Transactions>(
                *transactions_port_,
                standing(),
                membership::Outputs{progress_, group.set_aside, completed},
                [] {}
            );
            transactions_ = made.get();
            publisher_ = std::move(made);
        } else {
            publisher_ = std::make_unique<membership::Appender>(
                appender(),
                standing(),
                cluster().clock(),
                membership::Outputs{progress_, group.set_aside, completed}
            );
        }
        const membership::MemberPorts ports{
            .consumer = consumer_,
            .questions = questions_,
            .publisher = *publisher_,
            .standing = standing(),
            .clock = cluster().clock(),
            .pause =
                [this](std::chrono::milliseconds time) {
                    cluster().pass(time);
                    appender().deliver();
                    step_publisher();
                },
            .hurry = hurrying(),
            .end_publishing = [] {},
            .check = [this](const NewRecord& record) { return check(record); },
        };
        member_.emplace(
            ports,
            membership::MemberOptions{
                .group = std::move(group),
                .start = options().start,
                .commit_interval = base::limits::kKafkaCommitInterval,
                .yield_patience = std::chrono::seconds(30),
                .session = cluster().options().session_timeout,
            },
            progress_
        );
    }
    // A process that is killed says nothing.
    ~HostedMember() override {
        if (is_killed()) member_->abandon();
        member_.reset();
    }

    Result<void> join() { return member_->join(); }
    Result<std::vector<Record>> poll(std::size_t records_max) override {
        return member_->poll(records_max);
    }
    void attend() override { member_->attend(); }
    void on_ready(std::function<void()> wake) override { member_->on_ready(std::move(wake)); }
    [[nodiscard]] std::vector<Position> positions() const override { return member_->positions(); }
    [[nodiscard]] bool has_all_positions() const override { return member_->has_all_positions(); }
    Result<void> publish(
        std::vector<NewRecord> outputs, std::vector<Position> consumed, Done done
    ) override {
        return member_->publish(std::move(outputs), std::move(consumed), std::move(done));
    }
    Result<void> rewind() override { return member_->rewind(); }
    void end_by(SteadyTime deadline) override { member_->end_by(deadline); }

  private:
    SteadyTime serve() override {
        return member_->serve([this] { consumer_.wake(); });
    }
    void step_publisher() override {
        if (transactions_ != nullptr) transactions_->step();
    }

    const std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    const std::shared_ptr<membership::Progress> progress_ =
        std::make_shared<membership::Progress>();
    std::optional<ModelTransactions> transactions_port_;
    membership::Transactions* transactions_ = nullptr;
    std::unique_ptr<membership::Publisher> publisher_;
    std::optional<membership::Member> member_;
};

class ModelWriter final : public Writer {
  public:
    ModelWriter(ModelAppender& appender, std::function<Result<void>(const NewRecord&)> check)
        : appender_(appender), check_(std::move(check)) {}
    Result<void> append(std::vector<NewRecord> records, Done done) override {
        for (const NewRecord& record : records) FC_TRY_VOID(check_(record));
        const auto reported = [done = std::make_shared<Done>(std::move(done))](
                                  const std::vector<Result<void>>& reports
                              ) {
            for (const Result<void>& report : reports) {
                if (!report) return (*done)(report);
            }
            (*done)({});
        };
        return appender_.append(records, reported);
    }

  private:
    ModelAppender& appender_;
    const std::function<Result<void>(const NewRecord&)> check_;
};

}  // namespace

ModelLog::ModelLog(Cluster& cluster, Options options)
    : cluster_(cluster), options_(std::move(options)), appender_(cluster) {}

ModelLog::~ModelLog() {
    while (appender_.deliver()) {
    }
}

Condition ModelLog::condition() const {
    Condition condition{.records_in_flight = appender_.in_flight(), .trouble = {}, .fatal = fatal_};
    if (!standing_.empty()) {
        condition.trouble = base::Error{Errc::unavailable, standing_.begin()->second};
    }
    return condition;
}

Result<std::unique_ptr<Writer>> ModelLog::open_writer() {
    return std::make_unique<ModelWriter>(appender_, [this](const NewRecord& record) {
        return check(record);
    });
}

Result<std::unique_ptr<Reader>> ModelLog::open_reader(ReaderOptions options) {
    auto reader = std::make_unique<HostedReader>(*this, cluster_);
    FC_TRY_VOID(reader->begin(options));
    return reader;
}

Result<std::unique_ptr<GroupReader>> ModelLog::join_group(GroupOptions options) {
    for (const std::string& topic : options.topics) FC_TRY_VOID(describe(topic));
    auto member = std::make_unique<HostedMember>(*this, std::move(options));
    FC_TRY_VOID(member->join());
    return member;
}

Result<void> ModelLog::check(const NewRecord& record) {
    if (!cluster_.topics.contains(record.topic)) {
        return fail(Errc::not_found, "no topic '" + record.topic + "'");
    }
    if (record.bytes() > base::limits::kRecordBytesMax) {
        return fail(Errc::invalid_argument, "the record is too large");
    }
    return {};
}

void ModelLog::step() {
    if (is_frozen_ || is_killed_) return;
    if (cluster_.random().below(3) > 0) appender_.deliver();
    const std::map<std::int64_t, Hosted*> all = hosted_;
    for (const auto& [number, hosted] : all) {
        if (hosted_.contains(number) && cluster_.random().below(3) > 0) hosted->step();
    }
}

void ModelLog::freeze(bool is_frozen) {
    is_frozen_ = is_frozen;
    for (const auto& [number, hosted] : hosted_) hosted->consumer().freeze(is_frozen);
}

void ModelLog::kill() {
    is_killed_ = true;
    for (const auto& [number, hosted] : hosted_) hosted->consumer().close({});
}

std::optional<std::string> ModelLog::standing(const std::string& key) const {
    const auto known = standing_.find(key);
    if (known == standing_.end()) return std::nullopt;
    return known->second;
}

void ModelLog::stand(std::string_view key, std::string text) {
    const auto known = standing_.find(key);
    if (known != standing_.end()) standing_.erase(known);
    if (!text.empty()) standing_.emplace(key, std::move(text));
}

Result<CreateOutcome> ModelLog::create_topic(const TopicSpec& spec) {
    if (!cluster_.create(spec.name, spec.partitions)) return CreateOutcome::existed;
    cluster_.topics[spec.name].retention = spec.retention;
    return CreateOutcome::created;
}

Result<TopicDescription> ModelLog::describe(const std::string& topic) {
    FC_TRY(std::vector<PartitionRange> partitions, ranges(topic));
    const auto count = static_cast<std::int32_t>(partitions.size());
    return TopicDescription{
        {topic, count, cluster_.topics[topic].retention}, std::move(partitions)
    };
}

Result<std::vector<PartitionRange>> ModelLog::ranges(const std::string& topic) {
    const auto known = cluster_.topics.find(topic);
    if (known == cluster_.topics.end()) return fail(Errc::not_found, "no topic '" + topic + "'");
    std::vector<PartitionRange> all;
    for (const PartitionLog& log : known->second.partitions) {
        all.push_back({PartitionId(static_cast<std::int32_t>(all.size())), log.first, log.end()});
    }
    return all;
}

Result<std::vector<std::string>> ModelLog::topics() {
    std::vector<std::string> names;
    for (const auto& [name, topic] : cluster_.topics) names.push_back(name);
    return names;
}

Result<std::vector<Position>> ModelLog::committed(
    const std::string& group, const std::vector<std::string>& topics
) {
    std::vector<Position> positions;
    for (const std::string& topic : topics) FC_TRY_VOID(ranges(topic));
    for (const auto& [at, offset] : cluster_.group(group).offsets) {
        if (std::ranges::find(topics, at.topic) != topics.end()) {
            positions.push_back({at, offset.next});
        }
    }
    return positions;
}

Result<std::vector<Position>> ModelLog::positions_at(const std::string& topic, RecordTime time) {
    FC_TRY_VOID(ranges(topic));
    ModelConsumer nobody(cluster_, {});
    ModelQuestions questions(cluster_, nobody);
    FC_TRY(const std::vector<TopicPartition> all, questions.partitions({topic}));
    return questions.offsets(all, FromTime{time});
}

}  // namespace flightcast::eventlog::kafka_model
