// SPDX-License-Identifier: Apache-2.0
//
// One turn: begin, append, add the positions, commit. When a step fails, the client says whether to
// try that step again, to abort, or that it can do no more.
#include "eventlog/membership/transactions.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/limits.h"
#include "base/planted_bug.h"

namespace flightcast::eventlog::membership {

using base::Errc;
using base::Error;
using base::fail;
using base::is_planted;
using base::PlantedBug;
using base::Result;

namespace {

using namespace std::chrono_literals;

constexpr auto kTryAgainAfter = 50ms;
// The coordinator still ends the last transaction when it has answered for it. Who begins the next
// one meanwhile is refused, and tries again after so long; a pause before it costs less.
constexpr auto kBetweenTransactions = 5ms;
// Longer than a heartbeat: another holder of the name shows in it.
constexpr auto kFencedPause = 1s;
constexpr auto kDeniedPause = 1s;
constexpr int kAttemptsMax = 200;  // of one step: some 10 s and the calls themselves
constexpr int kLossesMax = 20;
constexpr std::string_view kNotBegun = "transactions";
constexpr std::string_view kRefusedInTransaction = "refused records";

// For each partition the claim that goes furthest.
std::vector<Claim> joined(const std::vector<Publisher::Publish>& publishes) {
    std::map<TopicPartition, Claim> furthest;
    for (const Publisher::Publish& publish : publishes) {
        for (const Claim& claim : publish->consumed) {
            const auto [known, is_first] = furthest.try_emplace(claim.position.at, claim);
            if (!is_first && known->second.position.next < claim.position.next) {
                known->second = claim;
            }
        }
    }
    std::vector<Claim> claims;
    claims.reserve(furthest.size());
    for (auto& [at, claim] : furthest) claims.push_back(std::move(claim));
    return claims;
}

}  // namespace

Transactions::Transactions(
    TransactionPort& port, Standing& standing, Outputs outputs, std::function<void()> wake
)
    : port_(port),
      standing_(standing),
      progress_(std::move(outputs.progress)),
      set_aside_(std::move(outputs.set_aside)),
      completed_(std::move(outputs.completed)),
      wake_(std::move(wake)) {}

Transactions::~Transactions() {
    for (const Batch& batch : waiting_) {
        progress_->complete(batch.publish, fail(Errc::closed, "the log is closing"));
    }
}

void Transactions::stop() {
    stopping_ = true;
    wake_();
}

void Transactions::prepare() {
    {
        const std::lock_guard lock(mutex_);
        is_wanted_ = true;
    }
    wake_();
}

Result<void> Transactions::publish(std::vector<NewRecord> outputs, Publish publish) {
    {
        const std::lock_guard lock(mutex_);
        if (waiting_records_ + outputs.size() > base::limits::kAppendQueueRecordsMax) {
            return fail(Errc::full, "too many records are waiting for Kafka: try again later");
        }
        waiting_records_ += outputs.size();
        waiting_.push_back({std::move(outputs), std::move(publish)});
    }
    wake_();
    return {};
}

// Runs one step until it is done or has failed; then no transaction is open.
StepResult Transactions::attempt(const Call& call) {
    for (int attempts = 0;; ++attempts) {
        StepResult result = call();
        switch (result.kind) {
            case StepResult::Kind::done:
                return result;
            case StepResult::Kind::again:
                if (stopping_ || attempts >= kAttemptsMax) {
                    // A new client ends a transaction that this one cannot.
                    is_open_ = false;
                    result.kind = StepResult::Kind::new_client;
                    return result;
                }
                port_.pause(kTryAgainAfter);
                break;
            case StepResult::Kind::abort:
                give_up();
                return result;
            case StepResult::Kind::refused:
                // A late answer about another refused record would void the next transaction of
                // this client.
                is_open_ = false;
                return result;
            case StepResult::Kind::fenced:
                was_fenced_ = true;
                is_open_ = false;
                return result;
            case StepResult::Kind::new_client:
            case StepResult::Kind::denied:
                is_open_ = false;
                return result;
            case StepResult::Kind::fatal:
                is_open_ = false;
                standing_.fatal(result.error);
                return result;
        }
    }
}

// Before it is aborted nothing else can be begun; the rest is left to a new client.
void Transactions::give_up() {
    for (int attempts = 0; attempts < kAttemptsMax; ++attempts) {
        const StepResult result = port_.abort();
        if (result.kind == StepResult::Kind::done) return;
        if (result.kind != StepResult::Kind::again || stopping_) break;
        port_.pause(kTryAgainAfter);
    }
    is_open_ = false;
}

// Nothing can be published before this is done, and nothing is lost by waiting.
bool Transactions::open() {
    if (was_fenced_) {
        standing_.tell(
            "the brokers ended this instance's transaction: it was too slow for its time limit, or "
            "another process has the same --instance-id; it goes on unless the group knows another"
        );
        port_.pause(kFencedPause);
        was_fenced_ = false;
    }
    while (!stopping_) {
        const StepResult result = port_.open();
        if (result.kind == StepResult::Kind::done) {
            is_open_ = true;
            standing_.stand(kNotBegun, {});
            return true;
        }
        const bool is_denied = result.kind == StepResult::Kind::denied;
        const bool is_loss = !is_denied && result.kind != StepResult::Kind::again;
        if (is_loss) ++losses_;
        if (result.kind == StepResult::Kind::fatal || losses_ > kLossesMax) {
            standing_.fatal(result.error);
            return false;
        }
        standing_.stand(kNotBegun, "transactions cannot be begun: " + result.error.detail);
        port_.pause(is_denied ? kDeniedPause : kTryAgainAfter * (losses_ + 1));
    }
    return false;
}

bool Transactions::replace(NewRecord& record, const Error& cause) {
    standing_.tell("topic '" + record.topic + "' refuses a record: " + cause.detail);
    std::optional<NewRecord> instead;
    if (set_aside_) instead = set_aside_(record, cause);
    if (!instead) {
        standing_.stand(
            kRefusedInTransaction,
            "topic '" + record.topic + "' refuses a record, which is tried again: " + cause.detail
        );
        return false;
    }
    record = *std::move(instead);
    return true;
}

StepResult Transactions::transact(
    std::vector<NewRecord>& outputs, const std::vector<Claim>& claims, bool one_by_one
) {
    const bool has_positions =
        !claims.empty() && !is_planted(PlantedBug::transaction_without_positions);
    const std::vector<Call> steps = {
        [this] { return port_.begin(); },
        [&] { return port_.append(outputs, one_by_one); },
        [&] { return has_positions ? port_.add_positions(claims) : StepResult{}; },
        [this] { return port_.commit(); },
    };
    for (const Call& step : steps) {
        StepResult result = attempt(step);
        if (result.kind != StepResult::Kind::done) return result;
    }
    return {};
}

// The identity in the group is taken before it is asked whether the partitions are still ours: if
// they are lost after that, the brokers know us under another generation and refuse.
Result<void> Transactions::work(std::vector<Batch>& batches) {
    if (stopping_) return fail(Errc::closed, "the log is closing");
    if (!is_open_ && !open()) return fail(Errc::closed, "no transaction can be begun");
    port_.take_identity();
    std::vector<Publish> publishes;
    std::vector<NewRecord> outputs;
    for (Batch& batch : batches) {
        if (progress_->is_current(*batch.publish)) {
            publishes.push_back(batch.publish);
        } else if (!is_planted(PlantedBug::fenced_member_publishes)) {
            return fail(Errc::fenced, "its records will come again, here or at another member");
        }
        std::ranges::move(batch.outputs, std::back_inserter(outputs));
    }
    const std::vector<Claim> claims = joined(publishes);
    if (claims.empty() && outputs.empty()) return {};
    std::size_t replaced = 0;
    bool one_by_one = false;
    while (true) {
        const StepResult result = transact(outputs, claims, one_by_one);
        if (result.kind == StepResult::Kind::done) {
            losses_ = 0;
            standing_.stand(kRefusedInTransaction, {});
            return {};
        }
        if (result.kind != StepResult::Kind::refused) return std::unexpected(result.error);
        if (!open()) return std::unexpected(result.error);
        if (std::exchange(one_by_one, true)) {
            if (++replaced > 2 * outputs.size()) return std::unexpected(result.error);
            if (!replace(outputs[result.record], result.error)) {
                return std::unexpected(result.error);
            }
        }
    }
}

bool Transactions::step() {
    std::vector<Batch> batches;
    bool is_wanted = false;
    {
        const std::lock_guard lock(mutex_);
        batches.swap(waiting_);
        waiting_records_ = 0;
        is_wanted = std::exchange(is_wanted_, false);
    }
    if (is_wanted && !is_open_ && !stopping_) open();
    if (batches.empty()) return is_wanted;
    const Result<void> outcome = work(batches);
    const bool failed = !outcome;
    for (const Batch& batch : batches) progress_->complete(batch.publish, outcome);
    completed_(failed);
    if (!failed) port_.pause(kBetweenTransactions);
    return true;
}

}  // namespace flightcast::eventlog::membership
