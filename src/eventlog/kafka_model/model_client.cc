// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka_model/model_client.h"

#include <algorithm>

namespace flightcast::eventlog::kafka_model {

using base::Errc;
using base::fail;
using base::Result;
using membership::Claim;
using membership::Committed;
using membership::ConsumerEvents;
using membership::GroupView;
using membership::Probe;
using membership::StepResult;

namespace {

using namespace std::chrono_literals;

constexpr auto kHeartbeat = 500ms;
constexpr auto kJoinAgain = 1s;

std::map<TopicPartition, GroupOffset> offsets_of(const std::vector<Claim>& claims) {
    std::map<TopicPartition, GroupOffset> offsets;
    for (const Claim& claim : claims) {
        offsets[claim.position.at] = {claim.position.next, membership::note_of(claim.proofs)};
    }
    return offsets;
}

base::Error unanswered() {
    return {Errc::unavailable, "the model's broker did not answer"};
}

}  // namespace

ModelConsumer::ModelConsumer(Cluster& cluster, Identity identity)
    : cluster_(cluster), identity_(std::move(identity)) {
    number_ = cluster_.add(*this);
}

void ModelConsumer::close(std::chrono::milliseconds /*patience*/) {
    if (std::exchange(is_closed_, true)) return;
    cluster_.backgrounds.erase(number_);
    wake_ = {};
}

Result<void> ModelConsumer::subscribe(const std::vector<std::string>& topics) {
    topics_ = topics;
    join_at_ = cluster_.clock().steady_now();
    run();
    return {};
}

void ModelConsumer::run() {
    if (is_frozen_ || is_fenced_ || is_closed_ || topics_.empty()) return;
    if (state_ == State::out && cluster_.clock().steady_now() >= join_at_) join();
    if (state_ == State::waiting) see_round();
    if (cluster_.clock().steady_now() >= beat_at_) beat();
}

// As librdkafka after the fatal error: nothing is known but the topics, and these come again.
Result<void> ModelConsumer::renew() {
    member_id_.clear();
    topics_.clear();
    positions_.clear();
    events_.clear();
    state_ = State::out;
    is_leaving_ = false;
    is_fenced_ = false;
    return {};
}

void ModelConsumer::lose_place(GroupAnswer answer) {
    if (answer == GroupAnswer::fenced) {
        is_fenced_ = true;
        wake();
    } else {
        member_id_.clear();
    }
}

void ModelConsumer::join() {
    join_at_ = cluster_.clock().steady_now() + kJoinAgain;
    const JoinRequest request{identity_.instance, topics_, identity_.protocol};
    const bool is_by_name = member_id_.empty() && !identity_.instance.empty();
    const GroupAnswer answer = cluster_.join(identity_.group, member_id_, request);
    if (answer == GroupAnswer::ok && is_by_name && cluster_.chance(cluster_.faults.stale_joins)) {
        cluster_.join_belatedly(identity_.group, request);
    }
    switch (answer) {
        case GroupAnswer::ok:
            state_ = State::waiting;
            break;
        case GroupAnswer::inconsistent:
            events_.push_back([](ConsumerEvents& events) { events.refused_by_group(); });
            wake();
            break;
        default:
            lose_place(answer);
    }
}

void ModelConsumer::see_round() {
    Group& group = cluster_.group(identity_.group);
    const auto member = group.members.find(member_id_);
    if (member == group.members.end()) {
        state_ = State::out;
        lose_place(cluster_.heartbeat(identity_.group, member_id_, identity_.instance, -1));
        return;
    }
    member->second.beat = cluster_.clock().steady_now();
    if (group.is_rebalancing) return;
    generation_ = group.generation;
    state_ = State::told;
    beat_at_ = cluster_.clock().steady_now() + kHeartbeat;
    events_.push_back([partitions = member->second.partitions](ConsumerEvents& events) {
        events.assigned(partitions);
    });
    wake();
}

void ModelConsumer::beat() {
    if (state_ == State::out || state_ == State::waiting) return;
    beat_at_ = cluster_.clock().steady_now() + kHeartbeat;
    switch (cluster_.heartbeat(identity_.group, member_id_, identity_.instance, generation_)) {
        case GroupAnswer::ok:
            break;
        case GroupAnswer::rebalancing:
            revoke(false);
            break;
        case GroupAnswer::fenced:
            lose_place(GroupAnswer::fenced);
            break;
        default:
            lose_place(GroupAnswer::unknown_member);
            revoke(true);
    }
}

void ModelConsumer::revoke(bool is_lost) {
    if (state_ != State::steady && !is_lost) return;
    state_ = State::revoking;
    events_.push_back([is_lost](ConsumerEvents& events) { events.revoked(is_lost); });
    wake();
}

Result<void> ModelConsumer::assign(const std::vector<Position>& positions) {
    positions_.clear();
    for (const Position& position : positions) positions_[position.at] = position.next;
    if (state_ == State::told) state_ = State::steady;
    return {};
}

void ModelConsumer::unassign() {
    positions_.clear();
    if (is_leaving_) {
        is_leaving_ = false;
        cluster_.leave(identity_.group, std::exchange(member_id_, ""));
        state_ = State::out;
        return;
    }
    if (state_ != State::revoking) return;
    state_ = State::out;
    join_at_ = cluster_.clock().steady_now();
    run();
}

void ModelConsumer::leave() {
    topics_.clear();
    if (state_ == State::steady || state_ == State::told || state_ == State::revoking) {
        is_leaving_ = true;
        if (state_ != State::revoking) {
            state_ = State::steady;
            revoke(false);
        }
        return;
    }
    cluster_.leave(identity_.group, std::exchange(member_id_, ""));
    state_ = State::out;
}

bool ModelConsumer::commit(const std::vector<Claim>& claims) {
    Result<void> outcome;
    const GroupAnswer answer = cluster_.commit(
        identity_.group, member_id_, identity_.instance, generation_, offsets_of(claims)
    );
    if (answer == GroupAnswer::fenced) is_fenced_ = true;
    if (answer != GroupAnswer::ok) outcome = fail(Errc::fenced, "the group has changed");
    if (outcome && cluster_.chance(cluster_.faults.lost_answers)) {
        outcome = std::unexpected(unanswered());
    }
    events_.push_back([outcome, positions = membership::positions_of(claims)](auto& events) {
        events.committed(positions, outcome);
    });
    wake();
    return true;
}

void ModelConsumer::fetch(std::vector<Record>& records, std::size_t records_max) {
    for (auto& [at, next] : positions_) {
        const PartitionLog* const log = cluster_.log_of(at);
        if (log == nullptr || next.value() < 0) continue;
        if (next < log->first || next > log->end()) {
            events_.push_back([at, next](ConsumerEvents& events) {
                events.out_of_range(at, next);
            });
            next = Offset(-1);
            wake();
            continue;
        }
        const Offset end = cluster_.stable_end(at);
        while (next < end && records.size() < records_max) {
            const Stored& stored =
                log->stored[static_cast<std::size_t>(next.value() - log->first.value())];
            next = next.next();
            if (cluster_.is_visible(stored)) records.push_back(*stored.record);
        }
        if (next == end) {
            events_.push_back([at, end](ConsumerEvents& events) { events.at_end(at, end); });
        }
    }
}

Result<std::vector<Record>> ModelConsumer::poll(std::size_t records_max, ConsumerEvents& events) {
    if (is_fenced_) return fail(Errc::fenced, "another instance has this one's name");
    const auto serve = [&] {
        while (!events_.empty()) {
            const Event event = std::move(events_.front());
            events_.pop_front();
            event(events);
        }
    };
    serve();
    std::vector<Record> records;
    fetch(records, records_max);
    serve();
    return records;
}

// Questions.

bool ModelQuestions::is_unanswered() {
    return cluster_.chance(cluster_.faults.unanswered);
}

Result<std::vector<Committed>> ModelQuestions::committed(
    const std::vector<TopicPartition>& partitions
) {
    if (is_unanswered()) return std::unexpected(unanswered());
    const std::string& name = consumer_.identity().group;
    std::vector<Committed> answers;
    for (const TopicPartition& at : partitions) {
        Committed answer{.at = at, .is_stable = cluster_.is_stable(name, at), .claim = {}};
        const auto& offsets = cluster_.group(name).offsets;
        const auto known = offsets.find(at);
        if (answer.is_stable && known != offsets.end()) {
            answer.claim =
                Claim{{at, known->second.next}, membership::proofs_in(known->second.note)};
        }
        answers.push_back(std::move(answer));
    }
    return answers;
}

Result<PartitionRange> ModelQuestions::range(const TopicPartition& at) {
    const PartitionLog* const log = cluster_.log_of(at);
    if (log == nullptr || is_unanswered()) return std::unexpected(unanswered());
    return PartitionRange{at.partition, log->first, log->end()};
}

Result<std::vector<Position>> ModelQuestions::offsets(
    const std::vector<TopicPartition>& partitions, const Start& where
) {
    std::vector<Position> found;
    for (const TopicPartition& at : partitions) {
        const PartitionLog* const log = cluster_.log_of(at);
        if (log == nullptr) return fail(Errc::not_found, "no topic '" + at.topic + "'");
        Offset offset = std::holds_alternative<FromBeginning>(where) ? log->first : log->end();
        if (const auto* const from = std::get_if<FromTime>(&where)) {
            const auto later = std::ranges::find_if(log->stored, [&](const Stored& stored) {
                return stored.record && stored.record->appended >= from->time;
            });
            if (later != log->stored.end()) offset = later->record->offset;
        }
        found.push_back({at, offset});
    }
    return found;
}

void ModelQuestions::look_at(const PartitionLog& log, Offset offset, Probe& probe) const {
    const Stored& stored = log.stored[static_cast<std::size_t>(offset.value() - log.first.value())];
    probe.kind = Probe::Kind::nothing;
    if (!cluster_.is_visible(stored)) return;
    probe.kind = Probe::Kind::record;
    probe.proof = membership::proof_of(*stored.record);
}

std::vector<Probe> ModelQuestions::probe(const std::vector<Position>& places) {
    std::vector<Probe> probes;
    for (const auto& [at, offset] : places) {
        Probe probe{.at = at, .kind = Probe::Kind::unknown, .proof = {}};
        const PartitionLog* const log = cluster_.log_of(at);
        if (log != nullptr && !is_unanswered()) {
            probe.kind = Probe::Kind::outside;
            const bool is_inside = offset >= log->first && offset < cluster_.stable_end(at);
            if (is_inside) look_at(*log, offset, probe);
        }
        probes.push_back(std::move(probe));
    }
    return probes;
}

Result<GroupView> ModelQuestions::group() {
    if (is_unanswered()) return std::unexpected(unanswered());
    const Group& group = cluster_.group(consumer_.identity().group);
    GroupView view{.is_stable = !group.is_rebalancing};
    for (const auto& [id, member] : group.members) {
        const auto& [instance, topics, protocol] = member.said;
        view.protocol = protocol;
        view.members.push_back({id, instance, "a host of the model", member.partitions});
    }
    return view;
}

Result<std::vector<TopicPartition>> ModelQuestions::partitions(
    const std::vector<std::string>& topics
) {
    std::vector<TopicPartition> all;
    for (const std::string& name : topics) {
        const auto topic = cluster_.topics.find(name);
        if (topic == cluster_.topics.end()) return fail(Errc::not_found, "no topic '" + name + "'");
        for (std::size_t i = 0; i < topic->second.partitions.size(); ++i) {
            all.push_back({name, PartitionId(static_cast<std::int32_t>(i))});
        }
    }
    return all;
}

// Transactions.

std::optional<StepResult> ModelTransactions::hindrance() {
    if (between) between();
    if (cluster_.chance(cluster_.faults.retriable)) {
        return StepResult{StepResult::Kind::again, unanswered()};
    }
    if (!cluster_.is_current(id_, epoch_)) {
        return StepResult{StepResult::Kind::fenced, {Errc::fenced, "the producer was fenced"}};
    }
    return std::nullopt;
}

StepResult ModelTransactions::open() {
    if (cluster_.chance(cluster_.faults.retriable)) {
        return {StepResult::Kind::again, unanswered()};
    }
    epoch_ = cluster_.init_producer(id_);
    return {};
}

void ModelTransactions::take_identity() {
    member_id_ = consumer_.member_id();
    generation_ = consumer_.generation();
}

StepResult ModelTransactions::begin() {
    if (auto result = hindrance()) return *result;
    cluster_.begin(id_, epoch_);
    return {};
}

StepResult ModelTransactions::append(const std::vector<NewRecord>& records, bool /*one_by_one*/) {
    if (auto result = hindrance()) return *result;
    if (cluster_.faults.denies_appends) {
        return {StepResult::Kind::denied, {Errc::unavailable, "the user lacks an ACL"}};
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto appended = cluster_.append(records[i], cluster_.transaction_of(id_));
        if (appended) continue;
        const bool is_refusal = appended.error().code == Errc::invalid_argument;
        return {
            is_refusal ? StepResult::Kind::refused : StepResult::Kind::abort, appended.error(), i
        };
    }
    return {};
}

StepResult ModelTransactions::add_positions(const std::vector<Claim>& claims) {
    if (auto result = hindrance()) return *result;
    const Identity& identity = consumer_.identity();
    const GroupAnswer answer =
        cluster_.check(identity.group, member_id_, identity.instance, generation_);
    if (answer != GroupAnswer::ok) {
        return {StepResult::Kind::abort, {Errc::fenced, "the group has changed"}};
    }
    cluster_.add_offsets(id_, identity.group, offsets_of(claims));
    return {};
}

// That the answer got lost is what a client cannot tell from that it was not done.
StepResult ModelTransactions::commit() {
    if (auto result = hindrance()) return *result;
    cluster_.end_transaction(id_, true);
    if (cluster_.chance(cluster_.faults.lost_answers)) {
        return {StepResult::Kind::new_client, unanswered()};
    }
    return {};
}

StepResult ModelTransactions::abort() {
    if (auto result = hindrance()) return *result;
    cluster_.end_transaction(id_, false);
    return {};
}

// Appending.

Result<void> ModelAppender::append(const std::vector<NewRecord>& records, Reports done) {
    std::vector<Result<void>> reports;
    // A topic that refuses one record refuses its whole batch.
    std::map<std::string, base::Error> refused;
    for (const NewRecord& record : records) {
        const auto topic = cluster_.topics.find(record.topic);
        if (topic == cluster_.topics.end()) continue;
        const bool is_refused = (topic->second.refuses_keyless && !record.key) ||
                                record.bytes() > topic->second.bytes_max;
        if (is_refused) refused[record.topic] = {Errc::invalid_argument, "refused by the topic"};
    }
    for (const NewRecord& record : records) {
        if (const auto known = refused.find(record.topic); known != refused.end()) {
            reports.emplace_back(std::unexpected(known->second));
        } else if (cluster_.faults.denies_appends || cluster_.chance(cluster_.faults.unanswered)) {
            reports.emplace_back(std::unexpected(unanswered()));
        } else {
            const auto appended = cluster_.append(record);
            Result<void> report;
            if (!appended) report = std::unexpected(appended.error());
            if (cluster_.chance(cluster_.faults.lost_answers)) {
                report = std::unexpected(unanswered());
            }
            reports.push_back(std::move(report));
        }
    }
    waiting_.emplace_back(std::move(done), std::move(reports));
    return {};
}

bool ModelAppender::deliver() {
    if (waiting_.empty()) return false;
    auto [done, reports] = std::move(waiting_.front());
    waiting_.pop_front();
    done(std::move(reports));
    return true;
}

}  // namespace flightcast::eventlog::kafka_model
