// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/performance_endpoint.h"

#include <algorithm>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "gateway/api/bodies/problem.h"
#include "gateway/http/query.h"
#include "history/day_report.h"
#include "performance/performance_json.h"

namespace flightcast::gateway::api {

using http::Respond;
using http::Response;

namespace {

std::optional<std::size_t> place_in(
    std::span<const std::string_view> names, std::string_view name
) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

std::string list_of(std::span<const std::string_view> names) {
    std::string text;
    for (const std::string_view name : names) text.append(text.empty() ? "" : ", ").append(name);
    return text;
}

Response figures_response(const Parts& parts, const performance::Report& report) {
    Response response{.status = 200, .content_type = "application/json"};
    response.headers.push_back({"Cache-Control", "no-store"});
    response.headers.push_back({"X-Content-Type-Options", "nosniff"});
    response.body =
        performance::performance_json(report, parts.unjudged ? parts.unjudged() : std::nullopt);
    return response;
}

// The window and the split that a request asks for.
struct Asked {
    performance::Window window{};
    performance::Split split{};
};

std::expected<Asked, Response> read_question(const http::Request& request) {
    const http::Query query = http::Query::parse(request.query);
    const auto window = place_in(performance::kWindowNames, query.find("window").value_or("24h"));
    if (!window) {
        return std::unexpected(
            bad_parameter("window", "give one of " + list_of(performance::kWindowNames))
        );
    }
    const auto split = place_in(performance::kSplitNames, query.find("by").value_or("model"));
    if (!split) {
        return std::unexpected(
            bad_parameter("by", "give one of " + list_of(performance::kSplitNames))
        );
    }
    return Asked{
        static_cast<performance::Window>(*window), static_cast<performance::Split>(*split)
    };
}

// On the store's thread, and from there to the I/O thread.
void ask_store(const Parts& parts, const Asked& asked, Respond respond) {
    const base::WallTime end = parts.end_of_figures();
    const auto [first, last] = history::days_of(asked.window, end);
    parts.day_sums(
        first, last, [&parts, asked, end, respond = std::move(respond)](auto days) mutable {
            parts.post([&parts,
                        asked,
                        end,
                        days = std::move(days),
                        respond = std::move(respond)]() mutable {
                if (days) {
                    const auto report = history::report_of(*days, asked.window, asked.split, end);
                    return respond(figures_response(parts, report));
                }
                respond(problem_response(
                    {.status = 503,
                     .title = "The store does not answer",
                     .detail = days.error().detail + "."}
                ));
            });
        }
    );
}

}  // namespace

void answer_performance(const Parts& parts, const http::Request& request, Respond respond) {
    if (const std::string off = parts.performance_off(); !off.empty()) {
        return respond(
            problem_response({.status = 503, .title = "Arrivals are off", .detail = off + "."})
        );
    }
    auto asked = read_question(request);
    if (!asked) return respond(std::move(asked).error());
    if (!performance::is_beyond_log(asked->window)) {
        return respond(figures_response(
            parts, parts.performance.ask(asked->window, asked->split, parts.end_of_figures())
        ));
    }
    if (!history::is_by_days(asked->split)) {
        return respond(bad_parameter(
            "by", "of windows of more than 30 days there are figures by model, class and day only"
        ));
    }
    if (!parts.day_sums) {
        return respond(problem_response(
            {.status = 503,
             .title = "No store",
             .detail = "Windows of more than 30 days need the daily sums of a store."}
        ));
    }
    ask_store(parts, *asked, std::move(respond));
}

}  // namespace flightcast::gateway::api
