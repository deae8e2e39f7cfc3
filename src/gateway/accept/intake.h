// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "flight/active_routes.h"
#include "flight/calendar/time_zone.h"
#include "flight/form/form.h"
#include "flight/intake.h"
#include "flight/request.h"
#include "gateway/accept/acceptor.h"
#include "gateway/accept/request_ids.h"
#include "gateway/http/message.h"

namespace flightcast::gateway::accept {

// How one endpoint's submissions are written, how strictly they are read, and how they are
// answered. An object belongs to one submission.
class Dialect {
  public:
    virtual ~Dialect() = default;

    using Flights = std::vector<flight::Fields>;

    // The flights in the body, one at least, or the answer to an invalid body.
    [[nodiscard]] virtual std::expected<Flights, http::Response> read(
        const http::Request& request, const flight::RouteTable& routes
    ) = 0;

    // The answer to a header, or to the flight at `place` of the submission, that is wrong.
    [[nodiscard]] virtual http::Response refuse_header(
        std::string_view name, const std::string& why
    ) const = 0;
    [[nodiscard]] virtual http::Response refuse_flight(
        std::size_t place, const flight::FieldError& error
    ) const = 0;

    // Answers a submission that was read: its ids in the order of its flights, and the verdict of
    // the log. Called once.
    virtual void answer(
        const std::vector<base::Uuid>& ids, const Verdict& verdict, http::Respond respond
    ) = 0;
};

// The one way from a submission to accepted requests: the key, the flights' fields, their meaning
// today (flight/intake.h), their ids, and the log. Endpoints differ by their Dialect.
//
// Thread-safety: the I/O thread only.
class Intake {
  public:
    // All of it outlives the object.
    struct Parts {
        Acceptor& acceptor;
        RequestIds& ids;
        const flight::ActiveRoutes& routes;
        const base::Clock& clock;
        flight::TimeZone zone;
    };
    explicit Intake(const Parts& parts) : parts_(parts) {}

    // Answers by the dialect, perhaps before it returns.
    void take(
        const http::Request& request, std::unique_ptr<Dialect> dialect, http::Respond respond
    );

  private:
    using Requests = std::vector<flight::Request>;

    [[nodiscard]] std::expected<Requests, http::Response> read(
        const http::Request& request, Dialect& dialect
    ) const;

    const Parts parts_;
};

}  // namespace flightcast::gateway::accept
