// SPDX-License-Identifier: Apache-2.0
#include "gateway/operations/operations.h"

#include <string>

namespace flightcast::gateway::operations {
namespace {

http::Response report_of(const telemetry::Health& health, telemetry::HealthScope scope) {
    const telemetry::HealthReport report = health.report(scope);
    http::Response response{
        .status = report.healthy ? 200U : 503U, .content_type = "application/json"
    };
    response.headers.push_back({"Cache-Control", "no-store"});
    response.body = report.to_json() + "\n";
    return response;
}

}  // namespace

void add_operations(
    http::Router& router, const telemetry::Health& health, telemetry::Metrics& metrics
) {
    using telemetry::HealthScope;
    router.add("GET", "/livez", [&health](const http::Request&, http::Respond respond) {
        respond(report_of(health, HealthScope::live));
    });
    router.add("GET", "/readyz", [&health](const http::Request&, http::Respond respond) {
        respond(report_of(health, HealthScope::ready));
    });
    router.add("GET", "/metrics", [&metrics](const http::Request&, http::Respond respond) {
        http::Response response{.content_type = std::string(telemetry::Metrics::kContentType)};
        response.body = metrics.text();
        respond(std::move(response));
    });
}

}  // namespace flightcast::gateway::operations
