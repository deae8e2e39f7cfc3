// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "app/options/options.h"
#include "app/serve/deployment.h"
#include "app/serve/rounds.h"
#include "eventlog/kafka/admin/inspection.h"

namespace flightcast::app::serve {

// What a role on Kafka looks after while it runs: the `rights` that it needs, without which it is
// not ready, and as notes `broker addresses` that cannot be reached (other brokers may serve) and,
// where there is a gateway, `readers` of all partitions of the requests.
//
// REQUIRES: `inspection` and `options` outlive the questions, which share the former.
[[nodiscard]] std::vector<RoundQuestion> cluster_questions(
    Role role, const options::ServeOptions& options, eventlog::kafka::Inspection& inspection
);

}  // namespace flightcast::app::serve
