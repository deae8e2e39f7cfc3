// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "flight/calendar/time_zone.h"
#include "gateway/accept/acceptor.h"
#include "gateway/api/outcome_waits.h"
#include "gateway/delivery/deliveries.h"
#include "gateway/original/event_names.h"
#include "gateway/socketio/server.h"
#include "store/outcome_store.h"

namespace flightcast::gateway::original {

// The kind of a push to one client.
enum class Push { prediction_ready, prediction_failed, timeout, too_many, invalid_join };

struct PushParts {
    socketio::Namespace& root;   // the namespace that clients join in
    store::OutcomeStore* store;  // null: no store to look up in
    const base::Clock& clock;
    accept::Post post;
    // The id of the request; none where a join names none.
    std::function<void(Push, const std::optional<base::Uuid>&)> on_push;
    delivery::DeliveryOptions options;
    flight::TimeZone zone{};  // of the times in records
    EventNames names{};
    // Takes the outcome for an HTTP request that waits (api::OutcomeWaits); null: its wait is over.
    std::function<void(delivery::ClientId, const delivery::SharedOutcome&)> deliver_to_http{};
};

// The Socket.IO side of waiting: `join {request_id}` is answered with `joined {room}` and, when
// there is one, the outcome as `prediction_ready` (the response record's JSON as it stands in the
// log) or `prediction_failed {request_id, reason, message, final}`. `final` is false when only the
// wait is over. A join is in force when it is answered or acknowledged; a client that joins again
// under a new socket id gets the outcome it missed. Events may have more names, see EventNames.
//
// A join that can lead to nothing is told so: `prediction_failed` with reason `invalid_join` (it
// names nothing) or `invalid_id` (what it names is no UUID; `joined` comes before, as from the
// original). The acknowledgement, where one is asked for, then has the same payload.
//
// Thread-safety: the I/O thread only.
class Pusher final : public delivery::DeliverySink {
  public:
    // REQUIRES: the objects of `parts` outlive the pusher and every call of `post`.
    explicit Pusher(PushParts parts);

    [[nodiscard]] delivery::Deliveries& deliveries() { return deliveries_; }
    [[nodiscard]] const delivery::Deliveries& deliveries() const { return deliveries_; }

    void deliver(delivery::ClientId client, const delivery::SharedOutcome& outcome) override;
    void timed_out(delivery::ClientId client, const base::Uuid& id) override;
    void look_up(const base::Uuid& id) override;

  private:
    void on_join(socketio::Socket& socket, const socketio::Event& event);
    void refuse_join(
        const socketio::Socket& socket, const socketio::Event& event, std::string_view payload
    );
    void emit(
        delivery::ClientId client, const std::vector<std::string>& events, std::string_view json
    );

    void tell_failed(delivery::ClientId client, const base::Uuid& id, std::string_view payload);

    PushParts parts_;
    delivery::Deliveries deliveries_;
};

// The room that a join names, as JSON text ("\"8e90...\""), from its raw payload: the first of
// `fields` that it has. Nothing for a value that gets no answer: missing, empty, false,
// zero, null, a list or an object.
[[nodiscard]] std::optional<std::string> room_of_join(
    std::string_view payload_json, const std::vector<std::string>& fields = {"request_id"}
);

// The payload of `prediction_ready` for a response record, which any writer of the log may have
// written: the record as it stands when it is JSON for every parser (RFC 8259); else, where
// it can be read as Spark reads, put in order. Nothing when it is not a prediction, or larger than
// limits::kRecordBytesMax.
[[nodiscard]] std::optional<std::string> ready_payload(
    std::string_view record, const flight::TimeZone& zone
);

// The payload of `prediction_failed` when ready_payload() gives nothing.
[[nodiscard]] std::string unreadable_payload(const base::Uuid& id);

// The payload of `prediction_failed` for a dead letter's JSON.
[[nodiscard]] std::string failed_payload(const base::Uuid& id, std::string_view failure_json);

// The payload of `prediction_failed` for a join without a usable `field`, and for one whose id is
// not a UUID: `room` is JSON text.
[[nodiscard]] std::string invalid_join_payload(std::string_view field);
[[nodiscard]] std::string invalid_id_payload(std::string_view room);

// The payload of `prediction_failed` when only the wait ended: for `reason` "timeout" or
// "too_many".
[[nodiscard]] std::string ended_wait_payload(const base::Uuid& id, std::string_view reason);

}  // namespace flightcast::gateway::original
