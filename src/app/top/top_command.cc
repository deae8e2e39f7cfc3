// SPDX-License-Identifier: Apache-2.0
//
// 'flightcast top': asks a server for its status, again and again.
#include "app/top/top_command.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "app/cli/program.h"
#include "app/cli/signals.h"
#include "app/options/option_flags.h"
#include "app/replay/server_access.h"
#include "app/top/top_text.h"
#include "base/clock.h"
#include "replay/targets/http_client.h"

namespace flightcast::app::top {

namespace targets = flightcast::replay::targets;
using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr std::array<std::string_view, 3> kOptionNames = {
    "data-dir", "admin-token", "admin-token-file"
};
constexpr auto kPatience = std::chrono::seconds(5);
constexpr std::size_t kPipeColumns = 160;  // of output that is not a terminal
constexpr std::string_view kOtherScreen = "\x1b[?1049h\x1b[?25l";
constexpr std::string_view kOwnScreen = "\x1b[?25h\x1b[?1049l";
constexpr std::string_view kHome = "\x1b[H";
constexpr std::string_view kClearRest = "\x1b[J";

struct TopCommand {
    explicit TopCommand(CLI::App& command) : flags(command, kOptionNames) {}

    options::OptionFlags flags;
    std::string url;
    double every = 2;  // seconds
    bool once = false;
    bool as_json = false;
};

// Lets a loop be ended by a signal.
class Ending {
  public:
    void end() {
        const std::lock_guard lock(mutex_);
        has_ended_ = true;
        changed_.notify_all();
    }

    // Whether it ended within the time.
    [[nodiscard]] bool wait(std::chrono::duration<double> time) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, time, [this] { return has_ended_; });
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool has_ended_ = false;  // guarded by mutex_
};

Result<std::string> find_url(const TopCommand& command, const options::ServeOptions& options) {
    if (!command.url.empty()) return command.url;
    std::string url = replay::url_of_folder(options);
    if (!url.empty()) return url;
    return fail(
        Errc::not_found,
        "no server works on the data folder " + options.data_folder().string() +
            "; start one, or name one with --url"
    );
}

Result<std::string> ask(targets::HttpClient& client, const std::string& url) {
    FC_TRY(targets::HttpAnswer answer, client.get("/api/v1/status"));
    if (answer.status == 200) return std::move(answer.body);
    if (answer.status == 401) {
        return fail(
            Errc::unavailable,
            url + " wants its admin token: give --admin-token-file, or --data-dir of its folder"
        );
    }
    return fail(
        Errc::unavailable, url + " answers " + std::to_string(answer.status) + ": " + answer.body
    );
}

TopLook look_of_output() {
    if (::isatty(STDOUT_FILENO) != 1) return {.columns = kPipeColumns};
    winsize size{};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) size = {24, 80, 0, 0};
    return {
        .columns = size.ws_col,
        .rows = static_cast<std::size_t>(std::max(1, size.ws_row - 1)),
        .is_terminal = true
    };
}

Result<void> print(std::string_view text) {
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
    if (written && std::fflush(stdout) == 0) return {};
    return fail(Errc::io, "standard output cannot be written");
}

Result<void> show(const std::string& status, const TopCommand& command) {
    if (command.as_json) return print(status);
    TopLook look = look_of_output();
    if (command.once) look.rows = 0;
    FC_TRY(const std::string text, top_text(status, look));
    if (command.once) return print(text);
    if (!look.is_terminal) return print(text + "\n");
    std::string screen(kHome);
    for (const char c : text) {
        if (c == '\n') screen += "\x1b[K";
        screen += c;
    }
    return print(screen.append(kClearRest));
}

Result<void> follow(
    targets::HttpClient& client, const std::string& url, const TopCommand& command
) {
    cli::Signals signals;
    Ending ending;
    signals.handle({.stop = [&ending] { ending.end(); }});
    const bool is_screen = !command.as_json && ::isatty(STDOUT_FILENO) == 1;
    if (is_screen) FC_TRY_VOID(print(kOtherScreen));
    Result<void> result;
    do {
        const Result<std::string> status = ask(client, url);
        result = status ? show(*status, command) : std::unexpected(status.error());
    } while (result && !ending.wait(std::chrono::duration<double>(command.every)));
    if (is_screen) FC_TRY_VOID(print(kOwnScreen));
    return result;
}

Result<void> watch(const options::ServeOptions& options, const TopCommand& command) {
    const base::SystemClock clock;
    FC_TRY(const std::string url, find_url(command, options));
    FC_TRY(const replay::ServerAccess access, replay::access_to(url, options));
    FC_TRY(
        const auto client,
        targets::HttpClient::open(
            access.server,
            {.token = access.admin_token, .answer_timeout = kPatience, .patience = kPatience},
            clock
        )
    );
    if (!command.once) return follow(*client, url, command);
    FC_TRY(const std::string status, ask(*client, url));
    return show(status, command);
}

cli::ExitCode run(const TopCommand& command) {
    const auto settings = command.flags.settings();
    if (!settings) return cli::usage_error(settings.error());
    const Result<void> done = watch(settings->options, command);
    if (done) return {};
    return done.error().code == Errc::invalid_argument ? cli::usage_error(done.error())
                                                       : cli::failure(done.error());
}

}  // namespace

void add_top_command(CLI::App& program, cli::ExitCode& exit_code) {
    CLI::App* const command = program.add_subcommand(
        "top", "Show how a running server is: alarms, throughput, times, lag, errors."
    );
    const auto state = std::make_shared<TopCommand>(*command);
    command->add_option("--url", state->url, "The server to ask, instead of the data folder's.")
        ->type_name("URL");
    command->add_option("--every", state->every, "Seconds from one answer to the next.")
        ->capture_default_str()
        ->check(CLI::Range(0.1, 3600.0));
    command->add_flag("--once", state->once, "Ask once and end.");
    command->add_flag("--json", state->as_json, "Print JSON, as GET /api/v1/status.");
    command->footer(
        "It shows the same as the page /status and works without Prometheus. Ctrl-C ends it. "
        "Output\n"
        "that is not a terminal gets plain lines. The admin token of a server on this machine is\n"
        "found in its data folder.\n"
        "\n"
        "Examples:\n"
        "  flightcast top\n"
        "  flightcast top --once --json\n"
        "  flightcast top --url http://gateway-1:5001 --admin-token-file token"
    );
    command->callback([state, &exit_code] { exit_code = run(*state); });
}

}  // namespace flightcast::app::top
