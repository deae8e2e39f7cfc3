// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "arrival/arrival.h"
#include "arrival/flight_reports.h"
#include "base/clock.h"
#include "eventlog/record.h"

namespace flightcast::logged {

// Departure and end of one flight, as all its reports together tell them.
struct ToldFlight {
    arrival::Arrival named;                       // date, carrier, number, route, CRSDepTime
    arrival::FlightReports ends;                  // of its end, sources by TellEnds' numbers
    std::optional<double> dep_delay;              // as told last
    std::optional<base::WallTime> departed_at{};  // the same
};

// The reports of the arrival topic by flight, of all sources but clients: these feed evaluations
// alone. Flights without number or with a missing name cannot be told apart and are left out.
//
// Thread-safety: one thread.
class ToldEnds {
  public:
    // `sources`: the best ranked first, as EvaluatorOptions has them.
    explicit ToldEnds(std::vector<std::string> sources) : sources_(std::move(sources)) {}

    // Takes a record of the arrival topic; one that is not a valid report is passed over.
    void take(const eventlog::Record& record);

    // The report that counts of a flight's end; null without any.
    [[nodiscard]] const arrival::Report* end_of(const ToldFlight& flight) const;

    // By arrival::flight_key().
    [[nodiscard]] const std::unordered_map<std::string, ToldFlight>& flights() const {
        return flights_;
    }

    // The same, sorted; the keys live as long as the object.
    [[nodiscard]] std::map<std::string_view, const ToldFlight*> in_order() const;

  private:
    [[nodiscard]] std::uint16_t number_of(const std::string& source);

    std::vector<std::string> sources_;  // by number; those not ranked come behind
    const std::size_t ranked_ = sources_.size();
    std::unordered_map<std::string, ToldFlight> flights_;
};

}  // namespace flightcast::logged
