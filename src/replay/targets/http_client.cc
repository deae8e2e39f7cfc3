// SPDX-License-Identifier: Apache-2.0
#include "replay/targets/http_client.h"

#include <algorithm>
#include <utility>

#include "loadtest/net/endpoint.h"

namespace flightcast::replay::targets {
namespace {

using base::Errc;
using base::fail;
using std::chrono::milliseconds;

constexpr milliseconds kFirstPause{50};
constexpr milliseconds kLongestPause{1'000};
constexpr milliseconds kLookAtStop{100};

bool is_away(int status) {
    return status == 502 || status == 503 || status == 504;
}

}  // namespace

base::Result<std::unique_ptr<HttpClient>> HttpClient::open(
    const loadtest::net::Target& server, HttpClientOptions options, const base::Clock& clock
) {
    FC_TRY(const auto endpoints, loadtest::net::resolve(server));
    std::unique_ptr<HttpClient> client(new HttpClient(server, std::move(options), clock));
    // The resolver's favourite may be an address at which no server listens.
    const auto reachable = loadtest::net::first_reachable(endpoints, std::chrono::seconds(5));
    client->line_.open({.to = reachable ? *reachable : endpoints.front()});
    return client;
}

HttpClient::HttpClient(
    const loadtest::net::Target& server, HttpClientOptions options, const base::Clock& clock
)
    : authority_(server.authority()),
      options_(std::move(options)),
      loop_(clock),
      line_(loop_, [this](const base::Result<loadtest::net::HttpResponse>& answer) {
          if (!answer) {
              answer_.emplace(std::unexpected(answer.error()));
          } else {
              answer_.emplace(
                  HttpAnswer{.status = answer->status, .body = std::string(answer->body)}
              );
          }
      }) {}

std::string HttpClient::head(std::string_view method, std::string_view path) const {
    std::string text(method);
    text += " ";
    text += path;
    text += " HTTP/1.1\r\nHost: " + authority_ + "\r\n";
    if (!options_.token.empty()) text += "Authorization: Bearer " + options_.token + "\r\n";
    return text;
}

base::Result<HttpAnswer> HttpClient::send(const HttpQuestion& question) {
    std::string request = head(question.method, question.path);
    request += question.headers;
    request += "Content-Type: ";
    request += question.content_type;
    request += "\r\nContent-Length: " + std::to_string(question.body.size()) + "\r\n\r\n";
    request += question.body;
    return ask(request);
}

base::Result<HttpAnswer> HttpClient::post(
    std::string_view path, std::string_view body, std::string_view headers
) {
    return send({.path = path, .body = body, .headers = headers});
}

base::Result<HttpAnswer> HttpClient::get(std::string_view path) {
    return ask(head("GET", path) + "\r\n");
}

base::Result<HttpAnswer> HttpClient::ask(const std::string& request) {
    const base::SteadyTime begin = loop_.now();
    milliseconds pause_next = kFirstPause;
    while (true) {
        auto answer = ask_once(request);
        if (answer && !is_away(answer->status)) return answer;
        if (!answer && answer.error().code == Errc::closed && options_.stop.stop_requested()) {
            return answer;
        }
        if (loop_.now() - begin >= options_.patience) {
            const std::string why = answer ? "it answers " + std::to_string(answer->status) + ": " +
                                                 answer->body.substr(0, 200)
                                           : answer.error().detail;
            return fail(Errc::unavailable, "the server at " + authority_ + " is away: " + why);
        }
        if (!pause(pause_next)) return fail(Errc::closed, "interrupted");
        pause_next = std::min(pause_next * 2, kLongestPause);
    }
}

base::Result<HttpAnswer> HttpClient::ask_once(const std::string& request) {
    answer_.reset();
    line_.ask(request);
    const base::SteadyTime deadline = loop_.now() + options_.answer_timeout;
    while (!answer_) {
        const bool is_over = loop_.now() >= deadline;
        if (is_over || options_.stop.stop_requested()) {
            line_.close();
            return is_over ? fail(Errc::timeout, "it did not answer in time")
                           : fail(Errc::closed, "interrupted");
        }
        loop_.wait(kLookAtStop);
    }
    return *std::exchange(answer_, std::nullopt);
}

// False when it is to be stopped.
bool HttpClient::pause(milliseconds time) {
    const base::SteadyTime end = loop_.now() + time;
    while (loop_.now() < end) {
        if (options_.stop.stop_requested()) return false;
        const auto rest = std::chrono::duration_cast<std::chrono::microseconds>(end - loop_.now());
        loop_.wait(
            std::clamp(rest, std::chrono::microseconds(1), std::chrono::microseconds(kLookAtStop))
        );
    }
    return !options_.stop.stop_requested();
}

}  // namespace flightcast::replay::targets
