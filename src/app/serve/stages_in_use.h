// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "app/options/options.h"
#include "pipeline/stage_spec.h"

namespace flightcast::app::serve {

// Why a deployment with these options has nothing to do with arrivals; empty: it may have.
[[nodiscard]] std::string why_without_arrivals(const options::ServeOptions& options);

// The rows of the tables of stages and topics that a deployment with these options works with: all
// but those of arrivals, where it has nothing to do with them.
[[nodiscard]] std::vector<pipeline::StageSpec> stages_in_use(const options::ServeOptions& options);
[[nodiscard]] std::vector<pipeline::TopicRule> topics_in_use(const options::ServeOptions& options);

}  // namespace flightcast::app::serve
