// SPDX-License-Identifier: Apache-2.0
#include "app/serve/watch/collector.h"

#include <charconv>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "base/limits.h"
#include "loadtest/net/target.h"
#include "replay/targets/http_client.h"
#include "telemetry/build_info.h"

namespace flightcast::app::serve {

namespace targets = flightcast::replay::targets;
using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::string_view kTracesPath = "/v1/traces";
constexpr int kAnswerGood = 300;  // a status below is

std::string from_environment(const char* name) {
    const char* const value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

// "http://host:4318/v1/traces" as its server and path.
struct Address {
    loadtest::net::Target server;
    std::string path;
};

Result<Address> parse_address(const std::string& url) {
    const std::size_t scheme = url.find("://");
    const std::size_t slash = scheme == std::string::npos
                                  ? scheme
                                  : url.find('/', scheme + std::string_view("://").size());
    auto server = loadtest::net::parse_target(url.substr(0, slash));
    if (!server) {
        return fail(
            Errc::invalid_argument,
            "the collector's address '" + url + "': " + server.error().detail
        );
    }
    return Address{*std::move(server), slash == std::string::npos ? "/" : url.substr(slash)};
}

// One connection that is made when it is first needed, and again after a failure.
class Connection {
  public:
    Connection(Address address, const base::Clock& clock)
        : address_(std::move(address)), clock_(clock) {}

    Result<std::size_t> send(const std::string& body) {
        const bool is_used = client_ != nullptr;
        auto answer = ask(body);
        // A collector may have closed a connection that was idle.
        if (!answer && is_used) answer = ask(body);
        if (!answer) return std::unexpected(answer.error());
        if (answer->status < kAnswerGood) return tracing::rejected_spans(answer->body);
        return fail(
            Errc::unavailable,
            "it answers " + std::to_string(answer->status) + ": " + answer->body.substr(0, 200)
        );
    }

  private:
    Result<targets::HttpAnswer> ask(const std::string& body) {
        if (client_ == nullptr) {
            FC_TRY(
                client_,
                targets::HttpClient::open(
                    address_.server,
                    {.answer_timeout = base::limits::kSpanAnswerTimeout,
                     .patience = std::chrono::milliseconds(0)},
                    clock_
                )
            );
        }
        auto answer = client_->send(
            {.path = address_.path, .body = body, .content_type = tracing::kOtlpContentType}
        );
        if (!answer) client_.reset();
        return answer;
    }

    const Address address_;
    const base::Clock& clock_;
    std::unique_ptr<targets::HttpClient> client_;
};

}  // namespace

Result<double> read_share(const std::string& text) {
    double share = 0;
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, share);
    if (error == std::errc{} && at == end && share >= 0 && share <= 1) return share;
    return fail(
        Errc::invalid_argument,
        "--trace-sample: '" + text +
            "' is not a share of the requests; give one from 0 to 1, such "
            "as 0.01"
    );
}

std::string traces_url(const options::ServeOptions& options) {
    if (std::string traces = from_environment("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
        options.otlp_endpoint.empty() && !traces.empty()) {
        return traces;
    }
    std::string url = options.otlp_endpoint;
    if (url.empty()) url = from_environment("OTEL_EXPORTER_OTLP_ENDPOINT");
    if (url.empty()) return url;
    while (url.ends_with('/')) url.pop_back();
    return url.ends_with(kTracesPath) ? url : url.append(kTracesPath);
}

Result<std::unique_ptr<tracing::Tracer>> open_tracer(CollectorParts parts) {
    FC_TRY(const double share, read_share(parts.options.trace_sample));
    const std::string url = traces_url(parts.options);
    if (url.empty()) return nullptr;
    FC_TRY(Address address, parse_address(url));
    std::string service = from_environment("OTEL_SERVICE_NAME");
    if (service.empty()) service = "flightcast";
    tracing::Resource resource = {
        {"service.name", std::move(service)},
        {"service.version", std::string(telemetry::build_info().version)},
        {"flightcast.role", parts.role}
    };
    if (!parts.instance_id.empty()) {
        resource.emplace_back("service.instance.id", parts.instance_id);
    }
    const auto connection = std::make_shared<Connection>(std::move(address), parts.clock);
    parts.logger.info("traces are sent", {{"collector", url}, {"share", share}});
    return std::make_unique<tracing::Tracer>(
        tracing::Tracer::Parts{
            .send = [connection](const std::string& body) { return connection->send(body); },
            .metrics = parts.metrics,
            .logger = parts.logger,
            .place = url
        },
        tracing::TracerOptions{.resource = std::move(resource), .share = share}
    );
}

}  // namespace flightcast::app::serve
