// SPDX-License-Identifier: Apache-2.0
//
// A reader, its client, the thread that asks questions for it, and, for transactions, the one that
// steps through them.
#include "eventlog/kafka/hosted.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "base/limits.h"
#include "eventlog/kafka/asker.h"
#include "eventlog/kafka/client/settings.h"
#include "eventlog/kafka/consumer/consumer.h"
#include "eventlog/kafka/serving.h"
#include "eventlog/kafka/transaction_client.h"
#include "eventlog/membership/appender.h"
#include "eventlog/membership/member.h"
#include "eventlog/membership/plain.h"
#include "eventlog/membership/scoped_standing.h"
#include "eventlog/membership/transactions.h"

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::fail;
using base::Result;
using base::SteadyTime;

namespace {

using namespace std::chrono_literals;

// Half of a full read: so many are a backlog, which can wait 5 ms to cost less.
constexpr std::size_t kBulkRecordsMin = base::limits::kPollRecordsMax / 2;
constexpr auto kWaitingInterval = 100ms;  // between polls while the group has to give partitions

class HostedReader final : public Reader {
  public:
    HostedReader(const LogParts& parts, std::unique_ptr<Consumer> consumer)
        : consumer_(std::move(consumer)),
          asker_(parts, *consumer_, {}),
          standing_(parts.trouble, "reader " + std::to_string(++readers)),
          serving_(parts.clock),
          reader_(*consumer_, asker_, standing_, parts.clock, [this] { serving_.hurry(); }) {}
    ~HostedReader() override { serving_.stop(); }

    Result<void> begin(const ReaderOptions& options) {
        FC_TRY_VOID(reader_.begin(options));
        serving_.start([this] { return reader_.serve([this] { consumer_->wake(); }); });
        return {};
    }
    Result<std::vector<Record>> poll(std::size_t records_max) override {
        return reader_.poll(records_max);
    }
    void on_ready(std::function<void()> wake) override { reader_.on_ready(std::move(wake)); }
    [[nodiscard]] std::vector<Position> positions() const override { return reader_.positions(); }

  private:
    inline static std::atomic<int> readers = 0;  // made so far

    const std::unique_ptr<Consumer> consumer_;
    Asker asker_;
    membership::ScopedStanding standing_;
    Serving serving_;
    membership::Plain reader_;
};

// Few records go at once, many by the producer that lets them wait for one another. That one is
// made with the first output: when there is a backlog, brokers may be in trouble, and a connection
// is better had than looked for.
class Outlet final : public membership::AppendPort {
  public:
    explicit Outlet(const LogParts& parts) : parts_(parts) {}
    Result<void> append(const std::vector<NewRecord>& records, Reports done) override {
        if (!is_made_ && !records.empty()) {
            FC_TRY_VOID(parts_.bulk.get());
            is_made_ = true;
        }
        if (records.size() < kBulkRecordsMin) return parts_.producer.send(records, std::move(done));
        FC_TRY(Producer* const bulk, parts_.bulk.get());
        return bulk->send(records, std::move(done));
    }

  private:
    const LogParts parts_;
    std::atomic<bool> is_made_ = false;
};

// The part of a member that completions reach, also after it has gone.
struct Completions {
    explicit Completions(const base::Clock& clock) : serving(clock) {}

    Serving serving;
    std::atomic<bool> is_reading = false;  // the last poll found something
};

class HostedMember final : public GroupReader {
  public:
    HostedMember(
        const LogParts& parts,
        std::unique_ptr<Consumer> consumer,
        GroupOptions group,
        std::chrono::milliseconds session
    )
        : parts_(parts),
          consumer_(std::move(consumer)),
          asker_(parts, *consumer_, group.group),
          standing_(
              parts.trouble,
              "group " + group.group,
              group.is_needed ? membership::Weight::trouble : membership::Weight::word
          ),
          outlet_(parts),
          transacting_(parts.clock) {
        make_publisher(group);
        const membership::MemberPorts ports{
            .consumer = *consumer_,
            .questions = asker_,
            .publisher = *publisher_,
            .standing = standing_,
            .clock = parts.clock,
            .pause = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); },
            .hurry = [this] { completions_->serving.hurry(); },
            .end_publishing = [this] { transacting_.stop(); },
            .check = [this](const NewRecord& record) { return check_record(parts_, record); },
        };
        member_.emplace(
            ports,
            membership::MemberOptions{
                .group = std::move(group),
                .start = start_of_new_groups(parts.options),
                .commit_interval = parts.options.commit_interval,
                .yield_patience = parts.options.accept_timeout,
                .session = session,
            },
            progress_
        );
    }
    // The member settles its last work, for which transactions are still stepped through.
    ~HostedMember() override {
        completions_->serving.stop();
        member_.reset();
    }

    Result<void> join() {
        FC_TRY_VOID(member_->join());
        completions_->serving.start([this] { return serve(); });
        if (transactions_ == nullptr) return {};
        transacting_.start([this] {
            return transactions_->step() ? SteadyTime{} : SteadyTime::max();
        });
        return {};
    }
    Result<std::vector<Record>> poll(std::size_t records_max) override {
        Result<std::vector<Record>> records = member_->poll(records_max);
        completions_->is_reading = !records || !records->empty();
        return records;
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
    Result<void> rewind() override {
        completions_->is_reading = true;
        return member_->rewind();
    }
    void end_by(SteadyTime deadline) override { member_->end_by(deadline); }

  private:
    SteadyTime serve() {
        const SteadyTime next = member_->serve([this] { consumer_->wake(); });
        if (!consumer_->is_waiting()) return next;
        consumer_->wake();
        return std::min(next, parts_.clock.steady_now() + kWaitingInterval);
    }

    // Positions are committed soon; and a reader that found something may have stopped polling
    // until the next completion, as does one that lets partitions go when that has come.
    [[nodiscard]] std::function<void(bool)> completed() {
        const SteadyTime::duration interval = parts_.options.commit_interval;
        return [done = completions_, slot = consumer_->slot(), progress = progress_, interval](
                   bool failed
               ) {
            done->serving.hurry(interval);
            if (!failed && !done->is_reading && !progress->is_held()) return;
            if (const auto reader = slot.lock()) reader->call();
        };
    }

    void make_publisher(const GroupOptions& group) {
        if (parts_.options.delivery == Delivery::at_least_once) {
            publisher_ = std::make_unique<membership::Appender>(
                outlet_,
                parts_.trouble,
                parts_.clock,
                membership::Outputs{progress_, group.set_aside, completed()}
            );
            return;
        }
        client_.emplace(parts_, *consumer_, group.group + "." + group.instance_id);
        auto made = std::make_unique<membership::Transactions>(
            *client_,
            standing_,
            membership::Outputs{progress_, group.set_aside, completed()},
            [this] { transacting_.hurry(); }
        );
        transactions_ = made.get();
        publisher_ = std::move(made);
    }

    const LogParts parts_;
    const std::unique_ptr<Consumer> consumer_;
    Asker asker_;
    membership::ScopedStanding standing_;
    Outlet outlet_;
    const std::shared_ptr<membership::Progress> progress_ =
        std::make_shared<membership::Progress>();
    const std::shared_ptr<Completions> completions_ = std::make_shared<Completions>(parts_.clock);
    Serving transacting_;
    std::optional<TransactionClient> client_;
    membership::Transactions* transactions_ = nullptr;
    std::unique_ptr<membership::Publisher> publisher_;
    std::optional<membership::Member> member_;
};

}  // namespace

Result<std::unique_ptr<Reader>> open_plain_reader(
    const LogParts& parts, const ReaderOptions& options
) {
    FC_TRY(
        ConfHandle conf, make_conf(parts.options, Role::plain_reader, {{"group.id", kReadersGroup}})
    );
    FC_TRY(auto consumer, Consumer::open(std::move(conf), parts.trouble));
    auto reader = std::make_unique<HostedReader>(parts, std::move(consumer));
    FC_TRY_VOID(reader->begin(options));
    return reader;
}

Result<std::unique_ptr<GroupReader>> join_as_member(const LogParts& parts, GroupOptions options) {
    FC_TRY(
        const std::vector<TopicPartition> all,
        look_up_partitions(parts.directory, options.topics, parts.options.call_timeout)
    );
    const bool has_name = !options.instance_id.empty();
    if (parts.options.delivery == Delivery::exactly_once && !has_name) {
        return fail(Errc::invalid_argument, "exactly-once needs a name for this instance");
    }
    OwnSettings own = {{"group.id", options.group}};
    if (has_name) own.emplace_back("group.instance.id", options.instance_id);
    FC_TRY(ConfHandle conf, make_conf(parts.options, Role::group_member, own));
    const std::chrono::milliseconds session = session_timeout_of(*conf);
    FC_TRY(auto consumer, Consumer::open(std::move(conf), parts.trouble));
    auto member =
        std::make_unique<HostedMember>(parts, std::move(consumer), std::move(options), session);
    FC_TRY_VOID(member->join());
    return member;
}

}  // namespace flightcast::eventlog::kafka
