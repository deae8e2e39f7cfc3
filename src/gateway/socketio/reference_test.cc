// SPDX-License-Identifier: Apache-2.0
//
// Every case of tests/conformance/reference against this server: where both reference servers do
// the same it does so too, and where they differ it does as one of them, or as differences.json
// says.
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/engineio/engineio_testing.h"
#include "gateway/engineio/packet.h"
#include "gateway/http/head.h"
#include "gateway/socketio/server.h"
#include "gateway/websocket/handshake.h"

namespace flightcast::gateway::socketio {
namespace {

namespace json = boost::json;
using engineio::FakeLink;

constexpr const char* kFolder = FLIGHTCAST_SOURCE_DIR "/tests/conformance/reference/";

using Seen = std::vector<std::string>;  // in one step
using Steps = std::vector<Seen>;

std::string replaced(std::string text, std::string_view mark, std::string_view by) {
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at)) {
        text.replace(at, mark.size(), by);
    }
    return text;
}

// The two words before the rest: "GET a=b body" -> {"GET", "a=b body"}.
std::pair<std::string, std::string> cut(const std::string& text) {
    const std::size_t space = std::min(text.find(' '), text.size());
    return {text.substr(0, space), text.substr(std::min(space + 1, text.size()))};
}

// A message as record.py writes it down.
std::string normal(const std::string& text) {
    if (text.starts_with(R"(0{"sid")")) return "0{open}";
    if (text.size() < 2 || text[0] != '4') return text;
    const std::size_t payload = text.find_first_of("{[\"", 2);
    if (payload == std::string::npos) return text;
    boost::system::error_code error;
    const json::value value = json::parse(text.substr(payload), error);
    if (error) return text;
    const bool has_sid = value.is_object() && value.get_object().contains("sid");
    return text.substr(0, payload) + (has_sid ? R"({"sid":"S"})" : json::serialize(value));
}

// Whatever a client can tell apart: not the wording of an error, nor packets that say nothing.
std::string meaning(const std::string& said) {
    const std::string seen = normal(said);
    if (seen.starts_with("44")) return seen.substr(0, seen.find_first_of("{\""));
    if (seen == "6") return "";
    const bool is_status =
        seen.size() == 3 && seen.find_first_not_of("0123456789") == std::string::npos;
    return is_status && seen != "200" ? "refused" : seen;
}

Seen meaning(const Seen& seen) {
    Seen kept;
    for (const std::string& one : seen) {
        std::string meant = meaning(one);
        if (!meant.empty()) kept.push_back(std::move(meant));
    }
    // The last poll of a session that is over, however it is told.
    if (kept == Seen{"200", "1"}) return {"refused"};
    return kept;
}

// A client of the echo server that node_server.js and python_server.py are, too.
class ReferenceClient {
  public:
    ReferenceClient() {
        for (const char* name : {"/", "/custom"}) {
            Namespace& space = io_.of(name);
            space.use([](const Handshake& handshake) -> std::optional<ConnectError> {
                const json::value auth = json::parse(handshake.auth_json);
                if (!auth.is_object() || !auth.get_object().contains("deny")) return std::nullopt;
                return ConnectError{.message = "denied", .data_json = R"({"code":7})"};
            });
            space.on_any_event([](Socket& socket, const Event& event) {
                std::string args(event.name_json);
                if (!event.args.empty()) args.append(",").append(event.args_json);
                socket.emit("back", args, event.attachments);
                if (event.ack) event.ack(event.args_json, event.attachments);
            });
        }
    }

    Seen step(std::string text) {
        text = replaced(replaced(std::move(text), "{sid}", sid_), "{rs}", "\x1e");
        const auto [verb, rest] = cut(text);
        if (verb == "ws") return open(rest);
        if (verb == ">") return say(rest, false);
        if (verb == ">b") return say(*engineio::decode_base64(rest), true);
        return ask(verb, rest);
    }

  private:
    static http::Request request_for(std::string method, std::string query) {
        http::Request request{
            .method = std::move(method), .path = "/socket.io/", .query = std::move(query)
        };
        request.headers.add("Host", "localhost");
        request.headers.add("Content-Type", "text/plain;charset=UTF-8");
        return request;
    }

    Seen open(const std::string& text) {
        const auto [query, header] = cut(text);
        http::Request request = request_for("GET", query);
        request.headers.add("Sec-WebSocket-Version", "13");
        request.headers.add("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
        if (!header.empty()) {
            EXPECT_TRUE(http::read_field(header, request.headers)) << header;
        }
        link_ = nullptr;
        const auto accepted = websocket::accept(request);
        if (!accepted) return {std::to_string(accepted.error().status)};
        link_ = client_.open(request);
        if (link_ == nullptr) return {client_.refusal.substr(0, 3)};
        constexpr std::string_view kName = "Sec-WebSocket-Protocol: ";
        const std::size_t at = accepted->find(kName);
        if (at == std::string::npos) return received();
        const std::size_t name = at + kName.size();
        Seen seen{"protocol " + accepted->substr(name, accepted->find('\r', name) - name)};
        for (std::string& one : received()) seen.push_back(std::move(one));
        return seen;
    }

    Seen say(const std::string& bytes, bool is_binary) {
        if (link_ == nullptr) return {"no websocket"};
        is_binary ? client_.say_binary(*link_, bytes) : client_.say(*link_, bytes);
        return received();
    }

    Seen ask(const std::string& method, const std::string& rest) {
        const auto [query, body] = cut(rest);
        http::Request request = request_for(method, query);
        request.body = body;
        const auto exchange = client_.request(std::move(request));
        if (!exchange->response) return {"pending"};
        const std::string status = std::to_string(exchange->response->status);
        if (method != "GET" || status != "200") return {status};
        Seen seen{status};
        std::string_view payload = exchange->response->body.view();
        while (true) {
            const std::size_t end = std::min(payload.find('\x1e'), payload.size());
            seen.push_back(note(std::string(payload.substr(0, end))));
            if (end == payload.size()) return seen;
            payload.remove_prefix(end + 1);
        }
    }

    Seen received() {
        Seen seen;
        for (const std::string& one : link_->take_each()) {
            if (one.starts_with("CLOSE")) {
                seen.emplace_back("closed");
            } else if (one.starts_with("b:")) {
                seen.push_back("binary " + engineio::encode_base64(one.substr(2)));
            } else {
                seen.push_back(note(one));
            }
        }
        return seen;
    }

    // Keeps the id of a session that begins.
    std::string note(const std::string& text) {
        constexpr std::string_view kOpen = R"(0{"sid":")";
        if (text.starts_with(kOpen)) sid_ = text.substr(kOpen.size(), 20);
        return normal(text);
    }

    base::SeededRandom random_{1};
    Server io_{Options{}, random_};
    engineio::FakeClient client_{io_.engine(), "/socket.io/"};
    std::shared_ptr<FakeLink> link_;
    std::string sid_;
};

Steps steps_of(const json::value& recorded) {
    return json::value_to<Steps>(recorded);
}

// The client's view, step by step; on a websocket that was closed it can say nothing more.
Steps meaning(const std::vector<std::string>& steps, const Steps& seen) {
    Steps meant;
    bool is_closed = false;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const bool is_said = steps[i].starts_with('>');
        if (steps[i].starts_with("ws")) is_closed = false;
        meant.push_back(is_said && is_closed ? Seen{} : meaning(seen[i]));
        if (meant.back() == Seen{"no websocket"}) meant.back().clear();
        for (std::string& one : meant.back()) {
            // A websocket that is refused and one that is closed at once are the same to a client.
            if (steps[i].starts_with("ws") && one == "refused") one = "closed";
            if (one == "closed") is_closed = true;
        }
    }
    return meant;
}

std::string text_of(const Steps& steps) {
    return json::serialize(json::value_from(steps));
}

json::object read_differences() {
    std::ifstream file(std::string(kFolder) + "differences.json");
    return json::parse(file).as_object();
}

// Goal: whatever a client says, this server is as lenient as both reference servers.
TEST(Reference, DoesWhatBothServersDo) {
    std::ifstream table(std::string(kFolder) + "recorded.jsonl");
    ASSERT_TRUE(table);
    const json::object differences = read_differences();
    std::set<std::string> unused;
    for (const auto& [name, why] : differences) unused.emplace(name);
    std::size_t cases = 0;
    for (std::string line; std::getline(table, line); ++cases) {
        const json::object recorded = json::parse(line).as_object();
        const std::string name(recorded.at("name").as_string());
        const auto steps = json::value_to<std::vector<std::string>>(recorded.at("steps"));
        ReferenceClient client;
        Steps seen;
        for (const std::string& step : steps) seen.push_back(client.step(step));
        const Steps ours = meaning(steps, seen);
        const Steps node = meaning(steps, steps_of(recorded.at("node")));
        const Steps python = meaning(steps, steps_of(recorded.at("python")));
        if (unused.erase(name) > 0) {
            EXPECT_EQ(text_of(ours), json::serialize(differences.at(name).at("ours"))) << name;
            EXPECT_TRUE(ours != node && ours != python) << name << " differs no more";
            continue;
        }
        EXPECT_TRUE(ours == node || ours == python)
            << name << "\n  ours   " << text_of(ours) << "\n  node   " << text_of(node)
            << "\n  python " << text_of(python);
    }
    EXPECT_GE(cases, 800U);
    EXPECT_TRUE(unused.empty()) << *unused.begin() << " is not in the table";
}

}  // namespace
}  // namespace flightcast::gateway::socketio
