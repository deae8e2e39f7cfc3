// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/transaction_client.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "eventlog/kafka/client/ending.h"
#include "eventlog/kafka/client/partition_lists.h"
#include "eventlog/kafka/client/settings.h"

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::Error;
using base::Result;
using membership::StepResult;

namespace {

using namespace std::chrono_literals;
using Kind = StepResult::Kind;

// A dead instance's open transaction hides all later records for so long.
constexpr std::chrono::milliseconds kTransactionTimeout = 10s;
constexpr int kCallMs = 2'000;  // of one call; an end waits for it
constexpr int kReportMs = 100;  // for a delivery report that is on its way
constexpr auto kClientEndPatience = 2s;
constexpr auto kRefusedPause = 10ms;

// The user has no right to it; it may be given, or given back.
bool is_denied(rd_kafka_resp_err_t code) {
    switch (code) {
        case RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
        case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
            return true;
        default:
            return false;
    }
}

// No client would be allowed.
bool is_hopeless(rd_kafka_resp_err_t code) {
    switch (code) {
        case RD_KAFKA_RESP_ERR_INVALID_TRANSACTION_TIMEOUT:
        case RD_KAFKA_RESP_ERR__UNSUPPORTED_FEATURE:
        case RD_KAFKA_RESP_ERR_UNSUPPORTED_VERSION:
            return true;
        default:
            return false;
    }
}

bool is_fencing(rd_kafka_resp_err_t code) {
    return code == RD_KAFKA_RESP_ERR__FENCED || code == RD_KAFKA_RESP_ERR_PRODUCER_FENCED ||
           code == RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH;
}

}  // namespace

Result<void> TransactionClient::make_client_anew() {
    const auto message_timeout = std::min(parts_.options.accept_timeout, kTransactionTimeout);
    OwnSettings own = {
        {"transactional.id", id_},
        {"transaction.timeout.ms", std::to_string(kTransactionTimeout.count())},
        {"message.timeout.ms", std::to_string(message_timeout.count())},
    };
    if (!parts_.options.settings.contains("retry.backoff.ms")) {
        own.emplace_back(
            "retry.backoff.ms", std::to_string(std::chrono::milliseconds(kRefusedPause).count())
        );
    }
    // Records may linger until the commit, which sends the rest: no reader sees them before.
    FC_TRY(ConfHandle conf, make_conf(parts_.options, Role::bulk_producer, own));
    FC_TRY(ClientHandle client, make_client(RD_KAFKA_PRODUCER, std::move(conf), *this));
    client_ = std::make_unique<ProducingClient>(std::move(client));
    return {};
}

void TransactionClient::end() {
    if (!client_) return;
    rd_kafka_purge(client_->get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    rd_kafka_poll(client_->get(), 0);
    end_client(std::move(*client_).release(), kClientEndPatience);
    client_.reset();
}

StepResult TransactionClient::open() {
    if (!is_fresh_) {
        end();
        if (const Result<void> made = make_client_anew(); !made) return {Kind::fatal, made.error()};
        is_fresh_ = true;
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kCallMs);
    while (true) {
        rd_kafka_poll(client_->get(), 0);
        StepResult result =
            step("beginning transactions", rd_kafka_init_transactions(client_->get(), kCallMs));
        if (result.kind != Kind::again) {
            is_fresh_ = false;
            return result;
        }
        if (std::chrono::steady_clock::now() > deadline) return result;
        pause(50ms);
    }
}

void TransactionClient::take_identity() {
    identity_.reset(rd_kafka_consumer_group_metadata(consumer_.client().get()));
}

void TransactionClient::delivered(const rd_kafka_message_t& message) {
    // Purged ones only follow.
    const bool is_purged = message.err == RD_KAFKA_RESP_ERR__PURGE_QUEUE ||
                           message.err == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
    if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR || is_purged || undelivered_) return;
    undelivered_ = {reinterpret_cast<std::size_t>(message._private), message.err};
}

// A client's fatal error is judged where a step fails.
void TransactionClient::broken(rd_kafka_resp_err_t cause, std::string_view reason) {
    trouble().note(cause, reason);
}

StepResult TransactionClient::after_fatal_error(Error error) {
    std::array<char, kErrorTextBytes> text{};
    const rd_kafka_resp_err_t cause =
        rd_kafka_fatal_error(client_->get(), text.data(), text.size());
    error.detail += std::string("; ") + text.data();
    error.code = Errc::unavailable;
    if (is_fencing(cause)) return {Kind::fenced, std::move(error)};
    if (is_denied(cause)) return {Kind::denied, std::move(error)};
    if (is_hopeless(cause)) return {Kind::fatal, std::move(error)};
    return {Kind::new_client, std::move(error)};
}

std::optional<StepResult> TransactionClient::refusal() {
    if (!undelivered_ || errc_of(undelivered_->second) != Errc::invalid_argument) return {};
    return StepResult{
        Kind::refused,
        trouble().explain(undelivered_->second, "appending in a transaction"),
        undelivered_->first
    };
}

// librdkafka's word on a step that failed; takes `error` over.
StepResult TransactionClient::step(const std::string& what, rd_kafka_error_t* error) {
    const ErrorHandle owned(error);
    if (!owned) return {};
    const rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    Error reason = trouble().explain(code, what);
    reason.detail += std::string(": ") + rd_kafka_error_string(error);
    if (rd_kafka_error_is_fatal(error) != 0) return after_fatal_error(std::move(reason));
    if (is_denied(code)) return {Kind::denied, std::move(reason)};
    if (is_hopeless(code)) return {Kind::fatal, std::move(reason)};
    if (rd_kafka_error_txn_requires_abort(error) != 0) {
        if (!undelivered_) rd_kafka_poll(client_->get(), kReportMs);
        if (auto refused = refusal()) return *std::move(refused);
        if (errc_of(code) == Errc::invalid_argument) return {Kind::refused, std::move(reason)};
        return {is_fencing(code) ? Kind::fenced : Kind::abort, std::move(reason)};
    }
    if (rd_kafka_error_is_retriable(error) != 0) return {Kind::again, std::move(reason)};
    return {Kind::new_client, std::move(reason)};
}

StepResult TransactionClient::begin() {
    undelivered_.reset();
    return step("beginning a transaction", rd_kafka_begin_transaction(client_->get()));
}

StepResult TransactionClient::append(const std::vector<NewRecord>& records, bool one_by_one) {
    for (std::size_t i = 0; i < records.size(); ++i) {
        // NOLINTNEXTLINE(performance-no-int-to-ptr): never followed, only kept.
        const rd_kafka_resp_err_t code = client_->produce(records[i], reinterpret_cast<void*>(i));
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
            // The transaction may be void already, because of a record before this one.
            rd_kafka_poll(client_->get(), kReportMs);
            if (auto refused = refusal()) return *std::move(refused);
            Error error = trouble().explain(code, "appending to '" + records[i].topic + "'");
            const bool is_refusal = error.code == Errc::invalid_argument;
            return {is_refusal ? Kind::refused : Kind::abort, std::move(error), i};
        }
        if (!one_by_one) continue;
        rd_kafka_flush(client_->get(), kCallMs);
        if (auto refused = refusal()) return *std::move(refused);
    }
    return {};
}

StepResult TransactionClient::add_positions(const std::vector<membership::Claim>& claims) {
    const PartitionsHandle list = list_of(claims);
    return step(
        "adding positions to a transaction",
        rd_kafka_send_offsets_to_transaction(client_->get(), list.get(), identity_.get(), kCallMs)
    );
}

StepResult TransactionClient::commit() {
    StepResult result =
        step("committing a transaction", rd_kafka_commit_transaction(client_->get(), kCallMs));
    if (result.kind == Kind::done) trouble().all_is_well();
    return result;
}

StepResult TransactionClient::abort() {
    return step("aborting a transaction", rd_kafka_abort_transaction(client_->get(), kCallMs));
}

void TransactionClient::pause(std::chrono::milliseconds time) {
    std::this_thread::sleep_for(time);
}

}  // namespace flightcast::eventlog::kafka
