// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tracing/span.h"

namespace flightcast::tracing {

// The process that spans are of.
using Resource = std::vector<std::pair<std::string, std::string>>;  // "service.name"

// The body of a POST to /v1/traces of a collector: ExportTraceServiceRequest of OTLP 1.x in
// protobuf, Content-Type application/x-protobuf. The schema is that of
// github.com/open-telemetry/opentelemetry-proto, whose Python package decodes it in a test.
[[nodiscard]] std::string encode_otlp(const Resource& resource, std::span<const Span> spans);
inline constexpr std::string_view kOtlpContentType = "application/x-protobuf";

// How many spans a collector says that it rejected, from its answer to such a POST: an
// ExportTraceServiceResponse. 0 for an answer that says nothing of it.
[[nodiscard]] std::size_t rejected_spans(std::string_view answer);

}  // namespace flightcast::tracing
