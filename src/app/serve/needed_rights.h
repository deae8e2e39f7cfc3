// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "app/options/options.h"
#include "app/serve/deployment.h"
#include "eventlog/kafka/admin/inspection.h"

namespace flightcast::app::serve {

// The rights that a role with these options needs in its Kafka: those of docs/kafka.md. Both roles
// together for Role::serve.
[[nodiscard]] std::vector<eventlog::kafka::NeededRight> needed_rights(
    Role role, const options::ServeOptions& options
);

}  // namespace flightcast::app::serve
