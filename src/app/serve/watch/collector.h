// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "app/options/options.h"
#include "base/clock.h"
#include "base/result.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"
#include "tracing/tracer.h"

namespace flightcast::app::serve {

// The share of requests that --trace-sample names: 0 to 1. Errors: invalid_argument.
[[nodiscard]] base::Result<double> read_share(const std::string& text);

// Where spans go: --otlp-endpoint, else OTEL_EXPORTER_OTLP_TRACES_ENDPOINT as it is, else
// OTEL_EXPORTER_OTLP_ENDPOINT with /v1/traces behind it; empty: nothing is traced.
[[nodiscard]] std::string traces_url(const options::ServeOptions& options);

struct CollectorParts {
    const options::ServeOptions& options;
    std::string role;
    std::string instance_id;
    const base::Clock& clock;
    telemetry::Metrics& metrics;
    telemetry::Logger logger;
};

// The tracer of a process, which sends to the collector by HTTP; null where nothing is traced.
// Errors: invalid_argument for a URL or a share that cannot be used. A collector that is away is
// none.
[[nodiscard]] base::Result<std::unique_ptr<tracing::Tracer>> open_tracer(CollectorParts parts);

}  // namespace flightcast::app::serve
