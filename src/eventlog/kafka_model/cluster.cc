// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka_model/cluster.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/hash.h"

namespace flightcast::eventlog::kafka_model {

using base::Errc;
using base::fail;
using base::Result;

Cluster::Cluster(base::ManualClock& clock, std::uint64_t seed, Options options)
    : clock_(clock), options_(options), random_(seed) {}

bool Cluster::chance(unsigned per_thousand) {
    return per_thousand > 0 && random_.below(1'000) < per_thousand;
}

void Cluster::changed() {
    const std::map<std::int64_t, Background*> all = backgrounds;
    for (const auto& [number, one] : all) {
        if (backgrounds.contains(number)) one->something_came();
    }
}

bool Cluster::create(const std::string& name, std::int32_t partitions) {
    if (topics.contains(name)) return false;
    topics[name].partitions.resize(static_cast<std::size_t>(partitions));
    return true;
}

// The leader of a group notices, unless it is one that came back under its name: then the
// coordinator still takes the member id for the leader that it had before.
void Cluster::add_partitions(const std::string& name, std::int32_t count) {
    topics.at(name).partitions.resize(static_cast<std::size_t>(count));
    for (auto& [group_name, group] : groups_) {
        const auto leader = group.members.find(group.leader);
        if (leader == group.members.end() || group.is_rebalancing) continue;
        const auto& wanted = leader->second.said.topics;
        if (std::ranges::find(wanted, name) != wanted.end()) begin_round(group);
    }
}

PartitionLog* Cluster::log_of(const TopicPartition& at) {
    const auto topic = topics.find(at.topic);
    if (topic == topics.end()) return nullptr;
    const auto index = static_cast<std::size_t>(at.partition.value());
    return index < topic->second.partitions.size() ? &topic->second.partitions[index] : nullptr;
}

PartitionId Cluster::partition_for(const Topic& topic, const NewRecord& record) {
    const std::uint64_t count = topic.partitions.size();
    const std::uint64_t number = record.key ? base::fnv1a(*record.key) : random_.below(count);
    return PartitionId(static_cast<std::int32_t>(number % count));
}

Result<Position> Cluster::append(const NewRecord& record, std::int64_t transaction) {
    const auto topic = topics.find(record.topic);
    if (topic == topics.end()) return fail(Errc::not_found, "no topic '" + record.topic + "'");
    if (topic->second.refuses_keyless && !record.key) {
        return fail(Errc::invalid_argument, "the topic takes no record without key");
    }
    if (record.bytes() > topic->second.bytes_max) {
        return fail(Errc::invalid_argument, "the record is too large for the topic");
    }
    const TopicPartition at{record.topic, partition_for(topic->second, record)};
    PartitionLog& log = *log_of(at);
    const Offset offset = log.end();
    const auto now = std::chrono::floor<std::chrono::milliseconds>(clock_.wall_now());
    log.stored.push_back(
        {Record{at, offset, now, record.key, record.value, record.headers}, transaction}
    );
    if (transaction == 0) changed();
    return Position{at, offset};
}

void Cluster::trim(const TopicPartition& at, Offset first) {
    PartitionLog& log = *log_of(at);
    while (log.first < first && !log.stored.empty()) {
        log.stored.pop_front();
        log.first = log.first.next();
    }
}

void Cluster::cut(const TopicPartition& at, Offset end) {
    PartitionLog& log = *log_of(at);
    while (log.end() > end && !log.stored.empty()) log.stored.pop_back();
}

bool Cluster::is_visible(const Stored& stored) const {
    if (!stored.record) return false;
    const auto state = transactions_.find(stored.transaction);
    return state == transactions_.end() || state->second == TransactionState::committed;
}

Offset Cluster::stable_end(const TopicPartition& at) {
    const PartitionLog& log = *log_of(at);
    for (std::size_t i = 0; i < log.stored.size(); ++i) {
        const auto state = transactions_.find(log.stored[i].transaction);
        if (state != transactions_.end() && state->second == TransactionState::open) {
            return Offset(log.first.value() + static_cast<std::int64_t>(i));
        }
    }
    return log.end();
}

// Groups.

void Cluster::begin_round(Group& group) {
    if (group.is_rebalancing) return;
    group.is_rebalancing = true;
    group.round_until = clock_.steady_now() + options_.rebalance_timeout;
    for (auto& [id, member] : group.members) member.has_joined = false;
    changed();
}

// As the range assignor: the members in the order of their names, each topic by itself.
void Cluster::share_out(Group& group) {
    std::vector<std::pair<std::string, std::string>> order;  // name, id
    std::set<std::string> wanted;
    for (auto& [id, member] : group.members) {
        order.emplace_back(member.said.instance.empty() ? id : member.said.instance, id);
        member.partitions.clear();
        wanted.insert(member.said.topics.begin(), member.said.topics.end());
    }
    std::ranges::sort(order);
    for (const std::string& name : wanted) {
        const auto topic = topics.find(name);
        if (topic == topics.end()) continue;
        const std::size_t count = topic->second.partitions.size();
        std::size_t next = 0;
        for (std::size_t i = 0; i < order.size(); ++i) {
            const std::size_t share = count / order.size() + (i < count % order.size() ? 1 : 0);
            for (std::size_t k = 0; k < share; ++k, ++next) {
                group.members[order[i].second].partitions.push_back(
                    {name, PartitionId(static_cast<std::int32_t>(next))}
                );
            }
        }
    }
    group.leader = order.empty() ? "" : order.front().second;
}

void Cluster::end_round_if_complete(Group& group) {
    if (!group.is_rebalancing) return;
    const bool is_late = clock_.steady_now() > group.round_until;
    if (is_late) {
        std::erase_if(group.members, [](const auto& known) { return !known.second.has_joined; });
    }
    const bool is_complete = std::ranges::all_of(group.members, [](const auto& known) {
        return known.second.has_joined;
    });
    if (!is_complete) return;
    group.is_rebalancing = false;
    ++group.generation;
    share_out(group);
    changed();
}

GroupAnswer Cluster::check_member(
    const Group& group, const std::string& member_id, const std::string& instance
) const {
    if (group.members.contains(member_id)) return GroupAnswer::ok;
    if (instance.empty()) return GroupAnswer::unknown_member;
    const bool is_replaced = std::ranges::any_of(group.members, [&](const auto& known) {
        return known.second.said.instance == instance;
    });
    return is_replaced ? GroupAnswer::fenced : GroupAnswer::unknown_member;
}

// A static member's id as brokers make it: the name, and as many letters as a UUID has.
std::string Cluster::new_member_id(const std::string& instance) {
    constexpr std::size_t kTailLetters = 36;
    const std::string number = std::to_string(++last_member_);
    if (instance.empty()) return "member-" + number;
    return instance + "-" + std::string(kTailLetters - number.size(), '0') + number;
}

// The member of this name goes on under another id, as far as the group can tell: it has what it
// had. The new id; empty when there is no such member.
std::string Cluster::take_over(Group& group, const JoinRequest& request) {
    const auto old = std::ranges::find_if(group.members, [&](const auto& known) {
        return !request.instance.empty() && known.second.said.instance == request.instance;
    });
    if (old == group.members.end()) return {};
    GroupMember back = std::move(old->second);
    group.members.erase(old);
    std::string fresh = new_member_id(request.instance);
    back.beat = clock_.steady_now();
    back.has_joined = group.is_rebalancing;
    group.members[fresh] = std::move(back);
    end_round_if_complete(group);
    return fresh;
}

void Cluster::join_belatedly(const std::string& group, const JoinRequest& request) {
    take_over(groups_[group], request);
}

GroupAnswer Cluster::join(
    const std::string& group_name, std::string& member_id, const JoinRequest& request
) {
    Group& group = groups_[group_name];
    const bool is_other = std::ranges::any_of(group.members, [&](const auto& known) {
        return known.second.said.protocol != request.protocol;
    });
    if (is_other) return GroupAnswer::inconsistent;
    if (!member_id.empty()) {
        const GroupAnswer answer = check_member(group, member_id, request.instance);
        if (answer != GroupAnswer::ok) return answer;
    } else {
        member_id = take_over(group, request);
        if (!member_id.empty()) return GroupAnswer::ok;
        member_id = new_member_id(request.instance);
        group.members[member_id] = {.said = request};
    }
    begin_round(group);
    GroupMember& member = group.members[member_id];
    member.beat = clock_.steady_now();
    member.has_joined = true;
    end_round_if_complete(group);
    return GroupAnswer::ok;
}

GroupAnswer Cluster::heartbeat(
    const std::string& group_name,
    const std::string& member_id,
    const std::string& instance,
    std::int64_t generation
) {
    Group& group = groups_[group_name];
    const GroupAnswer answer = check_member(group, member_id, instance);
    if (answer != GroupAnswer::ok) return answer;
    group.members[member_id].beat = clock_.steady_now();
    if (group.is_rebalancing) return GroupAnswer::rebalancing;
    return generation == group.generation ? GroupAnswer::ok : GroupAnswer::illegal_generation;
}

void Cluster::leave(const std::string& group_name, const std::string& member_id) {
    Group& group = groups_[group_name];
    if (group.members.erase(member_id) == 0) return;
    begin_round(group);
    end_round_if_complete(group);
}

GroupAnswer Cluster::check(
    const std::string& group_name,
    const std::string& member_id,
    const std::string& instance,
    std::int64_t generation
) {
    const Group& group = groups_[group_name];
    if (member_id.empty() && group.members.empty()) return GroupAnswer::ok;
    const GroupAnswer answer = check_member(group, member_id, instance);
    if (answer != GroupAnswer::ok) return answer;
    return generation == group.generation ? GroupAnswer::ok : GroupAnswer::illegal_generation;
}

GroupAnswer Cluster::commit(
    const std::string& group_name,
    const std::string& member_id,
    const std::string& instance,
    std::int64_t generation,
    const std::map<TopicPartition, GroupOffset>& offsets
) {
    const GroupAnswer answer = check(group_name, member_id, instance, generation);
    if (answer != GroupAnswer::ok) return answer;
    Group& group = groups_[group_name];
    for (const auto& [at, offset] : offsets) group.offsets.insert_or_assign(at, offset);
    return GroupAnswer::ok;
}

bool Cluster::is_stable(const std::string& group, const TopicPartition& at) const {
    return std::ranges::none_of(producers_, [&](const auto& known) {
        const auto pending = known.second.offsets.find(group);
        return pending != known.second.offsets.end() && pending->second.contains(at);
    });
}

// Transactions.

std::int64_t Cluster::init_producer(const std::string& id) {
    Producer& producer = producers_[id];
    if (producer.transaction != 0) end_transaction(id, false);
    return ++producer.epoch;
}

bool Cluster::is_current(const std::string& id, std::int64_t epoch) const {
    const auto producer = producers_.find(id);
    return producer != producers_.end() && producer->second.epoch == epoch;
}

bool Cluster::begin(const std::string& id, std::int64_t epoch) {
    if (!is_current(id, epoch)) return false;
    Producer& producer = producers_[id];
    producer.transaction = ++last_transaction_;
    producer.since = clock_.steady_now();
    transactions_[producer.transaction] = TransactionState::open;
    return true;
}

std::int64_t Cluster::transaction_of(const std::string& id) {
    return producers_[id].transaction;
}

void Cluster::add_offsets(
    const std::string& id,
    const std::string& group,
    const std::map<TopicPartition, GroupOffset>& offsets
) {
    for (const auto& [at, offset] : offsets) producers_[id].offsets[group][at] = offset;
}

void Cluster::end_transaction(const std::string& id, bool commits) {
    Producer& producer = producers_[id];
    const std::int64_t number = std::exchange(producer.transaction, 0);
    if (number == 0) return;
    transactions_[number] = commits ? TransactionState::committed : TransactionState::aborted;
    for (auto& [name, topic] : topics) {
        for (PartitionLog& log : topic.partitions) {
            const bool has_some = std::ranges::any_of(log.stored, [&](const Stored& stored) {
                return stored.record && stored.transaction == number;
            });
            if (has_some) log.stored.push_back({std::nullopt, number});
        }
    }
    for (const auto& [group, offsets] : std::exchange(producer.offsets, {})) {
        if (!commits) continue;
        for (const auto& [at, offset] : offsets) {
            groups_[group].offsets.insert_or_assign(at, offset);
        }
    }
    changed();
}

std::int64_t Cluster::add(Background& background) {
    backgrounds.emplace(++last_background_, &background);
    return last_background_;
}

void Cluster::pass(std::chrono::microseconds time) {
    clock_.advance(time);
    tick();
    const std::map<std::int64_t, Background*> all = backgrounds;
    for (const auto& [number, one] : all) {
        if (backgrounds.contains(number)) one->run();
    }
}

void Cluster::tick() {
    const base::SteadyTime now = clock_.steady_now();
    for (auto& [name, group] : groups_) {
        const auto dead = std::erase_if(group.members, [&](const auto& known) {
            // A member that has joined a round waits for its end, which is a sign of life.
            const bool is_waiting = group.is_rebalancing && known.second.has_joined;
            return !is_waiting && now - known.second.beat > options_.session_timeout;
        });
        if (dead > 0) begin_round(group);
        end_round_if_complete(group);
    }
    for (auto& [id, producer] : producers_) {
        if (producer.transaction == 0 || now - producer.since < options_.transaction_timeout) {
            continue;
        }
        end_transaction(id, false);
        ++producer.epoch;
    }
}

}  // namespace flightcast::eventlog::kafka_model
