// SPDX-License-Identifier: Apache-2.0
#include "gateway/original/event_names.h"

#include <algorithm>
#include <array>
#include <utility>

namespace flightcast::gateway::original {
namespace {

using base::Errc;
using base::fail;

constexpr std::string_view kKnown =
    "join=subscribe,request_id=uuid,request_id=id,prediction_ready=prediction,"
    "prediction_ready=prediction_result,prediction_ready=prediction_response";

struct Member {
    std::string_view name;
    std::vector<std::string> EventNames::* names;
};
constexpr std::array kMembers = {
    Member{"join", &EventNames::join},
    Member{"request_id", &EventNames::request_id},
    Member{"prediction_ready", &EventNames::prediction_ready},
    Member{"prediction_failed", &EventNames::prediction_failed},
};

}  // namespace

base::Result<EventNames> parse_event_aliases(std::string_view text) {
    if (text == "known") text = kKnown;
    EventNames names;
    while (!text.empty()) {
        const std::string_view part = text.substr(0, text.find(','));
        text.remove_prefix(std::min(part.size() + 1, text.size()));
        const std::size_t equals = part.find('=');
        const auto* member = std::ranges::find(kMembers, part.substr(0, equals), &Member::name);
        const std::string_view alias =
            equals == std::string_view::npos ? "" : part.substr(equals + 1);
        if (member == kMembers.end() || alias.empty()) {
            return fail(
                Errc::invalid_argument,
                "'" + std::string(part) + "' is no alias; write known, or NAME=ALIAS with NAME " +
                    "join, request_id, prediction_ready or prediction_failed"
            );
        }
        std::vector<std::string>& known = names.*(member->names);
        if (std::ranges::find(known, alias) == known.end()) known.emplace_back(alias);
    }
    return names;
}

}  // namespace flightcast::gateway::original
