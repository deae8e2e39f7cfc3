// SPDX-License-Identifier: Apache-2.0
#include "flight/calendar/time_zone_names.h"

#include <date/tz.h>

#include <exception>

namespace flightcast::flight {

std::vector<std::string> time_zone_names() {
    std::vector<std::string> names = {"UTC"};
    try {
        for (const date::time_zone& zone : date::get_tzdb().zones) names.push_back(zone.name());
    } catch (const std::exception&) {
        return {};
    }
    return names;
}

}  // namespace flightcast::flight
