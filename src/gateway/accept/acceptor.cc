// SPDX-License-Identifier: Apache-2.0
#include "gateway/accept/acceptor.h"

#include <utility>

#include "base/check.h"
#include "base/planted_bug.h"
#include "flight/request_json.h"
#include "flight/topics/variant.h"
#include "gateway/accept/trace_context.h"

namespace flightcast::gateway::accept {

using base::Result;

namespace {

constexpr std::string_view kFlight = "flight";

std::string late_answer(const std::string& subject, const std::optional<base::Error>& trouble) {
    std::string text = "It is not known in time whether the " + subject + " was accepted";
    if (trouble) text += " (" + trouble->detail + ")";
    if (subject != kFlight) return text + "; it is safe to send it again.";
    return text + "; it is safe to submit it again with the same Idempotency-Key.";
}

}  // namespace

Acceptor::Acceptor(Parts parts, AcceptorOptions options)
    : parts_(std::move(parts)), options_(std::move(options)) {}

// A traced request's record carries our span; of others what the client brought, as it is.
eventlog::NewRecord Acceptor::record_of(
    const flight::Request& flight, std::string_view traceparent
) const {
    std::optional<std::string> trace;
    if (parts_.traces != nullptr) trace = parts_.traces->begin(flight.id, traceparent);
    if (!trace && is_traceparent(traceparent)) trace = traceparent;
    return {
        .topic = options_.request_topic,
        .key = flight.id.to_string(),
        .value = flight::encode_request(flight),
        .headers = {
            {"content-type", "application/json"},
            {"schema", "1"},
            {"traceparent", trace ? *std::move(trace) : traceparent_for(flight.id)}
        }
    };
}

void Acceptor::accept(
    std::span<const flight::Request> flights, std::string_view traceparent, Done done
) {
    FC_CHECK(!flights.empty());
    auto pending = std::make_shared<Pending>();
    pending->done = std::move(done);
    pending->since = now();
    if (parts_.traces != nullptr) pending->times.begun = parts_.clock.wall_now();
    std::vector<eventlog::NewRecord> records;
    records.reserve(flights.size());
    pending->ids.reserve(flights.size());
    for (const flight::Request& flight : flights) {
        records.push_back(record_of(flight, traceparent));
        pending->ids.push_back(flight.id);
        std::string variant = parts_.variant ? parts_.variant(flight.id) : std::string();
        if (variant.empty()) continue;
        records.back().headers.push_back({std::string(flight::kVariantHeader), std::move(variant)});
    }
    queue(pending, std::move(records));
}

void Acceptor::append(
    std::vector<eventlog::NewRecord> records, std::string_view subject, Done done
) {
    FC_CHECK(!records.empty());
    auto pending = std::make_shared<Pending>();
    pending->done = std::move(done);
    pending->since = now();
    pending->subject = subject;
    queue(pending, std::move(records));
}

void Acceptor::queue(
    const std::shared_ptr<Pending>& pending, std::vector<eventlog::NewRecord> records
) {
    const std::string refusal = "The " + pending->subject + " was not accepted: ";
    if (is_closed_) return tell(*pending, {Fate::full, refusal + "the server is stopping."});
    const bool is_traced = parts_.traces != nullptr;
    if (is_traced) pending->times.appended = parts_.clock.wall_now();
    const Result<void> queued =
        parts_.writer.append(std::move(records), [this, pending, is_traced](Result<void> result) {
            const auto at = is_traced ? parts_.clock.wall_now() : base::WallTime{};
            parts_.post([this, pending, at, result = std::move(result)] {
                pending->times.acknowledged = at;
                completed(*pending, result);
            });
        });
    if (queued) {
        waiting_.push_back(pending);
        if (base::is_planted(base::PlantedBug::accepted_before_durable)) {
            tell(*pending, {Fate::accepted});
        }
        return;
    }
    const Fate fate = queued.error().code == base::Errc::full ? Fate::full : Fate::unknown;
    tell(*pending, {fate, refusal + queued.error().detail});
}

void Acceptor::refused(base::SteadyTime since) const {
    parts_.on_submission({Fate::invalid}, std::nullopt, now() - since);
}

void Acceptor::tell(Pending& pending, const Verdict& verdict) const {
    pending.is_told = true;
    const auto took = now() - pending.since;
    const bool accepted = verdict.fate == Fate::accepted;
    for (const base::Uuid& id : pending.ids) {
        parts_.on_submission(verdict, accepted ? std::optional(id) : std::nullopt, took);
    }
    std::exchange(pending.done, nullptr)(verdict);
    if (parts_.traces != nullptr) end_traces(pending, verdict);
}

// After the answer, so that no client waits for it.
void Acceptor::end_traces(const Pending& pending, const Verdict& verdict) const {
    const bool accepted = verdict.fate == Fate::accepted;
    for (const base::Uuid& id : pending.ids) {
        parts_.traces->end(id, pending.times, accepted ? std::string_view() : verdict.why);
    }
}

void Acceptor::completed(Pending& pending, const Result<void>& result) {
    if (pending.is_told) return;  // Too late: the client was told that the fate is unknown.
    if (result || base::is_planted(base::PlantedBug::accepted_though_failed)) {
        tell(pending, {Fate::accepted});
    } else if (result.error().code == base::Errc::full) {
        tell(
            pending,
            {Fate::full, "The " + pending.subject + " was not accepted: " + result.error().detail}
        );
    } else {
        tell(
            pending,
            {Fate::unknown,
             "The " + pending.subject + " could not be stored: " + result.error().detail}
        );
    }
    drop_told();
}

void Acceptor::drop_told() {
    while (!waiting_.empty() && waiting_.front()->is_told) waiting_.pop_front();
}

std::optional<base::SteadyTime> Acceptor::next_deadline() const {
    if (waiting_.empty()) return std::nullopt;
    return waiting_.front()->since + options_.accept_timeout;
}

void Acceptor::expire(base::SteadyTime now) {
    drop_told();
    const auto is_late = [&] {
        return !waiting_.empty() && waiting_.front()->since + options_.accept_timeout <= now;
    };
    if (!is_late()) return;
    const auto trouble = parts_.log_trouble ? parts_.log_trouble() : std::optional<base::Error>();
    while (is_late()) {
        Pending& pending = *waiting_.front();
        tell(pending, {Fate::unknown, late_answer(pending.subject, trouble)});
        drop_told();
    }
}

}  // namespace flightcast::gateway::accept
