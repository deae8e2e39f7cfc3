// SPDX-License-Identifier: Apache-2.0
#include "features/online/names.h"

#include <algorithm>
#include <cmath>

namespace flightcast::features::online {
namespace {

constexpr std::size_t kNameBytesMax = 8;

// Regions are cells of 5 degrees of latitude and 6 of longitude: where winds are much the same.
constexpr double kCellLatitude = 5;
constexpr double kCellLongitude = 6;
constexpr std::uint64_t kCellsAround = 61;

std::uint64_t region_of(const flight::Airport& airport) {
    const auto up = static_cast<std::uint64_t>(std::floor((airport.latitude + 90) / kCellLatitude));
    const auto along =
        static_cast<std::uint64_t>(std::floor((airport.longitude + 180) / kCellLongitude));
    return up * kCellsAround + along;
}

std::string_view without_zeros(std::string_view number) {
    const std::size_t first = std::min(number.find_first_not_of('0'), number.size());
    return first == number.size() && !number.empty() ? number.substr(first - 1)
                                                     : number.substr(first);
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kNameBytesMax;
}

std::uint64_t code_in(const dataset::Dictionary& names, std::string_view name) {
    const auto code = names.find(name);
    return code ? *code : Keys::kNone;
}

bool take_next(dataset::Dictionary& names, std::string_view name) {
    return is_name(name) && !names.find(name) && names.intern(name).has_value();
}

// The keys that are made of several names, where all of them are known.
void combine(Keys& keys, std::uint64_t number) {
    constexpr std::uint64_t kNone = Keys::kNone;
    const bool knows_route = keys.origin != kNone && keys.dest != kNone;
    if (knows_route) keys.route = keys.origin << 16U | keys.dest;
    if (keys.carrier == kNone) return;
    if (keys.origin != kNone) keys.carrier_origin = keys.carrier << 16U | keys.origin;
    if (!knows_route) return;
    keys.carrier_route = keys.carrier << 32U | keys.route;
    if (number != kNone) keys.number = keys.carrier << 48U | number << 32U | keys.route;
}

}  // namespace

Names::Place Names::place_of(std::string_view code) const {
    const flight::Airport* const airport = airports_ ? airports_->find(code) : nullptr;
    return {airport, airport == nullptr ? 0 : region_of(*airport)};
}

Names::Place Names::known_place(std::uint64_t code, std::string_view name) const {
    return code == Keys::kNone ? place_of(name) : places_[code];
}

void Names::set_regions(Keys& keys, const Place& origin, const Place& dest) const {
    if (origin.airport == nullptr || dest.airport == nullptr) return;
    keys.region_from = origin.region;
    keys.region_to = dest.region;
    keys.regions = origin.region << 16U | dest.region;
    keys.thousand_miles = flight::miles_between(*origin.airport, *dest.airport) / 1'000;
}

bool Names::add_carrier(std::string_view name) {
    return take_next(carriers_, name);
}

bool Names::add_airport(std::string_view name) {
    if (!take_next(codes_, name)) return false;
    places_.push_back(place_of(name));
    return true;
}

bool Names::add_number(std::string_view name) {
    return take_next(numbers_, name);
}

std::optional<Keys> Names::learn(const FlightName& flight) {
    if (!is_name(flight.carrier) || !is_name(flight.origin) || !is_name(flight.dest)) {
        return std::nullopt;
    }
    const bool has_room = (carriers_.find(flight.carrier) || add_carrier(flight.carrier)) &&
                          (codes_.find(flight.origin) || add_airport(flight.origin)) &&
                          (codes_.find(flight.dest) || add_airport(flight.dest));
    if (!has_room) return std::nullopt;
    const std::string_view number = without_zeros(flight.number);
    if (is_name(number) && !numbers_.find(number)) {
        // Without room the flight is one without a number.
        [[maybe_unused]] const bool has_number = add_number(number);
    }
    return find(flight);
}

Keys Names::find(const FlightName& flight) const {
    Keys keys{
        .carrier = code_in(carriers_, flight.carrier),
        .origin = code_in(codes_, flight.origin),
        .dest = code_in(codes_, flight.dest),
    };
    combine(keys, code_in(numbers_, without_zeros(flight.number)));
    set_regions(keys, known_place(keys.origin, flight.origin), known_place(keys.dest, flight.dest));
    return keys;
}

}  // namespace flightcast::features::online
