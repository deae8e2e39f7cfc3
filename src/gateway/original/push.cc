// SPDX-License-Identifier: Apache-2.0
#include "gateway/original/push.h"

#include <boost/json.hpp>
#include <cmath>
#include <memory>
#include <utility>

#include "base/limits.h"
#include "base/planted_bug.h"
#include "flight/failure_json.h"
#include "flight/prediction_json.h"
#include "gateway/socketio/json_scan.h"

namespace flightcast::gateway::original {

namespace json = boost::json;
using delivery::ClientId;
using delivery::JoinOutcome;
using delivery::SharedOutcome;

namespace {

// 0 is no id to the original either; a number that is too large would not be JSON in an answer.
bool names_a_room(double number) {
    return number != 0 && std::isfinite(number);
}

}  // namespace

std::optional<std::string> room_of_join(
    std::string_view payload_json, const std::vector<std::string>& fields
) {
    boost::system::error_code error;
    const json::value payload = json::parse(payload_json, error);
    if (error || !payload.is_object()) return std::nullopt;
    const json::value* room = nullptr;
    for (std::size_t i = 0; i < fields.size() && room == nullptr; ++i) {
        room = payload.get_object().if_contains(fields[i]);
    }
    if (room == nullptr || room->is_null() || room->is_structured()) return std::nullopt;
    if (room->is_string() && room->get_string().empty()) return std::nullopt;
    if (room->is_bool() && !room->get_bool()) return std::nullopt;
    if (room->is_number() && !names_a_room(room->to_number<double>())) return std::nullopt;
    return json::serialize(*room);
}

std::optional<std::string> ready_payload(std::string_view record, const flight::TimeZone& zone) {
    if (record.size() > base::limits::kRecordBytesMax) return std::nullopt;
    const auto shape = socketio::scan_json(record);
    if (shape && shape->kind == socketio::JsonKind::object) return std::string(record);
    const auto prediction = flight::decode_prediction(record, zone);
    if (!prediction) return std::nullopt;
    return flight::encode_prediction(*prediction, flight::ResponseFields::all, zone);
}

std::string unreadable_payload(const base::Uuid& id) {
    return json::serialize(
        json::object{
            {"request_id", id.to_string()},
            {"reason", "unreadable"},
            {"message", "The record on the response topic is not a valid prediction."},
            {"final", true},
        }
    );
}

std::string failed_payload(const base::Uuid& id, std::string_view failure_json) {
    const auto failure = flight::decode_failure(failure_json);
    return json::serialize(
        json::object{
            {"request_id", id.to_string()},
            {"reason", failure ? failure->reason : "unknown"},
            {"message", failure ? failure->message : "The request could not be scored."},
            {"final", true},
        }
    );
}

std::string invalid_join_payload(std::string_view field) {
    return json::serialize(
        json::object{
            {"request_id", nullptr},
            {"reason", "invalid_join"},
            {"message",
             "The join names no request: send {\"" + std::string(field) +
                 "\": ID} with the id that the submission returned."},
            {"final", true},
        }
    );
}

std::string invalid_id_payload(std::string_view room) {
    // The room stands as it was sent.
    return R"({"request_id":)" + std::string(room) +
           R"(,"reason":"invalid_id","message":"The id of a request is a UUID, as the submission )"
           R"(returned it; no outcome ever comes for another.","final":true})";
}

std::string ended_wait_payload(const base::Uuid& id, std::string_view reason) {
    const bool too_many = reason == "too_many";
    return json::serialize(
        json::object{
            {"request_id", id.to_string()},
            {"reason", reason},
            {"message",
             too_many ? "Too many predictions are waited for; join again later."
                      : "The prediction takes longer than usual; join again to wait on."},
            {"final", false},
        }
    );
}

Pusher::Pusher(PushParts parts) : parts_(std::move(parts)), deliveries_(*this, parts_.options) {
    for (const std::string& name : parts_.names.join) {
        parts_.root.on_event(name, [this](socketio::Socket& socket, const socketio::Event& event) {
            on_join(socket, event);
        });
    }
    parts_.root.on_disconnect([this](socketio::Socket& socket, std::string_view) {
        if (base::is_planted(base::PlantedBug::forgotten_clients_wait_on)) return;
        deliveries_.forget(ClientId(socket.id().value()));
    });
}

void Pusher::on_join(socketio::Socket& socket, const socketio::Event& event) {
    const std::vector<std::string>& fields = parts_.names.request_id;
    const auto room = event.args.empty() ? std::nullopt : room_of_join(event.args[0], fields);
    if (!room) return refuse_join(socket, event, invalid_join_payload(fields.front()));
    socket.emit("joined", R"({"room":)" + *room + "}");
    const std::string_view text = *room;
    const auto id = base::Uuid::parse(text.size() > 2 ? text.substr(1, text.size() - 2) : text);
    if (!id) return refuse_join(socket, event, invalid_id_payload(*room));
    if (event.ack) event.ack();
    const ClientId client(socket.id().value());
    if (base::is_planted(base::PlantedBug::join_after_answer)) {
        return parts_.post([this, client, id = *id] {
            static_cast<void>(deliveries_.join(client, id, parts_.clock.steady_now()));
        });
    }
    if (deliveries_.join(client, *id, parts_.clock.steady_now()) == JoinOutcome::too_many) {
        emit(client, parts_.names.prediction_failed, ended_wait_payload(*id, "too_many"));
        parts_.on_push(Push::too_many, id);
    }
}

void Pusher::refuse_join(
    const socketio::Socket& socket, const socketio::Event& event, std::string_view payload
) {
    emit(ClientId(socket.id().value()), parts_.names.prediction_failed, payload);
    if (event.ack) event.ack(payload);
    parts_.on_push(Push::invalid_join, std::nullopt);
}

void Pusher::emit(
    ClientId client, const std::vector<std::string>& events, std::string_view payload
) {
    for (const std::string& event : events) {
        if (base::is_planted(base::PlantedBug::pushed_to_everybody))
            parts_.root.emit(event, payload);
        parts_.root.emit_to(socketio::SocketId(client.value()), event, payload);
    }
}

void Pusher::deliver(ClientId client, const SharedOutcome& outcome) {
    if (api::OutcomeWaits::owns(client)) return parts_.deliver_to_http(client, outcome);
    if (outcome->kind == flight::OutcomeKind::failure) {
        return tell_failed(client, outcome->id, failed_payload(outcome->id, outcome->json));
    }
    const auto payload = ready_payload(outcome->json, parts_.zone);
    if (!payload) return tell_failed(client, outcome->id, unreadable_payload(outcome->id));
    emit(client, parts_.names.prediction_ready, *payload);
    parts_.on_push(Push::prediction_ready, outcome->id);
}

void Pusher::tell_failed(ClientId client, const base::Uuid& id, std::string_view payload) {
    emit(client, parts_.names.prediction_failed, payload);
    parts_.on_push(Push::prediction_failed, id);
}

void Pusher::timed_out(ClientId client, const base::Uuid& id) {
    if (api::OutcomeWaits::owns(client)) return parts_.deliver_to_http(client, nullptr);
    emit(client, parts_.names.prediction_failed, ended_wait_payload(id, "timeout"));
    parts_.on_push(Push::timeout, id);
}

void Pusher::look_up(const base::Uuid& id) {
    if (parts_.store == nullptr) return;
    parts_.store->find(id, [this, id](base::Result<std::optional<store::StoredOutcome>> found) {
        SharedOutcome outcome;
        if (found && *found) {
            outcome = std::make_shared<const flight::Outcome>(std::move((*found)->outcome));
        }
        parts_.post([this, id, outcome = std::move(outcome)] { deliveries_.found(id, outcome); });
    });
}

}  // namespace flightcast::gateway::original
