// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "arrival/arrival.h"
#include "base/result.h"
#include "replay/flight_list.h"
#include "replay/target.h"
#include "replay/targets/http_client.h"

namespace flightcast::replay::targets {

// Plays over a server's JSON API, which must run with --accept-event-time: arrivals by POST
// /api/v1/arrivals, requests by POST /api/v1/predictions, which waits for the outcomes. Each POST
// has an Idempotency-Key of its own, so that a broken one is repeated.
//
// A flight that the server refuses (its route is unknown there) counts as failed.
//
// Thread-safety: one thread.
class HttpTarget final : public Target {
  public:
    // `client` sends the token for submissions, `admin` that for lists of arrivals; both to the
    // same server. `run` is PositionFile::run(). REQUIRES: `list` outlives the target.
    HttpTarget(
        const FlightList& list,
        std::unique_ptr<HttpClient> client,
        std::unique_ptr<HttpClient> admin,
        std::string run
    );

    // Errors: those of the client; invalid_argument and unsupported with the server's own words for
    // a refused POST.
    [[nodiscard]] base::Result<std::vector<Answer>> play(
        std::size_t number, const Step& step
    ) override;

  private:
    using Flights = std::vector<std::uint32_t>;

    base::Result<void> report(std::span<const arrival::Arrival> reports);
    base::Result<void> ask(Flights flights, const std::string& key, std::vector<Answer>& answers);
    base::Result<void> take(
        std::string_view body, const Flights& flights, std::vector<Answer>& answers
    );
    base::Result<void> take_one(
        std::string_view state, std::uint32_t flight, std::vector<Answer>& answers
    );
    base::Result<std::string> wait_for(std::string_view url);

    const FlightList& list_;
    const std::unique_ptr<HttpClient> client_;
    const std::unique_ptr<HttpClient> admin_;
    const std::string run_;
};

// The place of the flight that each fault of an answer with status 400 names ("/3/Origin"), sorted,
// each once.
[[nodiscard]] std::vector<std::size_t> refused_places(std::string_view problem);

// The words of an answer that refuses a POST: its detail, else the body.
[[nodiscard]] std::string words_of(const HttpAnswer& answer);

// Hands reports in by POST /api/v1/arrivals, 1,000 at a time. Errors as for HttpTarget::play.
[[nodiscard]] base::Result<void> post_arrivals(
    HttpClient& client, std::span<const arrival::Arrival> reports
);

}  // namespace flightcast::replay::targets
