// SPDX-License-Identifier: Apache-2.0
//
// librdkafka asks for partitions back in a callback during poll(), and waits until it is told that
// they are let go. That is done at once when nothing is under way, else in a later poll.
#include "eventlog/kafka/group_member.h"

#include <algorithm>
#include <thread>
#include <utility>

#include "base/limits.h"
#include "eventlog/kafka/acknowledged_publisher.h"
#include "eventlog/kafka/join_log.h"
#include "eventlog/kafka/partition_lists.h"
#include "eventlog/kafka/settings.h"
#include "eventlog/kafka/transactions.h"

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::fail;
using base::Result;

namespace {

using namespace std::chrono_literals;

constexpr auto kCommitPatience = 5s;  // for positions to arrive, before partitions are let go
constexpr auto kLeavePatience = 2s;   // for the group to be told; a broker may be away
constexpr auto kLeaveCheck = 5ms;

bool is_member(rd_kafka_t& client) {
    char* const id = rd_kafka_memberid(&client);
    const bool has_id = id != nullptr && *id != '\0';
    if (id != nullptr) rd_kafka_mem_free(&client, id);
    return has_id;
}

}  // namespace

GroupMember::GroupMember(const LogParts& parts)
    : ClientEvents(parts.trouble),
      parts_(parts),
      places_(std::make_shared<LostPlaces>(parts.trouble, start_of_new_groups(parts.options))) {}

Result<std::unique_ptr<GroupReader>> GroupMember::join(
    const LogParts& parts, const GroupOptions& options
) {
    FC_TRY(const std::vector<TopicPartition> all, look_up_partitions(parts, options.topics));
    auto member = std::make_unique<GroupMember>(parts);
    FC_TRY_VOID(member->open(options));
    return member;
}

Result<void> GroupMember::open(const GroupOptions& options) {
    topics_ = options.topics;
    OwnSettings own = {{"group.id", options.group}};
    if (!options.instance_id.empty()) own.emplace_back("group.instance.id", options.instance_id);
    if (must_watch_joining()) {
        const auto wanted = parts_.options.settings.find("debug");
        const bool is_set = wanted != parts_.options.settings.end();
        own.emplace_back("debug", debug_for_joining(is_set ? wanted->second : ""));
    }
    FC_TRY(ConfHandle conf, make_conf(parts_.options, Role::group_member, own));
    FC_TRY(consumer_, Consumer::open(std::move(conf), *this));
    FC_TRY_VOID(choose_publisher(options));
    std::vector<TopicPartition> topics;
    for (const std::string& topic : options.topics) {
        topics.push_back({topic, PartitionId(RD_KAFKA_PARTITION_UA)});
    }
    const rd_kafka_resp_err_t code =
        rd_kafka_subscribe(&consumer_->client(), list_of(topics).get());
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return std::unexpected(trouble().explain(code, "joining group '" + options.group + "'"));
    }
    parts_.housekeeper.add_reader(consumer_->slot(), places_);
    return {};
}

Result<void> GroupMember::choose_publisher(const GroupOptions& options) {
    rd_kafka_t& consumer = consumer_->client();
    if (parts_.options.delivery == Delivery::at_least_once) {
        publisher_ =
            std::make_unique<AcknowledgedPublisher>(parts_, consumer, progress_, consumer_->slot());
        return {};
    }
    if (options.instance_id.empty()) {
        return fail(Errc::invalid_argument, "exactly-once needs a name for this instance");
    }
    const std::string id = options.group + "." + options.instance_id;
    FC_TRY(publisher_, Transactions::open(parts_, id, consumer, progress_, consumer_->slot()));
    return {};
}

GroupMember::~GroupMember() {
    if (!consumer_) return;
    is_closing_ = true;
    if (publisher_) publisher_->finish();
    if (was_assigned_ && !fenced_ && !has_all_partitions()) leave();
    consumer_->close();
    if (!was_assigned_) consumer_->leave_client();
}

bool GroupMember::has_all_partitions() const {
    std::int32_t all = 0;
    for (const std::string& topic : topics_) {
        all += parts_.directory.partitions_of(topic).value_or(0);
    }
    return std::cmp_greater_equal(progress_->partitions().size(), all);
}

// Closing would leave the member's place to nobody until its session ends. librdkafka tells the
// group only of a static member that leaves before it closes, and after its partitions are let go.
void GroupMember::leave() {
    rd_kafka_t& client = consumer_->client();
    if (rd_kafka_unsubscribe(&client) != RD_KAFKA_RESP_ERR_NO_ERROR) return;
    const auto nothing = [](const TopicPartition&, Offset) { return false; };
    const base::SteadyTime deadline = parts_.clock.steady_now() + kLeavePatience;
    while (is_member(client) && parts_.clock.steady_now() < deadline) {
        static_cast<void>(consumer_->poll(base::limits::kPollRecordsMax, nothing));
        std::this_thread::sleep_for(kLeaveCheck);
    }
}

Result<void> GroupMember::check_place() {
    if (fenced_) return std::unexpected(*fenced_);
    return {};
}

Result<std::vector<Record>> GroupMember::poll(std::size_t records_max) {
    FC_TRY_VOID(check_place());
    release_held();
    const auto admit = [this](const TopicPartition& at, Offset offset) {
        return progress_->admit(at, offset);
    };
    Result<std::vector<Record>> records = consumer_->poll(records_max, admit);
    if (!records && records.error().code == Errc::fenced) fenced_ = records.error();
    progress_->is_reading = !records || !records->empty();
    if (records && (held_ || !lost_.empty())) {
        // What came before the callback in the same poll is another member's now.
        std::erase_if(*records, [this](const Record& record) {
            return !progress_->owns(record.at);
        });
        progress_->is_reading = true;
    }
    lost_.clear();
    find_places();
    return records;
}

// What could not be gone on at stays found, and the next poll tries again.
void GroupMember::find_places() {
    const Result<void> moved = go_on_at(places_->found());
    if (!moved) trouble().note(RD_KAFKA_RESP_ERR__STATE, moved.error().detail);
}

std::vector<Position> GroupMember::positions() const {
    std::vector<Position> positions;
    for (const TopicPartition& at : progress_->partitions()) {
        const auto known = consumer_->positions().find(at);
        const bool is_known = known != consumer_->positions().end();
        positions.push_back({at, is_known ? known->second : Offset(0)});
    }
    return positions;
}

void GroupMember::rebalanced(
    rd_kafka_resp_err_t what, const rd_kafka_topic_partition_list_t& partitions
) {
    if (what == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
        was_assigned_ = true;
        take_over(partitions);
        return;
    }
    if (what != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
        trouble().note(what, "the group could not share its partitions");
        held_.reset();
        lost_ = progress_->partitions();
        for (const TopicPartition& at : lost_) places_->forget(at);
        progress_->released(lost_);
        rd_kafka_assign(&consumer_->client(), nullptr);
        return;
    }
    // Whoever has them by now does not wait for us; and when we close, nobody polls again.
    if (is_closing_ || rd_kafka_assignment_lost(&consumer_->client()) != 0) {
        held_.reset();
        give_up(partitions);
        return;
    }
    held_.reset(rd_kafka_topic_partition_list_copy(&partitions));
    held_until_ = parts_.clock.steady_now() + parts_.options.accept_timeout + kCommitPatience;
    progress_->hold(partitions_of(partitions));
    release_held();
}

void GroupMember::committed(
    rd_kafka_resp_err_t code, const rd_kafka_topic_partition_list_t& positions
) {
    publisher_->committed(code, positions_of(positions));
}

void GroupMember::lost(const TopicPartition& at, std::optional<Offset> place) {
    places_->lost(at, place);
    if (place) parts_.housekeeper.hurry();
}

void GroupMember::logged(std::string_view facility, std::string_view line) {
    const std::optional<bool> joining = joining_after(facility, line);
    if (joining) progress_->is_joining = *joining;
}

void GroupMember::take_over(const rd_kafka_topic_partition_list_t& partitions) {
    for (const TopicPartition& at : partitions_of(partitions)) {
        consumer_->forget(at);
        places_->forget(at);
    }
    progress_->assigned(partitions_of(partitions));
    const ErrorHandle error(rd_kafka_incremental_assign(&consumer_->client(), &partitions));
    if (error) trouble().note(rd_kafka_error_code(error.get()), rd_kafka_error_string(error.get()));
}

void GroupMember::give_up(const rd_kafka_topic_partition_list_t& partitions) {
    const std::vector<TopicPartition> gone = partitions_of(partitions);
    for (const TopicPartition& at : gone) places_->forget(at);
    progress_->released(gone);
    lost_.insert(lost_.end(), gone.begin(), gone.end());
    const ErrorHandle error(rd_kafka_incremental_unassign(&consumer_->client(), &partitions));
    if (error) trouble().note(rd_kafka_error_code(error.get()), rd_kafka_error_string(error.get()));
}

// The others begin where the group's positions are, so these must have arrived.
void GroupMember::release_held() {
    if (!held_) return;
    const bool is_over = progress_->held_are_settled() && publisher_->settle();
    if (is_over || parts_.clock.steady_now() > held_until_) give_up(*std::exchange(held_, nullptr));
}

Result<void> GroupMember::publish(
    std::vector<NewRecord> outputs, std::vector<Position> consumed, Done done
) {
    FC_TRY_VOID(check_place());
    FC_TRY_VOID(check_records(parts_, outputs));
    FC_TRY(
        const Publisher::Publish publish, progress_->begin(std::move(consumed), std::move(done))
    );
    Result<void> sent = publisher_->publish(std::move(outputs), publish);
    if (!sent) progress_->abandon(publish);
    return sent;
}

Result<void> GroupMember::rewind() {
    FC_TRY_VOID(check_place());
    std::vector<Position> targets = progress_->rewind();
    if (held_) give_up(*std::exchange(held_, nullptr));
    FC_TRY_VOID(go_on_at(std::move(targets)));
    progress_->is_reading = true;
    return {};
}

// Takes the partitions away from librdkafka's hands and gives them back with the positions to go on
// at. Seeking would do as well, but where a broker is away it may time out with nothing done.
Result<void> GroupMember::go_on_at(std::vector<Position> positions) {
    std::erase_if(positions, [this](const Position& position) {
        return !progress_->owns(position.at);
    });
    if (positions.empty()) return {};
    const PartitionsHandle list = list_of(positions);
    // An error here means that an earlier try came only so far: then assigning is what is left.
    const ErrorHandle taken(rd_kafka_incremental_unassign(&consumer_->client(), list.get()));
    const ErrorHandle given(rd_kafka_incremental_assign(&consumer_->client(), list.get()));
    if (given) {
        return std::unexpected(
            trouble().explain(rd_kafka_error_code(given.get()), "going back to where it began")
        );
    }
    for (const Position& position : positions) {
        places_->forget(position.at);
        if (position.next.value() >= 0) consumer_->set_position(position);
    }
    return {};
}

}  // namespace flightcast::eventlog::kafka
