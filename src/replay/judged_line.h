// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "flight/prediction.h"
#include "replay/flight_list.h"

struct evp_md_ctx_st;

namespace flightcast::replay {

// The answer to the request of one flight.
struct Answer {
    std::uint32_t flight = 0;  // in FlightList::flights
    std::string model;         // "<name>@<version>"
    std::size_t predicted = 0;
    flight::Probabilities probabilities{};

    bool operator==(const Answer&) const = default;
};

// One line of text for a judged flight, without a line break. It starts with the time of the
// request, so that lines in byte order are in the order of time:
//
//     2008-04-01T12:05:00Z 2008-04-01 AA 123 ATL SFO 0800 name@version 2 0.1 0.2 0.4 0.3 3
//
// RequestedAt, FlightDate, Carrier, FlightNum ("-" when there is none), Origin, Dest, CRSDepTime,
// model, class, the probabilities of the four classes (shortest text of the same double), and the
// class that came. Blanks inside of a text become "_".
[[nodiscard]] std::string judged_line(const FlightList& list, const Answer& answer);

// SHA-256 of all lines in byte order, each with a line break: `sort lines | sha256sum`. Lines are
// handed over in groups, of which none has a line that belongs before one of an earlier group.
//
// Thread-safety: one thread per object.
class Digest {
  public:
    Digest();
    ~Digest();
    Digest(const Digest&) = delete;
    Digest& operator=(const Digest&) = delete;

    void add(std::vector<std::string> lines);

    // 64 hexadecimal digits. Called once, at the end.
    [[nodiscard]] std::string finish();

  private:
    evp_md_ctx_st* const context_;
};

}  // namespace flightcast::replay
