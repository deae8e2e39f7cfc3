// SPDX-License-Identifier: Apache-2.0
#include "replay/fingerprint.h"

#include "replay/judged_line.h"
#include "text/number_text.h"

namespace flightcast::replay {

std::string fingerprint_of(
    const FlightList& list, const PlanOptions& options, const std::string& more
) {
    constexpr std::size_t kDigits = 16;
    Digest digest;
    digest.add(
        {std::to_string(options.report_lag.count()) + (options.departures ? " d " : " ") + more}
    );
    for (const Flight& flight : list.flights) {
        std::string line;
        for (const auto text :
             {list.carrier(flight), list.number(flight), list.origin(flight), list.dest(flight)}) {
            line += text;
            line += ' ';
        }
        for (const auto number :
             {flight.departed.time_since_epoch().count(),
              flight.landed.time_since_epoch().count(),
              static_cast<std::int64_t>(flight.fate),
              static_cast<std::int64_t>(flight.scheduled_minute)}) {
            line += std::to_string(number) + ' ';
        }
        text::append_python_float(line, flight.dep_delay);
        text::append_python_float(line, flight.arr_delay);
        digest.add({std::move(line)});
    }
    return digest.finish().substr(0, kDigits);
}

}  // namespace flightcast::replay
