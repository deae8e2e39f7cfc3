// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/train/train_options.h"
#include "base/result.h"
#include "dataset/flight_loader.h"
#include "evaluate/judgement.h"
#include "forest/bundle.h"

namespace flightcast::app::train {

struct TrainOutcome {
    forest::Bundle bundle;
    std::vector<dataset::FileReport> reports;   // of each file
    std::vector<std::string> notes;             // sentences that people should know
    flightcast::evaluate::Judgement judgement;  // on the later flights, the forest first
    flightcast::train::OutOfBag out_of_bag;     // of the forest in the bundle
};

// The steps of a training, one after the other.
enum class TrainStep { read, encode, grow, judge, refit };

// Hears how far a training is.
class TrainListener {
  public:
    virtual ~TrainListener() = default;
    virtual void starts(TrainStep step) = 0;
    virtual void read(const dataset::LoadProgress& progress) = 0;
    virtual void grew(std::size_t trees_done, std::size_t trees) = 0;  // from any thread
};

// Reads the files, learns a forest from the earlier days, judges it and two baselines on the later
// ones. With `refit` the model then learns again, from all days up to the last one that was judged
// on, and keeps the figures of the first; its provenance has both. Writes nothing. Fails as the
// parts do, with a detail for people; with closed when it was asked to give up.
[[nodiscard]] base::Result<TrainOutcome> train_model(
    const TrainOptions& options, TrainListener& listener
);

}  // namespace flightcast::app::train
