// SPDX-License-Identifier: Apache-2.0
//
// The part of a process that has to do with arrivals: predictions go on without it.
#include <mutex>
#include <utility>

#include "app/serve/process.h"
#include "eventlog/read_ahead.h"
#include "eventlog/replay.h"

namespace flightcast::app::serve {

using base::Result;

namespace {

const std::string kArrivalsCheck = "arrivals";
const std::string kWaitingCheck = "arrivals waiting";
constexpr std::size_t kEvaluationsAtOnce = 256;  // as the gateway takes them

// Told in words that do not change with every flight.
std::string fault_of(const judging::EvaluatorCounts& counts) {
    if (counts.forgotten > 0) {
        return "predictions were forgotten before their arrivals: there is no room for all that "
               "wait" +
               (counts.file_trouble.empty() ? "" : " (" + counts.file_trouble + ")");
    }
    if (counts.in_file > 0) return "predictions wait in a file: memory has no room for all of them";
    return {};
}

}  // namespace

void Process::note(const judging::EvaluatorCounts& counts) {
    note_waiting(fault_of(counts));
    const std::lock_guard lock(mutex_);
    unjudged_ = {
        .waiting = static_cast<std::int64_t>(counts.waiting),
        .unmatched = static_cast<std::int64_t>(counts.unmatched)
    };
}

// The check appears once there is anything to say.
void Process::note_waiting(const std::string& fault) {
    if (fault == waiting_fault_) return;
    health_.add(kWaitingCheck, telemetry::HealthScope::note);
    fault.empty() ? health_.pass(kWaitingCheck) : health_.fail(kWaitingCheck, fault);
    waiting_fault_ = fault;
}

// Where a store keeps daily sums.
history::AskDaySums Process::ask_day_sums() {
    if (deployment_.history == nullptr) return {};
    history_desk_.emplace(*deployment_.history);
    return [this](std::int32_t first, std::int32_t last, history::DaySumsDone done) {
        history_desk_->day_sums(first, last, std::move(done));
    };
}

std::optional<performance::Unjudged> Process::unjudged() {
    const std::lock_guard lock(mutex_);
    return unjudged_;
}

// Whether the topics of arrivals can be used. Predictions go on without them; a right that is
// missing is taken for a topic that is missing.
Result<void> Process::look_at_arrivals() {
    FC_TRY(std::string off, ensure_topics(*deployment_.log, options_));
    const flight::TopicSet topics = options_.topics();
    eventlog::Admin& admin = deployment_.log->admin();
    for (const std::string& topic : {topics.arrival, topics.evaluation}) {
        if (!off.empty()) break;
        const auto ranges = admin.ranges(topic);
        if (!ranges && !is_refusal(admin, topic, ranges.error())) {
            return std::unexpected(ranges.error());
        }
        if (!ranges) {
            off = ranges.error().detail;
        } else if (topic == topics.arrival && ranges->size() != 1) {
            off = "topic '" + topic + "' has " + std::to_string(ranges->size()) +
                  " partitions; the order of arrivals counts, so give them a topic with one";
        }
    }
    if (!off.empty() && arrivals_off_.empty()) {
        logger_.warning("arrivals are off; predictions go on", {{"reason", off}});
    }
    note_arrivals(off);
    arrivals_off_ = std::move(off);
    return {};
}

// An operator should know why arrivals are not judged; requests are served all the same.
void Process::note_arrivals(const std::string& fault) {
    if (fault == arrivals_fault_) return;
    health_.add(kArrivalsCheck, telemetry::HealthScope::note);
    fault.empty() ? health_.pass(kArrivalsCheck) : health_.fail(kArrivalsCheck, fault);
    arrivals_fault_ = fault;
}

Result<void> Process::follow_arrivals() {
    if (!arrivals_off_.empty()) {
        gateway_->turn_off_arrivals(arrivals_off_);
        return {};
    }
    FC_TRY(
        gateway::ArrivalReplays replays,
        gateway::open_arrivals(*deployment_.log, options_.topics(), clock_.wall_now())
    );
    // A million of them may be there: they come off the disk beside the thread that serves clients.
    replays.evaluations =
        eventlog::ReadAhead::wrap(std::move(replays.evaluations), kEvaluationsAtOnce);
    gateway_->follow_arrivals(std::move(replays));
    return {};
}

// A gateway alone tells how experiments stand that scorers decide.
Result<void> Process::watch_experiments() {
    const bool is_wanted = role_ == Role::gateway && experiment_watch_ == nullptr;
    if (!is_wanted || !arrivals_off_.empty() || !registry_->off().empty()) return {};
    FC_TRY(
        experiment_watch_,
        ExperimentWatch::start(
            {.log = *deployment_.log,
             .topics = options_.topics(),
             .clock = clock_,
             .metrics = metrics_,
             .logger = log_.stage("experiments"),
             .on_status = [this](std::string json) { registry_->note_status(std::move(json)); }}
        )
    );
    return {};
}

// Some rights are missed only by the evaluator's work.
void Process::look_at_evaluator() {
    if (backend_ == nullptr || !arrivals_off_.empty()) return;
    const auto trouble = backend_->trouble_of("evaluator");
    note_arrivals(trouble ? trouble->detail : "");
}

}  // namespace flightcast::app::serve
