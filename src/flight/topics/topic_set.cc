// SPDX-License-Identifier: Apache-2.0
#include "flight/topics/topic_set.h"

namespace flightcast::flight {

std::vector<std::string> TopicSet::outcomes() const {
    return {response, dead_letter};
}

std::vector<std::string> TopicSet::all() const {
    return {request, response, dead_letter, arrival, evaluation, models, model_parts, shadow};
}

OutcomeKind TopicSet::kind_of(std::string_view topic) const {
    return topic == response ? OutcomeKind::prediction : OutcomeKind::failure;
}

}  // namespace flightcast::flight
