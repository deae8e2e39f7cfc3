// SPDX-License-Identifier: Apache-2.0
#include "eventlog/kafka/client/figures.h"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/system/error_code.hpp>

namespace flightcast::eventlog::kafka {

using base::Errc;
using base::fail;
using base::Result;

namespace {

std::int64_t number(const boost::json::object& object, std::string_view name) {
    const boost::json::value* const value = object.if_contains(name);
    return value != nullptr && value->is_int64() ? value->as_int64() : 0;
}

void add_broker(ClientFigures& figures, const boost::json::object& broker) {
    figures.requests += number(broker, "tx");
    figures.errors +=
        number(broker, "txerrs") + number(broker, "rxerrs") + number(broker, "req_timeouts");
    figures.retries += number(broker, "txretries");
    const boost::json::value* const window = broker.if_contains("rtt");
    if (window == nullptr || !window->is_object()) return;
    const boost::json::object& times = window->as_object();
    if (number(times, "cnt") == 0) return;
    figures.round_trips.emplace_back(number(times, "avg"));
}

std::int64_t grown(std::int64_t before, std::int64_t now) {
    return now < before ? now : now - before;
}

}  // namespace

Result<ClientFigures> parse_figures(std::string_view json) {
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(json, error);
    const auto invalid = [] {
        return fail(Errc::invalid_argument, "the statistics of librdkafka have another form");
    };
    if (error || !value.is_object()) return invalid();
    const boost::json::object& all = value.as_object();
    const boost::json::value* const type = all.if_contains("type");
    const boost::json::value* const brokers = all.if_contains("brokers");
    if (type == nullptr || !type->is_string()) return invalid();
    if (brokers == nullptr || !brokers->is_object()) return invalid();
    ClientFigures figures{
        .kind = type->as_string() == "producer" ? ClientKind::producer : ClientKind::consumer,
        .waiting = number(all, "msg_cnt"),
        .round_trips = {}
    };
    for (const auto& [name, broker] : brokers->as_object()) {
        if (broker.is_object()) add_broker(figures, broker.as_object());
    }
    return figures;
}

ClientFigures growth(const ClientFigures& before, const ClientFigures& now) {
    return {
        .kind = now.kind,
        .requests = grown(before.requests, now.requests),
        .errors = grown(before.errors, now.errors),
        .retries = grown(before.retries, now.retries),
        .waiting = now.waiting - before.waiting,
        .round_trips = now.round_trips
    };
}

}  // namespace flightcast::eventlog::kafka
