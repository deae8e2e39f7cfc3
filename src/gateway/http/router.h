// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "gateway/http/service.h"

namespace flightcast::gateway::http {

// Answers one request, now or later. Takes the request whole: it may keep it.
using Handler = std::function<void(Request, Respond)>;

struct RouteOptions {
    std::size_t body_bytes_max = base::limits::kHttpBodyBytesMax;
};

// Sends each request to the handler of its path and method.
//
// HEAD is answered by the GET handler (the connection leaves the body out), OPTIONS with 204 and
// `Allow`, a method that the path does not have with 405 and `Allow`, a path that is not
// percent-encoded UTF-8 with 400.
//
// Thread-safety: the I/O thread only.
class Router final : public Service {
  public:
    using ErrorPage =
        std::function<Response(const Request&, unsigned status, std::string_view why)>;

    // `pattern`: "/a/b", or with one segment that may be anything, "/a/<id>/b", or with any rest,
    // "/static/*". Their value is in Request::parameter. Exact paths win over <id>, <id>
    // over *.
    // REQUIRES: pattern starts with '/'; the pair of method and pattern is new.
    void add(
        std::string_view method,
        std::string_view pattern,
        Handler handler,
        RouteOptions options = {}
    );

    // Answers requests that no route takes; without it, the error page with 404.
    void set_not_found(Handler handler) { not_found_ = std::move(handler); }

    // Makes the answers to requests that no handler sees: 400, 404, 405, 413. The router adds
    // Allow.
    void set_error_page(ErrorPage page) { error_page_ = std::move(page); }

    // The method and pattern of every route that was added; a segment is called <id>.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> routes() const;

    Admission admit(const Request& head, ExchangeId exchange, base::SteadyTime now) override;
    void handle(
        Request request, ExchangeId exchange, Respond respond, base::SteadyTime now
    ) override;
    Response refuse(const Request& head, unsigned status, std::string_view why) override;

  private:
    struct Route {
        std::string method;
        std::string prefix;  // up to '<' or '*', or all of it
        std::string suffix;  // behind '>'
        enum class Kind { exact, segment, rest } kind;
        Handler handler;
        RouteOptions options;
    };

    // The rest of `path` for the parameter, if the route takes it.
    static std::optional<std::string_view> match(const Route& route, std::string_view path);

    [[nodiscard]] const Route* find(std::string_view method, std::string_view path) const;
    [[nodiscard]] std::string allowed_methods(std::string_view path) const;
    [[nodiscard]] std::optional<Response> answer_without_route(const Request& head);

    std::vector<Route> routes_;  // sorted by kind
    Handler not_found_;
    ErrorPage error_page_;
};

}  // namespace flightcast::gateway::http
