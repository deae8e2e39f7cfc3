// SPDX-License-Identifier: Apache-2.0
#include "replay/targets/http_target.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "arrival/arrival_json.h"
#include "base/limits.h"
#include "dataset/row/day.h"
#include "flight/calendar/timestamp.h"
#include "flight/prediction_json.h"
#include "replay/targets/report_of.h"
#include "text/json_array.h"
#include "text/json_reader.h"
#include "text/json_text.h"
#include "text/number_text.h"

namespace flightcast::replay::targets {

using base::Errc;
using base::fail;
using base::Result;

namespace {

// Each at most some 400 bytes, so that a body stays below limits::kHttpBodyBytesMax.
constexpr std::size_t kTogether = 1'000;
static_assert(kTogether <= base::limits::kBatchFlightsMax);
static_assert(kTogether * 500 <= base::limits::kHttpBodyBytesMax);

constexpr std::string_view kPredictions = "/api/v1/predictions";
constexpr std::string_view kArrivals = "/api/v1/arrivals";

void append_text(std::string& json, std::string_view name, std::string_view text) {
    json += ",\"" + std::string(name) + "\":";
    text::append_java_string(json, text);
}

void append_flight(std::string& json, const FlightList& list, const Flight& flight) {
    json += "{\"DepDelay\":";
    text::append_python_float(json, flight.dep_delay);
    append_text(json, "Carrier", list.carrier(flight));
    append_text(json, "FlightDate", dataset::to_string(flight.day));
    append_text(json, "Origin", list.origin(flight));
    append_text(json, "Dest", list.dest(flight));
    if (!list.number(flight).empty()) append_text(json, "FlightNum", list.number(flight));
    const int hhmm = flight.scheduled_minute / 60 * 100 + flight.scheduled_minute % 60;
    append_text(json, "CRSDepTime", std::to_string(10'000 + hhmm).substr(1));
    std::string requested;
    flight::append_utc(requested, flight.departed);
    append_text(json, "RequestedAt", requested);
    json += '}';
}

std::unexpected<base::Error> refused(std::string_view path, const HttpAnswer& answer) {
    const std::string text = "the server refuses POST " + std::string(path) + " with status " +
                             std::to_string(answer.status) + ": " + words_of(answer);
    return fail(answer.status == 404 ? Errc::unsupported : Errc::invalid_argument, text);
}

// One member of a JSON object as its text; empty when it is missing.
std::string member_of(std::string_view json, std::string_view name) {
    text::JsonReader reader(json);
    while (const auto member = reader.next()) {
        if (member->key != name) continue;
        const bool is_string = member->value.kind == text::JsonValue::Kind::string;
        return is_string ? member->value.to_string() : std::string(member->value.text);
    }
    return {};
}

}  // namespace

std::string words_of(const HttpAnswer& answer) {
    constexpr std::size_t kShown = 300;
    std::string words = member_of(answer.body, "detail");
    const std::string errors = member_of(answer.body, "errors");
    if (const auto faults = text::objects_of(errors)) {
        if (!faults->empty()) {
            const std::string_view first = faults->front();
            words += " " + member_of(first, "pointer") + member_of(first, "parameter") + " " +
                     member_of(first, "detail");
        }
    }
    if (words.empty()) words = answer.body;
    return words.substr(0, kShown);
}

std::vector<std::size_t> refused_places(std::string_view problem) {
    std::vector<std::size_t> places;
    const std::string errors = member_of(problem, "errors");
    const auto faults = text::objects_of(errors);
    if (!faults) return places;
    for (const std::string_view fault : *faults) {
        const std::string pointer = member_of(fault, "pointer");
        std::size_t place = 0;
        if (!pointer.starts_with('/')) continue;
        const char* const end = pointer.data() + pointer.size();
        const auto [stop, error] = std::from_chars(pointer.data() + 1, end, place);
        if (error == std::errc() && stop != end && *stop == '/') places.push_back(place);
    }
    std::ranges::sort(places);
    const auto repeated = std::ranges::unique(places);
    places.erase(repeated.begin(), repeated.end());
    return places;
}

Result<void> post_arrivals(HttpClient& client, std::span<const arrival::Arrival> reports) {
    while (!reports.empty()) {
        const auto some = reports.first(std::min(reports.size(), kTogether));
        std::string body = "[";
        for (const arrival::Arrival& report : some) {
            if (body.size() > 1) body += ',';
            body += arrival::encode_arrival(report);
        }
        FC_TRY(const HttpAnswer answer, client.post(kArrivals, body + "]"));
        if (answer.status != 202) return refused(kArrivals, answer);
        reports = reports.subspan(some.size());
    }
    return {};
}

HttpTarget::HttpTarget(
    const FlightList& list,
    std::unique_ptr<HttpClient> client,
    std::unique_ptr<HttpClient> admin,
    std::string run
)
    : list_(list), client_(std::move(client)), admin_(std::move(admin)), run_(std::move(run)) {}

Result<void> HttpTarget::report(std::span<const arrival::Arrival> reports) {
    return post_arrivals(*admin_, reports);
}

// Flights that the server refuses are left out, and the others are asked about again.
Result<void> HttpTarget::ask(
    Flights flights, const std::string& key, std::vector<Answer>& answers
) {
    for (int tries = 0; !flights.empty(); ++tries) {
        std::string body = "[";
        for (const std::uint32_t flight : flights) {
            if (body.size() > 1) body += ',';
            append_flight(body, list_, list_.flights[flight]);
        }
        const std::string headers =
            "Idempotency-Key: " + key + "-" + std::to_string(tries) + "\r\n";
        FC_TRY(
            const HttpAnswer answer,
            client_->post(std::string(kPredictions) + "?wait=10s", body + "]", headers)
        );
        if (answer.status == 200 || answer.status == 202) {
            return take(answer.body, flights, answers);
        }
        const auto places =
            answer.status == 400 ? refused_places(answer.body) : std::vector<std::size_t>();
        if (places.empty() || places.back() >= flights.size()) return refused(kPredictions, answer);
        for (auto place = places.rbegin(); place != places.rend(); ++place) {
            flights.erase(flights.begin() + static_cast<std::ptrdiff_t>(*place));
        }
    }
    return {};
}

Result<void> HttpTarget::take(
    std::string_view body, const Flights& flights, std::vector<Answer>& answers
) {
    const auto states = text::objects_of(body);
    if (!states || states->size() != flights.size()) {
        return fail(Errc::corrupt, "the server's answer does not list the flights of the POST");
    }
    for (std::size_t i = 0; i < flights.size(); ++i) {
        FC_TRY_VOID(take_one((*states)[i], flights[i], answers));
    }
    return {};
}

Result<void> HttpTarget::take_one(
    std::string_view state, std::uint32_t flight, std::vector<Answer>& answers
) {
    std::string later;
    if (member_of(state, "status") == "pending") {
        FC_TRY(later, wait_for(member_of(state, "url")));
        state = later;
    }
    const std::string record = member_of(state, "prediction");
    if (record.empty()) return {};  // failed
    FC_TRY(const auto prediction, flight::decode_prediction(record, flight::TimeZone()));
    if (!prediction.probabilities) {
        return fail(
            Errc::unsupported,
            "predictions have no probabilities, so they cannot be judged; start the server without "
            "--response-fields original"
        );
    }
    answers.push_back(
        {.flight = flight,
         .model = prediction.model.value_or("unknown"),
         .predicted = static_cast<std::size_t>(prediction.predicted),
         .probabilities = *prediction.probabilities}
    );
    return {};
}

// The state of an accepted flight once it has its outcome.
Result<std::string> HttpTarget::wait_for(std::string_view url) {
    constexpr int kTries = 12;  // of ten seconds
    for (int i = 0; i < kTries; ++i) {
        FC_TRY(HttpAnswer answer, client_->get(std::string(url) + "?wait=10s"));
        if (answer.status != 200) return refused(url, answer);
        if (member_of(answer.body, "status") != "pending") return std::move(answer.body);
    }
    return fail(
        Errc::timeout, "requests stay without an outcome for two minutes; does a scorer run?"
    );
}

Result<std::vector<Answer>> HttpTarget::play(std::size_t number, const Step& step) {
    std::vector<arrival::Arrival> reports;
    for (const PlannedReport& planned : step.arrivals) {
        reports.push_back(arrival_of(list_, planned));
    }
    FC_TRY_VOID(report(reports));
    std::vector<Answer> answers;
    for (std::size_t begin = 0; begin < step.requests.size(); begin += kTogether) {
        const std::size_t end = std::min(begin + kTogether, step.requests.size());
        const std::string key =
            run_ + "-" + std::to_string(number) + "-" + std::to_string(begin / kTogether);
        const auto first = step.requests.begin();
        FC_TRY_VOID(ask(
            Flights(
                first + static_cast<std::ptrdiff_t>(begin), first + static_cast<std::ptrdiff_t>(end)
            ),
            key,
            answers
        ));
    }
    reports.clear();
    for (const PlannedReport& planned : step.departures) {
        reports.push_back(departure_of(list_, planned));
    }
    FC_TRY_VOID(report(reports));
    return answers;
}

}  // namespace flightcast::replay::targets
