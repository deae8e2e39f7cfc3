// SPDX-License-Identifier: Apache-2.0
#include "flight/request.h"

namespace flightcast::flight {

std::string route_of(const Request& request) {
    if (!request.origin || !request.dest) return {};
    std::string route;
    route.reserve(request.origin->size() + 1 + request.dest->size());
    route += *request.origin;
    route += '-';
    route += *request.dest;
    return route;
}

}  // namespace flightcast::flight
