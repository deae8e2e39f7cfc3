// SPDX-License-Identifier: Apache-2.0
#include "arrival/arrival.h"

#include <algorithm>

namespace flightcast::arrival {
namespace {

void append_part(std::string& out, std::string_view part) {
    out += '/';
    for (const char c : part) {
        if (c == '/') {
            out += "%2F";
        } else if (c == '%') {
            out += "%25";
        } else {
            out += c;
        }
    }
}

// "0123" -> "123"; texts with anything but digits stay as they are.
std::string_view without_zeros(std::string_view number) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (!std::ranges::all_of(number, is_digit)) return number;
    const std::size_t first = number.find_first_not_of('0');
    return first == std::string_view::npos ? number.substr(0, 1) : number.substr(first);
}

}  // namespace

Event event_of(const Arrival& arrival) {
    if (arrival.cancelled) return Event::cancelled;
    if (arrival.diverted) return Event::diverted;
    return arrival.arr_delay ? Event::landed : Event::departed;
}

std::string flight_key(
    const flight::CalendarDate& date,
    std::string_view carrier,
    std::string_view number,
    std::string_view origin,
    std::string_view dest
) {
    std::string key;
    flight::append_iso_date(key, date);
    append_part(key, carrier);
    append_part(key, without_zeros(number));
    append_part(key, origin);
    append_part(key, dest);
    return key;
}

std::optional<std::string> flight_key(const Arrival& arrival) {
    const bool is_whole = arrival.flight_date && arrival.carrier && arrival.origin &&
                          arrival.dest && arrival.flight_num;
    if (!is_whole) return std::nullopt;
    return flight_key(
        *arrival.flight_date, *arrival.carrier, *arrival.flight_num, *arrival.origin, *arrival.dest
    );
}

std::string record_key(const Arrival& arrival) {
    if (const auto key = flight_key(arrival)) return *key;
    if (arrival.id) return arrival.id->to_string();
    std::string key;
    if (arrival.flight_date) flight::append_iso_date(key, *arrival.flight_date);
    for (const auto* part :
         {&arrival.carrier, &arrival.flight_num, &arrival.origin, &arrival.dest}) {
        append_part(key, part->value_or(""));
    }
    return key;
}

}  // namespace flightcast::arrival
