// SPDX-License-Identifier: Apache-2.0
#include "evaluate/permutation.h"

#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/random.h"
#include "evaluate/metrics.h"
#include "evaluate/request_of.h"

namespace flightcast::evaluate {
namespace {

constexpr std::size_t kRowsMax = 50'000;

using flight::Request;

struct Field {
    const char* name;
    void (*copy)(const Request& from, Request& to);
};

// The last one, the state of the arrivals so far, is that of models that use it.
constexpr std::array<Field, 8> kFields = {{
    {"DepDelay", [](const Request& from, Request& to) { to.dep_delay = from.dep_delay; }},
    {"Carrier", [](const Request& from, Request& to) { to.carrier = from.carrier; }},
    {"Origin", [](const Request& from, Request& to) { to.origin = from.origin; }},
    {"Dest", [](const Request& from, Request& to) { to.dest = from.dest; }},
    {"Distance", [](const Request& from, Request& to) { to.distance = from.distance; }},
    {"FlightDate",
     [](const Request& from, Request& to) {
         to.flight_date = from.flight_date;
         to.day_of_year = from.day_of_year;
         to.day_of_month = from.day_of_month;
         to.day_of_week = from.day_of_week;
     }},
    {"CRSDepTime", [](const Request& from, Request& to) { to.crs_dep_time = from.crs_dep_time; }},
    {"Arrivals", [](const Request& from, Request& to) { to.online = from.online; }},
}};

double log_loss_of(
    const features::Predictor& model,
    std::span<const Request> requests,
    std::span<const float> arr_delays
) {
    double loss = 0;
    const std::vector<flight::Probabilities> answers = model.score(requests);
    for (std::size_t i = 0; i < answers.size(); ++i) {
        const double probability = answers[i][flight::class_of_delay(arr_delays[i])];
        loss -= std::log(std::max(probability, kProbabilityMin));
    }
    return loss / static_cast<double>(answers.size());
}

}  // namespace

std::vector<FieldImportance> permute_fields(
    const features::Predictor& model,
    const dataset::FlightTable& table,
    std::span<const std::uint32_t> rows,
    std::uint64_t seed
) {
    std::vector<Request> requests;
    std::vector<float> arr_delays;
    const std::size_t every = (rows.size() - 1) / kRowsMax + 1;
    for (std::size_t i = 0; i < rows.size(); i += every) {
        requests.push_back(request_of(table, rows[i]));
        arr_delays.push_back(table.arr_delay[rows[i]]);
    }
    const double loss = log_loss_of(model, requests, arr_delays);
    base::SeededRandom random(seed);
    std::vector<std::size_t> order(requests.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::vector<FieldImportance> importance;
    for (const Field& field : kFields) {
        if (&field == &kFields.back() && table.online.empty()) break;  // Nothing of it is known.
        for (std::size_t i = 0; i + 1 < order.size(); ++i) {
            std::swap(order[i], order[i + random.below(order.size() - i)]);
        }
        std::vector<Request> shuffled = requests;
        for (std::size_t i = 0; i < order.size(); ++i) field.copy(requests[order[i]], shuffled[i]);
        importance.push_back({field.name, log_loss_of(model, shuffled, arr_delays) - loss});
    }
    return importance;
}

}  // namespace flightcast::evaluate
