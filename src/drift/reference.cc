// SPDX-License-Identifier: Apache-2.0
#include "drift/reference.h"

#include <algorithm>
#include <utility>

namespace flightcast::drift {

std::shared_ptr<const Reference> reference_of(const forest::Bundle& bundle) {
    auto reference = std::make_shared<Reference>();
    reference->model = bundle.name + "@" + bundle.version;
    auto encoder = features::Encoder::make(bundle.schema);
    if (!bundle.distributions || !encoder) return reference;
    reference->encoder = *std::move(encoder);
    reference->distributions.answers = bundle.distributions->answers;
    const auto& features = bundle.schema.features;
    for (const forest::Distribution& told : bundle.distributions->features) {
        const auto place = std::ranges::find(features, told.feature, &forest::Feature::name);
        if (place == features.end()) continue;
        reference->places.push_back(static_cast<std::size_t>(place - features.begin()));
        reference->distributions.features.push_back(told);
    }
    return reference;
}

}  // namespace flightcast::drift
