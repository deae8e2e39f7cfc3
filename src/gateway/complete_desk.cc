// SPDX-License-Identifier: Apache-2.0
#include "gateway/complete_desk.h"

#include <string>

namespace flightcast::gateway {

api::ModelDesk complete_desk(api::ModelDesk desk) {
    const base::Error none{base::Errc::unavailable, "this process has no registry of models"};
    if (!desk.registry) desk.registry = [none] { return std::unexpected(none); };
    if (!desk.in_use) desk.in_use = [] { return std::string(); };
    if (!desk.pinned) desk.pinned = [] { return std::string(); };
    if (!desk.status) desk.status = [] { return std::string(); };
    if (!desk.drift) desk.drift = [] { return std::string(); };
    if (!desk.propose) {
        desk.propose = [none](const registry::Proposal&, const api::ModelDesk::Done&) {
            return base::Result<void>(std::unexpected(none));
        };
    }
    if (!desk.add_version) {
        desk.add_version = [none](const api::ModelDesk::NewVersion&, const api::ModelDesk::Done&) {
            return base::Result<void>(std::unexpected(none));
        };
    }
    return desk;
}

}  // namespace flightcast::gateway
