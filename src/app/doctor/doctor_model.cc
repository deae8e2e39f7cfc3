// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "app/doctor/doctor_checks.h"
#include "flight/predicted_class.h"
#include "flight/prediction.h"
#include "models/bundled.h"

namespace flightcast::app::doctor {
namespace {

using State = Finding::State;

// The form's default flight, of which the answer is known to be sensible.
flight::Request example_flight() {
    flight::Request request;
    request.dep_delay = 5;
    request.carrier = "AA";
    request.flight_date = "2016-12-25";
    request.origin = "ATL";
    request.dest = "SFO";
    request.distance = 2139;
    request.day_of_year = 360;
    request.day_of_month = 25;
    request.day_of_week = 6;
    return request;
}

}  // namespace

std::vector<Finding> check_model(const Patient& patient) {
    const auto predictor = models::load_model(patient.options.model);
    if (!predictor) {
        return {
            {"model",
             State::bad,
             predictor.error().detail,
             "name the folder of a bundle with --model, or leave it out for the built-in one"}
        };
    }
    const std::size_t answer = flight::predicted_class(predictor->score(example_flight()));
    return {
        {"model",
         State::good,
         std::string(predictor->model_id()) + " answers '" +
             std::string(flight::kClassTexts[answer]) + "' to the form's example",
         ""}
    };
}

}  // namespace flightcast::app::doctor
