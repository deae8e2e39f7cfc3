// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "features/online/fold.h"
#include "flight/airports/airport_table.h"
#include "flight/prediction.h"
#include "flight/request.h"

namespace flightcast::forest {
struct Bundle;
}

namespace flightcast::features {

enum class Explain { no, yes };

// A model that answers requests: the feature encoder and the forest of one bundle. Cheap to move;
// publish it as a std::shared_ptr<const Predictor> to replace it while others score.
//
// Thread-safety: any thread may call any const member.
class Predictor {
  public:
    // Where regions of the online features are (features/online/fold.h); they are unknown without.
    // Models without online features have no use for it.
    using Airports = std::shared_ptr<const flight::AirportTable>;

    // Reads and checks the bundle in `folder`. Fails with not_found, corrupt (also for a truncated
    // file), unsupported (made by a newer version) or io; the detail names the file.
    [[nodiscard]] static base::Result<Predictor> load(
        const std::filesystem::path& folder, Airports airports = {}
    );

    // The same from the bytes of its files, which are borrowed for the call.
    [[nodiscard]] static base::Result<Predictor> from_bytes(
        std::string_view bundle_json,
        std::span<const std::byte> forest_bin,
        std::span<const std::byte> online_bin = {},
        Airports airports = {}
    );

    // The same from a bundle that was just trained or loaded.
    [[nodiscard]] static base::Result<Predictor> make(
        forest::Bundle bundle, Airports airports = {}
    );

    Predictor(Predictor&&) noexcept;
    Predictor& operator=(Predictor&&) noexcept;
    ~Predictor();

    // The class probabilities of one flight; they sum to 1. Every field of `request` may be absent,
    // and a carrier or airport that the model never saw counts as absent. Online features are those
    // that the request carries, else those of online(). Does not allocate.
    [[nodiscard]] flight::Probabilities score(const flight::Request& request) const;

    // The same for each of `requests`, bit for bit, and faster when they are many.
    [[nodiscard]] std::vector<flight::Probabilities> score(
        std::span<const flight::Request> requests
    ) const;

    // The same, with each answer's contributions if asked for and if the model can tell.
    [[nodiscard]] std::vector<flight::Answer> answer(
        std::span<const flight::Request> requests, Explain explain
    ) const;

    // The state that the model's online features go on from: that at the end of its training days.
    // Null for a model without such features; valid as long as this object.
    [[nodiscard]] const online::Fold* online() const;

    // "<name>@<version>", as records carry it; valid as long as this object.
    [[nodiscard]] std::string_view model_id() const;

    // The model's tables and origin, without the trees; valid as long as this object.
    [[nodiscard]] const forest::Bundle& bundle() const;

  private:
    struct State;
    explicit Predictor(std::unique_ptr<const State> state);

    std::unique_ptr<const State> state_;
};

}  // namespace flightcast::features
