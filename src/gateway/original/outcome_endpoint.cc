// SPDX-License-Identifier: Apache-2.0
#include "gateway/original/outcome_endpoint.h"

#include <optional>
#include <string>
#include <utility>

#include "flight/document_json.h"
#include "flight/object_id.h"
#include "flight/prediction_json.h"
#include "gateway/original/replies.h"

namespace flightcast::gateway::original {
namespace {

using Found = base::Result<std::optional<store::StoredOutcome>>;

// The body for the store's answer; `id` as the client wrote it. A store that is away is no reason
// to stop asking, so that is WAIT too.
std::string body_of(const std::string& id, const Found& found, const flight::TimeZone& zone) {
    if (!found || !*found) return flight::wait_body(id);
    const store::StoredOutcome& stored = **found;
    if (stored.outcome.kind != flight::OutcomeKind::prediction) return flight::wait_body(id);
    const auto prediction = flight::decode_prediction(stored.outcome.json, zone);
    if (!prediction) return flight::wait_body(id);
    const flight::ObjectId object_id =
        stored.document_id.value_or(flight::document_id(prediction->request));
    return flight::ok_body(id, {.prediction = *prediction, .object_id = object_id}, zone);
}

}  // namespace

OutcomeEndpoint::OutcomeEndpoint(
    store::OutcomeStore* store,
    const delivery::OutcomeCache& cache,
    accept::Post post,
    flight::TimeZone zone
)
    : store_(store), cache_(cache), post_(std::move(post)), zone_(zone) {}

void OutcomeEndpoint::handle(const http::Request& request, http::Respond respond) const {
    const std::optional<base::Uuid> id = base::Uuid::parse(request.parameter);
    if (!id) {
        respond(original_reply(
            400,
            flight::error_body("id: a UUID is needed, such as the one that the submission returned")
        ));
        return;
    }
    if (store_ == nullptr) {
        std::optional<store::StoredOutcome> found;
        const delivery::SharedOutcome cached = cache_.find(*id);
        if (cached) found = {.outcome = *cached, .document_id = std::nullopt};
        respond(original_reply(200, body_of(request.parameter, found, zone_)));
        return;
    }
    store_->find(
        *id, [this, text = request.parameter, respond = std::move(respond)](Found found) mutable {
            std::string body = body_of(text, found, zone_);
            post_([respond = std::move(respond), body = std::move(body)]() mutable {
                respond(original_reply(200, std::move(body)));
            });
        }
    );
}

}  // namespace flightcast::gateway::original
