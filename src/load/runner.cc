// SPDX-License-Identifier: Apache-2.0
//
// Every client is a keep-alive HTTP connection that posts and a websocket that waits for outcomes,
// as a browser has them. All are watched by one epoll; its time-out is the next request's intended
// time, to the microsecond.
#include "load/runner.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "load/connection.h"
#include "load/flight_forms.h"
#include "load/http_response.h"
#include "load/ledger.h"
#include "load/schedule.h"
#include "load/server_probe.h"
#include "load/socketio_client.h"

namespace flightcast::load {

using base::Result;
using base::SteadyTime;
using std::chrono::microseconds;

namespace {

constexpr std::size_t kForms = 1'024;
constexpr const char* kPath = "/flights/delays/predict/classify_realtime";
constexpr auto kHandshakeTimeout = std::chrono::seconds(30);
constexpr auto kProgressEvery = std::chrono::seconds(1);

// A connection of the run with what speaks on it.
struct Channel {
    enum class Kind { http, websocket } kind{};
    std::uint32_t client = 0;
    Connection connection;
    HttpResponseReader responses;           // of an HTTP channel
    std::optional<SocketIoClient> sockets;  // of a websocket
    std::optional<SteadyTime> posted;       // intended time of the request under way
    bool broken = false;
    bool watched_for_writing = false;
};

std::optional<base::Uuid> id_of(std::string_view body) {
    boost::system::error_code error;
    const boost::json::value value = boost::json::parse(body, error);
    if (error || !value.is_object()) return std::nullopt;
    const boost::json::value* id = value.get_object().if_contains("id");
    if (id == nullptr || !id->is_string()) return std::nullopt;
    return base::Uuid::parse(std::string_view(id->get_string()));
}

std::string post_of(const std::string& form, const std::string& authority) {
    return std::string("POST ") + kPath + " HTTP/1.1\r\nHost: " + authority +
           "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: " +
           std::to_string(form.size()) + "\r\n\r\n" + form;
}

class Run {
  public:
    Run(const LoadOptions& options, const base::Clock& clock, base::Random& random)
        : options_(options), clock_(clock), random_(random), epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        for (const std::string& form : make_flight_forms(kForms, random)) {
            posts_.push_back(post_of(form, options.target.authority()));
        }
    }
    ~Run() { ::close(epoll_); }
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;

    Result<LoadReport> play() {
        FC_TRY_VOID(connect());
        schedule_.emplace(
            ScheduleOptions{.per_second = options_.rate,
                            .warmup = options_.warmup,
                            .duration = options_.duration,
                            .requests = options_.requests},
            clock_.steady_now()
        );
        while (schedule_->next(clock_.steady_now()) || in_flight_ > 0 || !due_.empty()) {
            if (all_broken()) break;
            send_due();
            probe_server();
            wait(next_wait());
        }
        const SteadyTime end = clock_.steady_now();
        finish_measuring(end);
        while (ledger_.owed() > 0 && clock_.steady_now() < end + options_.timeout) {
            wait(microseconds(10'000));
        }
        report_.tally = ledger_.tally();
        if (options_.post_only) report_.tally.accepted = accepted_posts_;
        report_.lost = options_.post_only ? 0 : ledger_.owed();
        return std::move(report_);
    }

  private:
    Result<Channel*> add(Channel::Kind kind, std::uint32_t client) {
        FC_TRY(Connection connection, Connection::open(options_.target));
        auto channel = std::make_unique<Channel>(
            Channel{.kind = kind, .client = client, .connection = std::move(connection)}
        );
        epoll_event event{.events = EPOLLIN, .data = {.ptr = channel.get()}};
        ::epoll_ctl(epoll_, EPOLL_CTL_ADD, channel->connection.descriptor(), &event);
        channels_.push_back(std::move(channel));
        return channels_.back().get();
    }

    Result<Channel*> add_websocket(std::uint32_t client) {
        FC_TRY(Channel* const channel, add(Channel::Kind::websocket, client));
        channel->sockets.emplace(options_.target.authority(), random_);
        push(*channel, channel->sockets->take_output());
        return channel;
    }

    Result<void> connect() {
        for (std::uint32_t client = 0; client < options_.connections; ++client) {
            FC_TRY(Channel* const http, add(Channel::Kind::http, client));
            free_.push_back(http);
            websockets_.push_back(nullptr);
            if (options_.post_only) continue;
            FC_TRY(websockets_.back(), add_websocket(client));
        }
        for (std::size_t i = 0; i < options_.idle_connections; ++i) {
            const auto client = static_cast<std::uint32_t>(options_.connections + i);
            FC_TRY(Channel* const idle, add_websocket(client));
            idle_.push_back(idle);
        }
        return wait_for_handshakes();
    }

    Result<void> wait_for_handshakes() {
        const SteadyTime deadline = clock_.steady_now() + kHandshakeTimeout;
        const auto stands = [](const Channel* channel) {
            return channel == nullptr || channel->sockets->is_connected();
        };
        while (!std::ranges::all_of(websockets_, stands) || !std::ranges::all_of(idle_, stands)) {
            if (report_.broken_connections > 0 || clock_.steady_now() > deadline) {
                return base::fail(
                    base::Errc::unavailable, "the server at " + options_.target.authority() +
                                                 " does not complete the Socket.IO handshake " +
                                                 broken_reason_
                );
            }
            wait(microseconds(10'000));
        }
        return {};
    }

    [[nodiscard]] bool all_broken() const {
        return report_.broken_connections >= options_.connections && free_.empty() && in_flight_ == 0;
    }

    // Takes what is due by now, and gives each to a client that is free.
    void send_due() {
        const SteadyTime now = clock_.steady_now();
        while (true) {
            const auto next = schedule_->next(now);
            if (!next || *next > now) break;
            if (options_.rate == 0 && free_.size() <= due_.size()) break;
            due_.push_back(*next);
            schedule_->advance();
        }
        while (!due_.empty() && !free_.empty()) {
            Channel* const channel = free_.front();
            free_.pop_front();
            if (channel->broken) continue;
            channel->posted = due_.front();
            due_.pop_front();
            ++in_flight_;
            push(*channel, posts_[report_.sent++ % posts_.size()]);
        }
    }

    [[nodiscard]] microseconds next_wait() const {
        const SteadyTime now = clock_.steady_now();
        const auto next = schedule_->next(now);
        if (!next || !due_.empty() || (options_.rate == 0 && free_.empty())) return microseconds(10'000);
        return std::clamp<microseconds>(*next - now, microseconds(0), microseconds(10'000));
    }

    void wait(microseconds pause) {
        std::array<epoll_event, 256> events{};
        const timespec timeout{.tv_sec = 0, .tv_nsec = pause.count() * 1'000};
        const int count = ::epoll_pwait2(
            epoll_, events.data(), static_cast<int>(events.size()), &timeout, nullptr
        );
        for (int i = 0; i < count; ++i) {
            const epoll_event& event = events[static_cast<std::size_t>(i)];
            on_event(*static_cast<Channel*>(event.data.ptr), event.events);
        }
        say_progress();
    }

    void on_event(Channel& channel, std::uint32_t events) {
        if (channel.broken) return;
        if ((events & EPOLLOUT) != 0) push(channel, {});
        if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) == 0) return;
        received_.clear();
        const bool open = channel.connection.receive(received_);
        if (channel.kind == Channel::Kind::http) {
            on_http(channel);
        } else {
            on_websocket(channel);
        }
        if (!open) break_off(channel, "(the connection was closed)");
    }

    void push(Channel& channel, std::string_view bytes) {
        if (!channel.connection.send(bytes)) return break_off(channel, "(sending failed)");
        const bool wants = channel.connection.has_unsent();
        if (wants == channel.watched_for_writing) return;
        channel.watched_for_writing = wants;
        epoll_event event{
            .events = EPOLLIN | (wants ? static_cast<std::uint32_t>(EPOLLOUT) : 0U),
            .data = {.ptr = &channel}
        };
        ::epoll_ctl(epoll_, EPOLL_CTL_MOD, channel.connection.descriptor(), &event);
    }

    void break_off(Channel& channel, std::string reason) {
        if (channel.broken) return;
        channel.broken = true;
        broken_reason_ = std::move(reason);
        ++report_.broken_connections;
        if (channel.posted) --in_flight_;
        ::epoll_ctl(epoll_, EPOLL_CTL_DEL, channel.connection.descriptor(), nullptr);
    }

    void on_http(Channel& channel) {
        channel.responses.append(received_);
        while (true) {
            const auto response = channel.responses.next();
            if (!response) return break_off(channel, response.error().detail);
            if (!*response) return;
            on_response(channel, **response);
        }
    }

    void on_response(Channel& channel, const HttpResponse& response) {
        if (!channel.posted) return break_off(channel, "(an answer that nobody asked for)");
        const SteadyTime intended = *std::exchange(channel.posted, std::nullopt);
        --in_flight_;
        free_.push_back(&channel);
        const SteadyTime now = clock_.steady_now();
        if (schedule_->is_measured(intended)) {
            ++report_.measured;
            report_.post_us.record(static_cast<std::uint64_t>((now - intended).count()));
        }
        const auto id = response.status == 200 ? id_of(response.body) : std::nullopt;
        if (!id) {
            ++report_.refused_by_status[response.status];
        } else if (options_.post_only) {
            ++accepted_posts_;
        } else if (ledger_.accept(*id, ClientId(channel.client), intended)) {
            ledger_.join(*id);
            Channel& socket = *websockets_[channel.client];
            socket.sockets->join(*id);
            push(socket, socket.sockets->take_output());
        }
    }

    void on_websocket(Channel& channel) {
        const Result<void> taken = channel.sockets->receive(received_);
        for (const SocketEvent& event : channel.sockets->take_events()) on_socket_event(channel, event);
        const std::string output = channel.sockets->take_output();
        if (!output.empty()) push(channel, output);
        if (!taken) break_off(channel, taken.error().detail);
    }

    void on_socket_event(const Channel& channel, const SocketEvent& event) {
        using Kind = SocketEvent::Kind;
        if (event.kind != Kind::prediction_ready && event.kind != Kind::prediction_failed) return;
        Outcome outcome = Outcome::prediction;
        if (event.kind == Kind::prediction_failed) {
            outcome = event.is_final ? Outcome::failure : Outcome::still_waits;
        }
        const auto intended = ledger_.deliver(event.id, ClientId(channel.client), outcome);
        if (!intended || !schedule_->is_measured(*intended)) return;
        const auto took = clock_.steady_now() - *intended;
        report_.outcome_us.record(static_cast<std::uint64_t>(took.count()));
    }

    void probe_server() {
        if (!options_.pid || usage_before_ || clock_.steady_now() < schedule_->measured_from()) return;
        usage_before_ = usage_of(*options_.pid);
    }

    void finish_measuring(SteadyTime end) {
        const auto measured = std::min<microseconds>(
            end - schedule_->measured_from(),
            options_.requests ? microseconds::max() : microseconds(options_.duration)
        );
        report_.measured_seconds = std::chrono::duration<double>(measured).count();
        if (!options_.pid || !usage_before_) return;
        report_.server = usage_of(*options_.pid);
        if (report_.server) report_.server->cpu_seconds -= usage_before_->cpu_seconds;
    }

    void say_progress() {
        const SteadyTime now = clock_.steady_now();
        if (now < progress_at_) return;
        progress_at_ = now + kProgressEvery;
        options_.progress(
            std::to_string(report_.sent) + " sent, " + std::to_string(ledger_.owed()) + " under way"
        );
    }

    const LoadOptions& options_;
    const base::Clock& clock_;
    base::Random& random_;
    const int epoll_;
    std::vector<std::string> posts_;
    std::vector<std::unique_ptr<Channel>> channels_;
    std::vector<Channel*> websockets_;  // by client
    std::vector<Channel*> idle_;
    std::deque<Channel*> free_;   // HTTP channels without a request under way
    std::deque<SteadyTime> due_;  // requests that wait for a free client
    std::size_t in_flight_ = 0;
    std::uint64_t accepted_posts_ = 0;
    std::optional<Schedule> schedule_;
    Ledger ledger_;
    LoadReport report_;
    std::string received_;
    std::string broken_reason_;
    std::optional<ServerUsage> usage_before_;
    SteadyTime progress_at_{};
};

}  // namespace

Result<LoadReport> run_load(
    const LoadOptions& options, const base::Clock& clock, base::Random& random
) {
    return Run(options, clock, random).play();
}

}  // namespace flightcast::load
