// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "dataset/dictionary.h"
#include "features/online/news.h"
#include "flight/airports/airport_table.h"

namespace flightcast::features::online {

// The keys of one flight in the tables of the fold.
struct Keys {
    static constexpr std::uint64_t kNone = ~std::uint64_t{0};  // a part of it is unknown

    std::uint64_t carrier = kNone;
    std::uint64_t origin = kNone;
    std::uint64_t dest = kNone;
    std::uint64_t route = kNone;
    std::uint64_t carrier_route = kNone;
    std::uint64_t number = kNone;  // with carrier, origin and destination
    std::uint64_t carrier_origin = kNone;
    std::uint64_t region_from = kNone;
    std::uint64_t region_to = kNone;
    std::uint64_t regions = kNone;
    double thousand_miles = 0;  // of the great circle; 0 without regions
};

// Numbers the names that the fold has met.
//
// Thread-safety: any thread may call const members while none calls another.
class Names {
  public:
    // Regions are known where `airports` knows the places of both airports; without it nowhere.
    explicit Names(std::shared_ptr<const flight::AirportTable> airports)
        : airports_(std::move(airports)) {}

    // The keys of a flight whose names are all numbered from now on; nothing when one is missing,
    // longer than 8 bytes, or when there is no room for it. The number may be missing.
    [[nodiscard]] std::optional<Keys> learn(const FlightName& flight);

    // The keys of a flight: kNone where a name was never met.
    [[nodiscard]] Keys find(const FlightName& flight) const;

    // All names in the order of their numbers, for the bytes of a state.
    [[nodiscard]] const dataset::Dictionary& carriers() const { return carriers_; }
    [[nodiscard]] const dataset::Dictionary& airports() const { return codes_; }
    [[nodiscard]] const dataset::Dictionary& numbers() const { return numbers_; }

    // Takes up the next name. False when it is known already or there is no room.
    [[nodiscard]] bool add_carrier(std::string_view name);
    [[nodiscard]] bool add_airport(std::string_view name);
    [[nodiscard]] bool add_number(std::string_view name);

  private:
    struct Place {
        const flight::Airport* airport = nullptr;  // null when unknown
        std::uint64_t region = 0;
    };

    [[nodiscard]] Place place_of(std::string_view code) const;
    void set_regions(Keys& keys, const Place& origin, const Place& dest) const;
    [[nodiscard]] Place known_place(std::uint64_t code, std::string_view name) const;

    std::shared_ptr<const flight::AirportTable> airports_;
    dataset::Dictionary carriers_;
    dataset::Dictionary codes_;
    dataset::Dictionary numbers_;
    std::vector<Place> places_;  // of each of codes_
};

}  // namespace flightcast::features::online
