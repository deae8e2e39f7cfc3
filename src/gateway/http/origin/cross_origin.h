// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/http/origin/origin_policy.h"
#include "gateway/http/service.h"

namespace flightcast::gateway::http {

struct CrossOriginOptions {
    std::function<bool(std::string_view path)> covers;  // the paths that the policy is for
    std::string exposed_headers;  // of answers, that a page may read besides the usual ones
};

// Lets pages of the origins of a policy use another service: answers their preflights and marks
// every answer, errors too. Requests of other origins' pages that change something are answered
// 403; requests without an Origin, those of programs, are not concerned.
//
// Thread-safety: the I/O thread only.
class CrossOrigin final : public Service {
  public:
    // REQUIRES: `service` outlives this object.
    CrossOrigin(Service& service, OriginPolicy policy, CrossOriginOptions options);

    Admission admit(const Request& head, ExchangeId exchange, base::SteadyTime now) override;
    void handle(
        Request request, ExchangeId exchange, Respond respond, base::SteadyTime now
    ) override;
    void abandoned(ExchangeId exchange, base::SteadyTime now) override;
    Response refuse(const Request& head, unsigned status, std::string_view why) override;

  private:
    [[nodiscard]] std::vector<Header> marks_for(const Request& request) const;

    Service& service_;
    const OriginPolicy policy_;
    const CrossOriginOptions options_;
};

}  // namespace flightcast::gateway::http
