// SPDX-License-Identifier: Apache-2.0
#include "loadtest/recorder.h"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <chrono>

namespace flightcast::loadtest {
namespace {

using Kind = session::SocketEvent::Kind;

std::uint64_t microseconds_since(base::SteadyTime from, base::SteadyTime to) {
    return to > from ? static_cast<std::uint64_t>((to - from).count()) : 0;
}

}  // namespace

Recorder::Recorder(const LoadOptions& options, const Schedule& schedule) : schedule_(schedule) {
    report_.options = options;
}

void Recorder::on_sent(base::SteadyTime intended, base::SteadyTime now) {
    ++report_.sent;
    if (!schedule_.is_measured(intended)) return;
    report_.send_delay_us.record(microseconds_since(intended, now));
}

std::span<const base::Uuid> Recorder::on_answer(
    ClientId client, const PostAnswer& answer, base::SteadyTime now
) {
    ids_.clear();
    const bool is_json = report_.options.api == Api::json;
    if (answer.status != 200 && !(is_json && answer.status == 202)) {
        ++report_.refused[answer.status];
        note_problem(
            "HTTP status " + std::to_string(answer.status) + ": " +
            std::string(answer.body.substr(0, 200))
        );
        return {};
    }
    if (is_json) {
        ids_ = parse_accepted_json(answer.body);
    } else if (const auto id = parse_accepted_id(answer.body)) {
        ids_.push_back(*id);
    }
    if (ids_.size() != report_.options.batch) {
        on_broken(
            "HTTP status " + std::to_string(answer.status) + " with " +
            std::to_string(ids_.size()) + " ids instead of " +
            std::to_string(report_.options.batch) + ": " + std::string(answer.body.substr(0, 200))
        );
    }
    if (ids_.empty()) return {};
    accepted_ += ids_.size();
    last_answer_ = now;
    if (schedule_.is_measured(now)) accepted_measured_ += ids_.size();
    if (schedule_.is_measured(answer.intended)) {
        report_.post_us.record(microseconds_since(answer.intended, now));
    }
    if (report_.options.mode == Mode::post_only) {
        ids_.clear();
    } else {
        std::erase_if(ids_, [&](const base::Uuid& id) {
            return !ledger_.accept(id, client, answer.intended);
        });
    }
    return ids_;
}

void Recorder::on_back(std::chrono::microseconds after) {
    report_.back_us.record(static_cast<std::uint64_t>(after.count()));
}

void Recorder::on_broken(std::string_view reason) {
    ++report_.broken;
    note_problem(reason);
}

void Recorder::on_disconnect(std::string_view reason) {
    ++report_.disconnects;
    note_problem(reason);
}

bool Recorder::on_event(ClientId client, const session::SocketEvent& event, base::SteadyTime now) {
    switch (event.kind) {
        case Kind::joined:
            ++report_.joined;
            return false;
        case Kind::prediction_ready:
            return on_outcome(client, event.id, Outcome::prediction, now);
        case Kind::prediction_failed:
            return on_outcome(
                client, event.id, event.is_final ? Outcome::failure : Outcome::still_waits, now
            );
        case Kind::connected:
        case Kind::other:
            return false;
    }
    return false;
}

Report Recorder::report() const {
    Report report = report_;
    report.tally = ledger_.tally();
    report.tally.accepted = accepted_;
    report.lost = ledger_.owed();
    const auto until_last = last_answer_ - schedule_.measured_from();
    const auto measured = report.options.requests ? until_last : report.options.duration;
    const double seconds = std::chrono::duration<double>(measured).count();
    if (seconds > 0) {
        report.accepted_per_second = static_cast<double>(accepted_measured_) / seconds;
    }
    return report;
}

void Recorder::note_problem(std::string_view reason) {
    if (report_.first_problem.empty()) report_.first_problem = reason;
}

bool Recorder::on_outcome(
    ClientId client, const base::Uuid& id, Outcome outcome, base::SteadyTime now
) {
    const auto intended = ledger_.deliver(id, client, outcome);
    if (!intended) return false;
    if (schedule_.is_measured(*intended)) {
        report_.outcome_us.record(microseconds_since(*intended, now));
    }
    return true;
}

std::optional<base::Uuid> parse_accepted_id(std::string_view body) {
    // The original's answer, usually the only one in a run, needs no JSON parser.
    constexpr std::string_view kBefore = R"({"status": "OK", "id": ")";
    constexpr std::string_view kAfter = R"("})";
    constexpr std::size_t kIdBytes = 36;
    if (body.size() == kBefore.size() + kIdBytes + kAfter.size() && body.starts_with(kBefore) &&
        body.ends_with(kAfter)) {
        return base::Uuid::parse(body.substr(kBefore.size(), kIdBytes));
    }
    boost::system::error_code error;
    const boost::json::value parsed = boost::json::parse(body, error);
    const boost::json::object* const object = error ? nullptr : parsed.if_object();
    if (object == nullptr) return std::nullopt;
    const boost::json::value* const status = object->if_contains("status");
    const boost::json::value* const id = object->if_contains("id");
    if (status == nullptr || id == nullptr || *status != "OK" || !id->is_string()) {
        return std::nullopt;
    }
    return base::Uuid::parse(id->get_string());
}

std::vector<base::Uuid> parse_accepted_json(std::string_view body) {
    boost::system::error_code error;
    const boost::json::value parsed = boost::json::parse(body, error);
    std::vector<base::Uuid> ids;
    const auto add = [&ids](const boost::json::value& entry) {
        const boost::json::object* const object = entry.if_object();
        const boost::json::value* const id =
            object == nullptr ? nullptr : object->if_contains("id");
        if (id == nullptr || !id->is_string()) return;
        if (const auto read = base::Uuid::parse(id->get_string())) ids.push_back(*read);
    };
    if (error) return ids;
    if (const boost::json::array* const array = parsed.if_array()) {
        for (const boost::json::value& entry : *array) add(entry);
    } else {
        add(parsed);
    }
    return ids;
}

}  // namespace flightcast::loadtest
