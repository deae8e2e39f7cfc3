// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"
#include "tracing/otlp.h"
#include "tracing/span.h"

namespace flightcast::tracing {

// Brings one encoded batch to a collector; how many of its spans that rejected. On the tracer's
// thread; may take as long as its own time limit.
using SendSpans = std::function<base::Result<std::size_t>(const std::string& body)>;

struct TracerOptions {
    Resource resource;
    double share = 1;  // of the requests without a decision of their client's; 0 to 1
};

// Takes spans of sampled requests and sends them to a collector in batches, on a thread of its own.
// A collector that takes none is said once, and once more when it works again; its spans are
// dropped and counted in flightcast_spans_total, and so are those that find the queue full. Nothing
// waits for it. A process that traces nothing has no tracer.
//
// Thread-safety: any thread may call any member.
class Tracer {
  public:
    struct Parts {
        SendSpans send;
        telemetry::Metrics& metrics;
        telemetry::Logger logger;
        std::string place;  // of the collector, for people
    };
    Tracer(Parts parts, TracerOptions options);

    // Sends what waits, as long as the collector takes it.
    ~Tracer();
    Tracer(const Tracer&) = delete;
    Tracer& operator=(const Tracer&) = delete;

    // Whether a request is traced whose client said nothing: by its id, so every process decides
    // alike.
    [[nodiscard]] bool samples(const base::Uuid& request) const;

    void add(Span span);

    // As a table of seconds: how long to wait after so many failures in a row.
    [[nodiscard]] static std::chrono::milliseconds pause_after(std::size_t failures);

  private:
    void run();
    [[nodiscard]] std::vector<Span> take_batch();
    void send(const std::vector<Span>& batch);
    void tell(const base::Result<std::size_t>& sent, std::size_t spans);
    void wait_after_failure();

    const Parts parts_;
    const TracerOptions options_;
    const telemetry::Counter sent_;
    const telemetry::Counter dropped_;
    std::size_t failures_ = 0;  // in a row; the thread's
    std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<Span> waiting_;  // guarded by mutex_
    bool is_ending_ = false;    // guarded by mutex_
    std::thread thread_;
};

}  // namespace flightcast::tracing
