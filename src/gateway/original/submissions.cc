// SPDX-License-Identifier: Apache-2.0
#include "gateway/original/submissions.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "flight/document_json.h"
#include "gateway/original/replies.h"

namespace flightcast::gateway::original {

using accept::Verdict;
using base::Errc;

namespace {

http::Response unavailable(const std::string& why) {
    http::Response response = original_reply(503, flight::error_body(why));
    response.headers.push_back({"Retry-After", "1"});
    return response;
}

// One flight as a form.
class Form final : public accept::Dialect {
  public:
    std::expected<Flights, http::Response> read(
        const http::Request& request, const flight::RouteTable& /*routes*/
    ) override {
        auto fields =
            flight::parse_form(request.headers.find("content-type").value_or(""), request.body);
        if (fields) return Flights{*std::move(fields)};
        const unsigned status = fields.error().code == Errc::unsupported ? 415 : 400;
        return std::unexpected(original_reply(status, flight::error_body(fields.error().detail)));
    }

    http::Response refuse_header(std::string_view /*name*/, const std::string& why) const override {
        return original_reply(400, flight::error_body(why));
    }

    http::Response refuse_flight(
        std::size_t /*place*/, const flight::FieldError& error
    ) const override {
        return original_reply(400, flight::error_body(error));
    }

    void answer(
        const std::vector<base::Uuid>& ids, const Verdict& verdict, http::Respond respond
    ) override {
        const bool accepted = verdict.fate == accept::Fate::accepted;
        respond(
            accepted ? original_reply(200, flight::accepted_body(ids.front()))
                     : unavailable(verdict.why)
        );
    }
};

}  // namespace

void Submissions::handle(const http::Request& request, http::Respond respond) {
    intake_.take(request, std::make_unique<Form>(), std::move(respond));
}

}  // namespace flightcast::gateway::original
