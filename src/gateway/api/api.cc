// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/api.h"

#include <string>
#include <utility>

#include "gateway/api/bodies/problem.h"
#include "gateway/api/outcome_json.h"
#include "gateway/api/performance_endpoint.h"
#include "gateway/api/today_endpoints.h"
#include "gateway/http/preferences.h"
#include "gateway/http/text.h"

namespace flightcast::gateway::api {

using http::Request;
using http::Respond;
using http::Response;

namespace {

// The answer to a client that does not accept our formats.
std::optional<Response> refuse_format(const Request& request) {
    if (http::accepts_type(request.headers, "application/json")) return std::nullopt;
    return problem_response(
        {.status = 406, .detail = "Answers are application/json; name it in Accept, or nothing."}
    );
}

Response refuse_stranger() {
    Response response = problem_response(
        {.status = 401, .detail = "This server wants its token: Authorization: Bearer TOKEN."}
    );
    response.headers.push_back({"WWW-Authenticate", "Bearer"});
    return response;
}

Response refuse_without_admin_token() {
    Response response = problem_response(
        {.status = 401,
         .detail = "This needs the admin token: Authorization: Bearer TOKEN. It is the one of "
                   "--admin-token, or in the file admin-token of the data folder."}
    );
    response.headers.push_back({"WWW-Authenticate", "Bearer"});
    return response;
}

std::optional<Response> refuse_body(const Request& request) {
    std::string type(request.media_type());
    for (char& c : type) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    if (type != "application/json") {
        return problem_response(
            {.status = 415,
             .detail = "Bodies are taken as JSON; send Content-Type: application/json."}
        );
    }
    const auto coding = request.headers.joined("content-encoding");
    if (!coding || coding->empty() || http::equal_ignoring_case(*coding, "identity")) {
        return std::nullopt;
    }
    return problem_response(
        {.status = 415, .detail = "Bodies are taken as they are; send no Content-Encoding."}
    );
}

}  // namespace

Api::Api(Parts parts)
    : parts_(std::move(parts)),
      predictions_(parts_),
      arrivals_(parts_),
      models_(parts_),
      catalog_(parts_) {}

void Api::add_to(http::Router& router) {
    router.add("POST", kPredictionsPath, [this](const Request& request, Respond respond) {
        auto refusal = refuse_format(request);
        if (!refusal && !parts_.is_allowed(request)) refusal = refuse_stranger();
        if (!refusal) refusal = refuse_body(request);
        if (refusal) return respond(*std::move(refusal));
        predictions_.submit(request, std::move(respond));
    });
    router.add(
        "GET",
        std::string(kPredictionsPath) + "/<id>",
        [this](const Request& request, Respond respond) {
            auto refusal = refuse_format(request);
            if (!refusal && !parts_.is_allowed(request)) refusal = refuse_stranger();
            if (refusal) return respond(*std::move(refusal));
            predictions_.find(request, std::move(respond));
        }
    );
    add_arrivals_to(router);
    add_models_to(router);
    add_today_to(router);
    add_status_to(router);
    const auto add = [&](std::string_view path, Response (Catalog::*answer)(const Request&)) {
        router.add("GET", path, [this, answer](const Request& request, Respond respond) {
            auto refusal = refuse_format(request);
            respond(refusal ? *std::move(refusal) : (catalog_.*answer)(request));
        });
    };
    add("/api/v1/carriers", &Catalog::carriers);
    add("/api/v1/airports", &Catalog::airports);
    add("/api/v1/routes", &Catalog::routes);
    add("/api/v1/model", &Catalog::model);
    add("/openapi.json", &Catalog::openapi);
}

void Api::add_arrivals_to(http::Router& router) {
    router.add("POST", "/api/v1/arrivals", [this](const Request& request, Respond respond) {
        auto refusal = refuse_format(request);
        if (!refusal && !parts_.is_admin(request)) refusal = refuse_without_admin_token();
        if (!refusal) refusal = refuse_body(request);
        if (refusal) return respond(*std::move(refusal));
        arrivals_.submit(request, std::move(respond));
    });
    router.add("GET", "/api/v1/performance", [this](const Request& request, Respond respond) {
        auto refusal = refuse_format(request);
        if (!refusal && !parts_.is_allowed(request)) refusal = refuse_stranger();
        if (refusal) return respond(*std::move(refusal));
        answer_performance(parts_, request, std::move(respond));
    });
    router.add(
        "POST",
        std::string(kPredictionsPath) + "/<id>/arrival",
        [this](const Request& request, Respond respond) {
            auto refusal = refuse_format(request);
            if (!refusal && !parts_.is_allowed(request)) refusal = refuse_stranger();
            if (!refusal) refusal = refuse_body(request);
            if (refusal) return respond(*std::move(refusal));
            arrivals_.submit_one(request, std::move(respond));
        }
    );
}

void Api::add_today_to(http::Router& router) {
    using Answer = Response (*)(const Parts&, const Request&);
    const auto add = [&](std::string_view path, Answer answer) {
        router.add("GET", path, [this, answer](const Request& request, Respond respond) {
            auto refusal = refuse_format(request);
            if (!refusal && !parts_.is_allowed(request)) refusal = refuse_stranger();
            respond(refusal ? *std::move(refusal) : answer(parts_, request));
        });
    };
    add("/api/v1/today", answer_today);
    add("/api/v1/airports/<id>", answer_airport);
    add("/api/v1/routes/<id>", answer_route);
}

void Api::add_models_to(http::Router& router) {
    enum class Body { json, bytes };
    using Change = void (Models::*)(const Request&, Respond) const;
    const auto show = [&](std::string_view path, Change told) {
        router.add("GET", path, [this, told](const Request& request, Respond respond) {
            auto refusal = refuse_format(request);
            if (!refusal && !parts_.is_allowed(request)) refusal = refuse_stranger();
            if (refusal) return respond(*std::move(refusal));
            (models_.*told)(request, std::move(respond));
        });
    };
    show("/api/v1/models", &Models::list);
    show("/api/v1/experiments", &Models::experiments);
    show("/api/v1/drift", &Models::drift);
    const auto add = [&](std::string_view method, std::string_view path, Body body, Change change) {
        router.add(method, path, [this, body, change](const Request& request, Respond respond) {
            auto refusal = refuse_format(request);
            if (!refusal && !parts_.is_admin(request)) refusal = refuse_without_admin_token();
            if (!refusal && body == Body::json) refusal = refuse_body(request);
            if (refusal) return respond(*std::move(refusal));
            (models_.*change)(request, std::move(respond));
        });
    };
    add("POST", "/api/v1/models/parts", Body::bytes, &Models::take_part);
    add("POST", "/api/v1/models", Body::json, &Models::add);
    add("PUT", "/api/v1/models/aliases/<id>", Body::json, &Models::set_alias);
    add("POST", "/api/v1/models/<id>/removal", Body::json, &Models::remove);
    add("POST", "/api/v1/experiments", Body::json, &Models::start_experiment);
    add("POST", "/api/v1/experiments/<id>/stop", Body::json, &Models::stop_experiment);
}

void Api::add_status_to(http::Router& router) {
    router.add("GET", "/api/v1/status", [this](const Request& request, Respond respond) {
        auto refusal = refuse_format(request);
        if (!refusal && !parts_.is_admin(request)) refusal = refuse_without_admin_token();
        if (refusal) return respond(*std::move(refusal));
        std::string status = parts_.status ? parts_.status() : std::string();
        if (status.empty()) {
            return respond(
                problem_response({.status = 503, .detail = "This process keeps no status."})
            );
        }
        Response response{.status = 200, .content_type = "application/json"};
        response.headers.push_back({"Cache-Control", "no-store"});
        response.headers.push_back({"X-Content-Type-Options", "nosniff"});
        response.body = std::move(status);
        respond(std::move(response));
    });
}

std::optional<base::SteadyTime> Api::next_deadline() const {
    return predictions_.waits().next_deadline();
}

bool is_api_path(std::string_view path) {
    return path.starts_with("/api/") || path == "/openapi.json";
}

Response error_response(unsigned status, std::string_view why) {
    return problem_response({.status = status, .detail = std::string(why)});
}

}  // namespace flightcast::gateway::api
