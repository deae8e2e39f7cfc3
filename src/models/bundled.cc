// SPDX-License-Identifier: Apache-2.0
#include "models/bundled.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "assets/assets.h"

namespace flightcast::models {

using base::Result;

namespace {

Result<std::string_view> asset(std::string_view name) {
    const std::optional<std::string_view> bytes = assets::find(name);
    if (bytes) return *bytes;
    return base::fail(
        base::Errc::not_found,
        "this program was built without " + std::string(name) + ": build it again"
    );
}

}  // namespace

Result<features::Predictor> load_model(const std::filesystem::path& folder) {
    if (!folder.empty()) {
        FC_TRY(forest::Bundle bundle, forest::load_bundle(folder));
        return make_predictor(std::move(bundle));
    }
    FC_TRY(const std::string_view bundle, asset("models/default/bundle.json"));
    FC_TRY(const std::string_view forest, asset("models/default/forest.bin"));
    return features::Predictor::from_bytes(bundle, std::as_bytes(std::span(forest)));
}

Result<features::Predictor> make_predictor(forest::Bundle bundle) {
    const bool needs_airports = bundle.online.has_value();
    return features::Predictor::make(
        std::move(bundle), needs_airports ? airports_or_none() : nullptr
    );
}

std::shared_ptr<const flight::AirportTable> airports_or_none() {
    auto airports = load_airports();
    if (!airports) return nullptr;
    return std::make_shared<const flight::AirportTable>(*std::move(airports));
}

Result<flight::RouteTable> load_routes() {
    FC_TRY(const std::string_view distances, asset("data/origin_dest_distances.jsonl"));
    return flight::RouteTable::parse(distances);
}

Result<flight::AirportTable> load_airports() {
    FC_TRY(const std::string_view airports, asset("data/airports.jsonl"));
    return flight::AirportTable::parse(airports);
}

}  // namespace flightcast::models
