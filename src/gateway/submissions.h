// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/limits.h"
#include "base/random.h"
#include "base/result.h"
#include "base/uuid.h"
#include "eventlog/event_log.h"
#include "flight/active_routes.h"
#include "flight/time_zone.h"
#include "gateway/http/message.h"

namespace flightcast::gateway {

// What became of one submitted flight: the value of a metric's label.
enum class SubmissionOutcome { accepted, invalid, full, unknown };

struct SubmissionsOptions {
    std::string request_topic;
    flight::TimeZone zone;
    std::chrono::microseconds accept_timeout = base::limits::kAcceptTimeout;
};

// Brings work from the log's threads to the I/O thread.
using Post = std::function<void(std::move_only_function<void()>)>;

// Told of every submission and how long its answer took; the id when it was accepted.
using OnSubmission = std::function<
    void(SubmissionOutcome, const std::optional<base::Uuid>&, std::chrono::microseconds)>;

// Takes flights: POST /flights/delays/predict/classify_realtime. Answers OK only when the request
// is durable in the log; 400 and 415 to what is no flight; 503 to what it cannot take now or whose
// fate is not known in time. Bodies are JSON sent as text/html, as the original does.
//
// Thread-safety: the I/O thread only.
class Submissions {
  public:
    // REQUIRES: all that is passed by reference outlives the object and every call of `post`.
    struct Parts {
        eventlog::Writer& writer;
        const flight::ActiveRoutes& routes;
        const base::Clock& clock;
        base::Random& random;
        Post post;
        OnSubmission on_submission;
    };
    Submissions(Parts parts, SubmissionsOptions options);

    void handle(const http::Request& request, http::Respond respond);

    // When the first submission that waits for the log has waited too long.
    [[nodiscard]] std::optional<base::SteadyTime> next_deadline() const;
    void expire(base::SteadyTime now);

  private:
    // One that waits for the log. Whoever comes first, completion or time-out, takes the answer.
    struct Pending {
        http::Respond respond;
        base::Uuid id;
        base::SteadyTime since;
        bool answered = false;
    };

    void append(std::string value, const std::shared_ptr<Pending>& pending);
    void completed(Pending& pending, const base::Result<void>& result);
    void answer(Pending& pending, SubmissionOutcome outcome, http::Response response);
    void drop_answered();

    Parts parts_;
    const SubmissionsOptions options_;
    std::deque<std::shared_ptr<Pending>> waiting_;  // the oldest first
};

}  // namespace flightcast::gateway
