// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/bodies/flight_collector.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.h"
#include "gateway/api/bodies/flight_events.h"

namespace flightcast::gateway::api {

using flight::Fields;

namespace {

enum class Need { required, optional };

// A member of a flight, and the text for a client when it is not as it should be.
struct Member {
    std::string_view name;
    std::optional<std::string> Fields::* field;
    Need need;
    std::string_view accepted;
};

constexpr std::array kMembers = {
    Member{
        "DepDelay",
        &Fields::dep_delay,
        Need::required,
        "give the departure delay in minutes as a number, such as 5"
    },
    Member{
        "Carrier",
        &Fields::carrier,
        Need::required,
        "give the carrier's code as a string, such as \"AA\""
    },
    Member{
        "FlightDate",
        &Fields::flight_date,
        Need::required,
        "give the date as a string \"YYYY-MM-DD\""
    },
    Member{
        "Origin",
        &Fields::origin,
        Need::required,
        "give an airport's code as a string, such as \"ATL\""
    },
    Member{
        "Dest", &Fields::dest, Need::required, "give an airport's code as a string, such as \"SFO\""
    },
    Member{"FlightNum", &Fields::flight_num, Need::optional, "give a string, or leave it out"},
    Member{
        "CRSDepTime",
        &Fields::crs_dep_time,
        Need::optional,
        "give the scheduled departure as a string \"hhmm\", or leave it out"
    },
    Member{
        "CRSElapsedTime",
        &Fields::crs_elapsed_time,
        Need::optional,
        "give the scheduled minutes from gate to gate as a number, or leave it out"
    },
    Member{
        "RequestedAt",
        &Fields::requested_at,
        Need::optional,
        "give the time of the request as a string \"2008-04-01T14:35:00Z\", or leave it out"
    },
};

constexpr std::string_view kNamesAccepted =
    "there is no such field; a flight has DepDelay, Carrier, FlightDate, Origin, Dest, FlightNum, "
    "CRSDepTime, CRSElapsedTime and, where event times are accepted, RequestedAt";

constexpr std::uint32_t bit_of(const Member& member) {
    return 1U << static_cast<std::uint32_t>(&member - kMembers.data());
}

const Member* find_member(std::string_view name) {
    const auto* const found = std::ranges::find(kMembers, name, &Member::name);
    return found == kMembers.end() ? nullptr : found;
}

// RFC 6901: "~" and "/" inside a name.
std::string escaped(std::string_view name) {
    std::string result;
    for (const char c : name) {
        if (c == '~') {
            result += "~0";
        } else if (c == '/') {
            result += "~1";
        } else {
            result += c;
        }
    }
    return result;
}

std::string sentence(std::string_view what, const Member& member) {
    return std::string(what) + "; " + std::string(member.accepted);
}

}  // namespace

std::optional<FlightCollector::Fault> FlightCollector::read(std::string_view body) {
    return parse_flights(body, *this);
}

const Fields* FlightCollector::flight(std::size_t index) const {
    return flights_[index].is_object ? &flights_[index].fields : nullptr;
}

std::vector<Fields> FlightCollector::take_flights() {
    std::vector<Fields> flights;
    flights.reserve(flights_.size());
    for (Collected& collected : flights_) flights.push_back(std::move(collected.fields));
    return flights;
}

void FlightCollector::begin_flight(bool is_object) {
    flights_.emplace_back().is_object = is_object;
    if (!is_object) {
        keep(flights_.size() - 1, pointer_to(flights_.size() - 1, {}), "a flight is a JSON object");
    }
}

void FlightCollector::end_flight() {
    const std::size_t index = flights_.size() - 1;
    for (const Member& member : kMembers) {
        if (member.need == Need::optional || (flights_[index].seen & bit_of(member)) != 0) continue;
        complain(index, member.name, sentence("is missing", member));
    }
}

void FlightCollector::take_value(std::string_view name, Type type, std::string_view text) {
    const std::size_t index = flights_.size() - 1;
    const Member* const member = find_member(name);
    if (member == nullptr) {
        return keep(index, pointer_to(index, name), std::string(kNamesAccepted));
    }
    Collected& flight = flights_[index];
    if ((flight.seen & bit_of(*member)) != 0) {
        return complain(index, name, "is there more than once; give it once");
    }
    flight.seen |= bit_of(*member);
    const bool is_number =
        member->field == &Fields::dep_delay || member->field == &Fields::crs_elapsed_time;
    if (type == Type::null) {
        if (member->need == Need::required) complain(index, name, sentence("is null", *member));
    } else if (type != (is_number ? Type::number : Type::string)) {
        complain(index, name, sentence("has the wrong type", *member));
    } else if (text.empty() && member->need == Need::required) {
        complain(index, name, sentence("is empty", *member));
    } else {
        flight.fields.*member->field = text;
    }
}

void FlightCollector::complain(std::size_t index, std::string_view field, std::string detail) {
    if (const Member* const member = find_member(field)) {
        std::uint32_t& accused = flights_[index].accused;
        if ((accused & bit_of(*member)) != 0) return;
        accused |= bit_of(*member);
    }
    keep(index, pointer_to(index, field), std::move(detail));
}

void FlightCollector::keep(std::size_t index, std::string pointer, std::string detail) {
    ++complaints_;
    if (errors_.size() >= base::limits::kProblemErrorsMax) return;
    errors_.push_back({index, {.pointer = std::move(pointer), .detail = std::move(detail)}});
}

std::string FlightCollector::pointer_to(std::size_t index, std::string_view field) const {
    std::string pointer;
    if (shape_ == Shape::list) pointer += "/" + std::to_string(index);
    if (!field.empty() || shape_ == Shape::one) pointer += "/" + escaped(field);
    return pointer;
}

std::vector<FieldProblem> FlightCollector::take_errors() {
    std::ranges::stable_sort(errors_, {}, &Complaint::index);
    std::vector<FieldProblem> problems;
    problems.reserve(errors_.size());
    for (Complaint& complaint : errors_) problems.push_back(std::move(complaint.problem));
    return problems;
}

}  // namespace flightcast::gateway::api
