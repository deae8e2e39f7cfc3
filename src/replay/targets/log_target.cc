// SPDX-License-Identifier: Apache-2.0
#include "replay/targets/log_target.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/limits.h"
#include "eventlog/embedded.h"
#include "eventlog/positions.h"
#include "flight/prediction_json.h"
#include "flight/request_json.h"
#include "flight/topics/arrivals_before.h"
#include "replay/targets/report_of.h"
#include "replay/targets/request_of.h"

namespace flightcast::replay::targets {

using base::Errc;
using base::fail;
using base::Result;
using eventlog::NewRecord;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds kLookAgain{100};        // at wishes to stop
constexpr std::size_t kAskedTogether = 1'000;  // requests of one append

}  // namespace

LogTarget::LogTarget(LogTargetParts parts) : parts_(std::move(parts)) {}

LogTarget::~LogTarget() {
    if (outcomes_) outcomes_->on_ready({});
}

Result<std::unique_ptr<LogTarget>> LogTarget::open(LogTargetParts parts) {
    std::unique_ptr<LogTarget> target(new LogTarget(std::move(parts)));
    eventlog::EventLog& log = target->parts_.log;
    FC_TRY(target->appender_, LogAppender::open(log, target->parts_.patience, target->parts_.stop));
    eventlog::Embedded* const embedded = log.embedded();
    if (embedded != nullptr && target->parts_.steps_a_flush > 1) {
        FC_TRY(std::unique_ptr<eventlog::Writer> writer, embedded->open_quick_writer());
        target->quick_ = std::make_unique<LogAppender>(
            std::move(writer), target->parts_.patience, target->parts_.stop
        );
    }
    FC_TRY(
        target->outcomes_,
        log.open_reader({.topics = target->parts_.topics.outcomes(), .start = eventlog::FromEnd{}})
    );
    target->outcomes_->on_ready([signs = target->signs_] { signs->give(); });
    return target;
}

NewRecord LogTarget::request_record(std::uint32_t flight) const {
    const Flight& leaves = parts_.list.flights[flight];
    flight::Request request = request_of(parts_.list, leaves, parts_.routes, parts_.zone);
    request.id = request_id(parts_.run, flight);
    NewRecord record{
        .topic = parts_.topics.request,
        .key = request.id.to_string(),
        .value = flight::encode_request(request),
        .headers = {{"content-type", "application/json"}, {"schema", "1"}}
    };
    if (arrivals_end_) {
        record.headers.push_back(
            {std::string(flight::kArrivalsHeader), std::to_string(*arrivals_end_)}
        );
    }
    return record;
}

// Waits until `is_done`, which is asked whenever the log has given a sign, while there are signs.
Result<void> LogTarget::wait_for(const std::function<bool()>& is_done, const char* what) {
    milliseconds silent{0};
    while (true) {
        FC_TRY_VOID(read_outcomes());
        if (is_done()) return {};
        if (parts_.stop.stop_requested()) return fail(Errc::closed, "interrupted");
        silent = signs_->wait(kLookAgain) ? milliseconds(0) : silent + kLookAgain;
        if (silent >= parts_.patience) return fail(Errc::timeout, what);
    }
}

Result<void> LogTarget::read_outcomes() {
    while (true) {
        FC_TRY(const auto records, outcomes_->poll(base::limits::kPollRecordsMax));
        for (const eventlog::Record& record : records) take(record);
        if (fault_) return std::unexpected(*fault_);
        if (records.empty()) return {};
    }
}

void LogTarget::take(const eventlog::Record& record) {
    if (!record.value) return;
    const auto id = flight::uuid_of_outcome(*record.value);
    const auto found = id ? open_.find(*id) : open_.end();
    if (found == open_.end()) return;
    const std::uint32_t flight = found->second;
    open_.erase(found);
    if (parts_.topics.kind_of(record.at.topic) == flight::OutcomeKind::failure) return;
    auto prediction = flight::decode_prediction(*record.value, parts_.zone);
    if (!prediction) {
        fault_ = prediction.error();
    } else if (!prediction->probabilities) {
        fault_ = base::Error{
            Errc::unsupported,
            "responses have no probabilities, so predictions cannot be judged; start the scorers "
            "without --response-fields original"
        };
    } else {
        answers_[flight] = {
            .flight = flight,
            .model = prediction->model.value_or("unknown"),
            .predicted = static_cast<std::size_t>(prediction->predicted),
            .probabilities = *prediction->probabilities
        };
    }
}

Result<std::vector<Answer>> LogTarget::ask(
    std::vector<NewRecord> before, std::span<const std::uint32_t> flights
) {
    answers_.clear();
    if (parts_.log.embedded() == nullptr) FC_TRY_VOID(report(std::exchange(before, {})));
    for (const std::uint32_t flight : flights) {
        before.push_back(request_record(flight));
        open_[request_id(parts_.run, flight)] = flight;
    }
    FC_TRY_VOID(append(before));
    FC_TRY_VOID(wait_for(
        [this] { return open_.empty(); },
        "requests stay without an outcome; does a scorer run on these topics?"
    ));
    std::vector<Answer> answers;
    for (const std::uint32_t flight : flights) {
        const auto found = answers_.find(flight);
        if (found != answers_.end()) answers.push_back(std::move(found->second));
    }
    return answers;
}

// What a step appends last makes all before it durable.
Result<void> LogTarget::append(const std::vector<NewRecord>& records) {
    return unsettled_ > 0 ? quick_->append(records) : appender_->append(records);
}

// Reports arrivals to a log whose topics have no order between them: requests tell what was
// reported before.
Result<void> LogTarget::report(const std::vector<NewRecord>& arrivals) {
    if (arrivals.empty()) return {};
    FC_TRY_VOID(append(arrivals));
    FC_TRY(
        const std::vector<eventlog::Position> ends,
        eventlog::ends_of(parts_.log.admin(), {parts_.topics.arrival})
    );
    if (!ends.empty()) arrivals_end_ = ends.front().next.value();
    return {};
}

Result<std::vector<Answer>> LogTarget::play(std::size_t /*number*/, const Step& step) {
    const bool is_durable = quick_ == nullptr || unsettled_ + 1 >= parts_.steps_a_flush;
    unsettled_ = is_durable ? 0 : unsettled_ + 1;
    std::vector<Answer> answers;
    std::span<const std::uint32_t> rest = step.requests;
    std::vector<NewRecord> before;
    for (const PlannedReport& report : step.arrivals) {
        before.push_back(record_of(parts_.topics.arrival, arrival_of(parts_.list, report)));
    }
    do {
        const auto some = rest.first(std::min(rest.size(), kAskedTogether));
        FC_TRY(std::vector<Answer> given, ask(std::exchange(before, {}), some));
        std::ranges::move(given, std::back_inserter(answers));
        rest = rest.subspan(some.size());
    } while (!rest.empty());
    std::vector<NewRecord> departures;
    for (const PlannedReport& report : step.departures) {
        departures.push_back(record_of(parts_.topics.arrival, departure_of(parts_.list, report)));
    }
    if (parts_.log.embedded() == nullptr) {
        FC_TRY_VOID(report(departures));
    } else {
        FC_TRY_VOID(append(departures));
    }
    return answers;
}

}  // namespace flightcast::replay::targets
