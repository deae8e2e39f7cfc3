// SPDX-License-Identifier: Apache-2.0
//
// The cost of each request on its way: form to record in the gateway, record to request and
// prediction to record in the scorer, and the look at every outcome in the gateway.
#include <benchmark/benchmark.h>

#include <chrono>
#include <string>

#include "flight/document_json.h"
#include "flight/intake.h"
#include "flight/object_id.h"
#include "flight/prediction_json.h"
#include "flight/request_json.h"

namespace flightcast::flight {
namespace {

constexpr LocalTime kNow{std::chrono::microseconds(1'767'107'260'123'456)};
constexpr std::string_view kForm =
    "DepDelay=5&Carrier=AA&FlightDate=2016-12-25&Origin=ATL&Dest=SFO";

const RouteTable& routes() {
    static const base::Result<RouteTable> table =
        RouteTable::parse(R"({"Origin":"ATL","Dest":"SFO","Distance":2139.0})");
    return table.value();
}

base::Uuid id() {
    return *base::Uuid::parse("8e90da7e-63f5-45f9-8f3d-7d948120e5a2");
}

Request request() {
    const Fields fields = parse_form("application/x-www-form-urlencoded", kForm).value();
    Request made = make_request(fields, routes(), kNow).value();
    made.id = id();
    return made;
}

Prediction prediction() {
    Prediction result;
    result.request = request();
    result.route = route_of(result.request);
    result.predicted = 2;
    result.probabilities = Probabilities{0.14690703794610325, 0.369718640702208, 0.4351, 0.0482743};
    result.model = "default@1f0c2d3e4a5b";
    result.scored_at = base::WallTime(kNow.time_since_epoch());
    return result;
}

void bench_form_to_record(benchmark::State& state) {
    const RouteTable& table = routes();
    for (auto _ : state) {
        const auto fields = parse_form("application/x-www-form-urlencoded", kForm);
        const auto made = make_request(*fields, table, kNow);
        benchmark::DoNotOptimize(encode_request(*made));
    }
}
BENCHMARK(bench_form_to_record);

void bench_make_and_encode_request(benchmark::State& state) {
    const RouteTable& table = routes();
    const auto fields = parse_form("application/x-www-form-urlencoded", kForm);
    for (auto _ : state) {
        benchmark::DoNotOptimize(encode_request(*make_request(*fields, table, kNow)));
    }
}
BENCHMARK(bench_make_and_encode_request);

void bench_decode_request(benchmark::State& state) {
    const std::string record = encode_request(request());
    for (auto _ : state) benchmark::DoNotOptimize(decode_request(record, TimeZone()));
}
BENCHMARK(bench_decode_request);

void bench_encode_prediction_in(benchmark::State& state, const char* zone_name) {
    const TimeZone zone = TimeZone::find(zone_name).value();
    const Prediction answer = prediction();
    for (auto _ : state) {
        benchmark::DoNotOptimize(encode_prediction(answer, ResponseFields::all, zone));
    }
}
BENCHMARK_CAPTURE(bench_encode_prediction_in, utc, "UTC");
BENCHMARK_CAPTURE(bench_encode_prediction_in, madrid, "Europe/Madrid");

void bench_decode_prediction(benchmark::State& state) {
    const std::string record = encode_prediction(prediction(), ResponseFields::all, TimeZone());
    for (auto _ : state) benchmark::DoNotOptimize(decode_prediction(record, TimeZone()));
}
BENCHMARK(bench_decode_prediction);

void bench_uuid_of_outcome(benchmark::State& state) {
    const std::string record = encode_prediction(prediction(), ResponseFields::all, TimeZone());
    for (auto _ : state) benchmark::DoNotOptimize(uuid_of_outcome(record));
}
BENCHMARK(bench_uuid_of_outcome);

void bench_ok_body(benchmark::State& state) {
    const Prediction answer = prediction();
    const ObjectId object_id = document_id(answer.request);
    for (auto _ : state) benchmark::DoNotOptimize(ok_body("U", {answer, object_id}, TimeZone()));
}
BENCHMARK(bench_ok_body);

}  // namespace
}  // namespace flightcast::flight
