// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/limits.h"
#include "base/result.h"
#include "base/uuid.h"
#include "eventlog/event_log.h"
#include "flight/request.h"
#include "gateway/accept/request_traces.h"

namespace flightcast::gateway::accept {

// The fate of one submitted flight: the value of a metric's label.
enum class Fate { accepted, invalid, full, unknown };

// The fate of flights that were submitted together.
struct Verdict {
    Fate fate = Fate::unknown;
    std::string why{};  // for people, unless accepted: one sentence
};

// Brings work from the log's threads to the I/O thread.
using Post = std::function<void(std::move_only_function<void()>)>;

// Told of every submitted flight and how long its answer took; the id when it was accepted.
using OnSubmission = std::function<
    void(const Verdict&, const std::optional<base::Uuid>&, std::chrono::microseconds)>;

struct AcceptorOptions {
    std::string request_topic;
    std::chrono::microseconds accept_timeout = base::limits::kAcceptTimeout;
};

// Puts flights into the log, and tells when they are durable there: then they are accepted, all of
// one submission or none. Fate::full: not stored, the log's queue was full. Fate::unknown: the log
// failed or took longer than the time-out; it is safe to submit them again under the same ids.
// `Verdict::why` includes the log's reason.
//
// Thread-safety: the I/O thread only.
class Acceptor {
  public:
    // REQUIRES: all that is passed by reference outlives the object and every call of `post`.
    struct Parts {
        eventlog::Writer& writer;
        const base::Clock& clock;
        Post post;
        OnSubmission on_submission;
        std::function<std::optional<base::Error>()> log_trouble{};  // why the log may be slow
        // The header flightcast-variant of a request (flight/topics/variant.h); empty: none.
        std::function<std::string(const base::Uuid& id)> variant{};
        RequestTraces* traces = nullptr;  // null: requests are not traced
    };
    Acceptor(Parts parts, AcceptorOptions options);

    // Called once, perhaps before accept() returns.
    using Done = std::move_only_function<void(const Verdict&)>;

    // `traceparent` is the submission's header and goes with its records; if it is invalid, each
    // gets one of its own. REQUIRES: there is at least one flight, and each has an id of its own.
    void accept(std::span<const flight::Request> flights, std::string_view traceparent, Done done);

    // The same for records of another kind, of which the caller has made all; `subject` is what
    // they are to people: "report". They are not counted as flights.
    void append(std::vector<eventlog::NewRecord> records, std::string_view subject, Done done);

    // Takes no flight from now on: what is submitted later is Fate::full. What waits for the log is
    // told as before.
    void close() { is_closed_ = true; }

    // Whether somebody is yet to be told.
    [[nodiscard]] bool is_waiting() const { return !waiting_.empty(); }

    // Counts a submission that was no flight, and began at `since`.
    void refused(base::SteadyTime since) const;

    [[nodiscard]] base::SteadyTime now() const { return parts_.clock.steady_now(); }

    // When those that wait for the log longest have waited too long.
    [[nodiscard]] std::optional<base::SteadyTime> next_deadline() const;
    void expire(base::SteadyTime now);

  private:
    // Those that wait for the log. Completion or time-out tells them, the first of the two.
    struct Pending {
        Done done;
        std::vector<base::Uuid> ids;
        base::SteadyTime since;
        std::string subject = "flight";
        bool is_told = false;
        RequestTraces::Times times{};  // where requests are traced
    };

    void queue(const std::shared_ptr<Pending>& pending, std::vector<eventlog::NewRecord> records);
    [[nodiscard]] eventlog::NewRecord record_of(
        const flight::Request& flight, std::string_view traceparent
    ) const;
    void tell(Pending& pending, const Verdict& verdict) const;
    void end_traces(const Pending& pending, const Verdict& verdict) const;
    void completed(Pending& pending, const base::Result<void>& result);
    void drop_told();

    Parts parts_;
    const AcceptorOptions options_;
    std::deque<std::shared_ptr<Pending>> waiting_;  // the oldest first
    bool is_closed_ = false;
};

}  // namespace flightcast::gateway::accept
