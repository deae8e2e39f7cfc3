// SPDX-License-Identifier: Apache-2.0
//
// 'flightcast performance': the figures of a server, or of the evaluation topic, folded here.
#include "app/performance/performance_command.h"

#include <CLI/App.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app/cli/output_file.h"
#include "app/cli/program.h"
#include "app/options/option_flags.h"
#include "app/performance/performance_ask.h"
#include "app/performance/performance_html.h"
#include "app/performance/performance_text.h"
#include "performance/performance.h"

namespace flightcast::app::performance {

using base::Result;

namespace {

constexpr std::array<std::string_view, 9> kOptionNames = {
    "kafka",
    "kafka-option",
    "kafka-user",
    "kafka-password",
    "kafka-password-file",
    "data-dir",
    "evaluation-topic",
    "token",
    "token-file",
};

struct PerformanceCommand {
    explicit PerformanceCommand(CLI::App& command) : flags(command, kOptionNames) {}

    options::OptionFlags flags;
    std::string window = "24h";
    std::string split = "model";
    std::string url;
    std::string html;
    bool as_json = false;
};

template <typename Names>
std::vector<std::string> texts_of(const Names& names) {
    return {names.begin(), names.end()};
}

// Whether the window goes back further than the log, so that a store's daily sums are needed.
bool is_beyond_log(const PerformanceCommand& command) {
    using namespace flightcast::performance;
    const auto found = std::ranges::find(kWindowNames, command.window);
    return flightcast::performance::is_beyond_log(
        static_cast<Window>(found - kWindowNames.begin())
    );
}

Result<std::string> page_or_text(const AskFigures& ask, const PerformanceCommand& command) {
    if (!command.html.empty()) return performance_html(ask, command.window);
    FC_TRY(std::string figures, ask(command.window, command.split));
    if (command.as_json) return figures;
    return performance_text(figures);
}

Result<void> tell_performance(
    const options::ServeOptions& options, const PerformanceCommand& command
) {
    if (!command.url.empty() && !options.kafka.empty()) {
        return base::fail(base::Errc::invalid_argument, "--url and --kafka: give one of them");
    }
    FC_TRY(
        const AskFigures ask,
        !command.url.empty()     ? figures_of_server(command.url, options)
        : is_beyond_log(command) ? figures_of_history(options)
                                 : figures_of_log(options)
    );
    FC_TRY(const std::string text, page_or_text(ask, command));
    FC_TRY(
        cli::OutputFile output, cli::OutputFile::open(command.html.empty() ? "-" : command.html)
    );
    FC_TRY_VOID(output.write(text));
    return output.keep();
}

cli::ExitCode run(const PerformanceCommand& command) {
    const auto settings = command.flags.settings();
    if (!settings) return cli::usage_error(settings.error());
    const Result<void> done = tell_performance(settings->options, command);
    if (done) return {};
    return done.error().code == base::Errc::invalid_argument ? cli::usage_error(done.error())
                                                             : cli::failure(done.error());
}

}  // namespace

void add_performance_command(CLI::App& program, cli::ExitCode& exit_code) {
    using namespace flightcast::performance;
    CLI::App* const command = program.add_subcommand(
        "performance", "Tell how good predictions were, from the evaluations in the log."
    );
    const auto state = std::make_shared<PerformanceCommand>(*command);
    command->add_option("--window", state->window, "How far back.")
        ->capture_default_str()
        ->check(CLI::IsMember(texts_of(kWindowNames)));
    command->add_option("--by", state->split, "What the groups are.")
        ->capture_default_str()
        ->check(CLI::IsMember(texts_of(kSplitNames)));
    command->add_option("--url", state->url, "A server to ask, instead of reading a log.")
        ->type_name("URL");
    command
        ->add_option(
            "--html", state->html, "Write a page with tables and charts; - is standard output."
        )
        ->type_name("FILE");
    command->add_flag("--json", state->as_json, "Print JSON, as GET /api/v1/performance.");
    command->footer(
        "Without --url it reads the evaluations of the data folder or, with --kafka, of the topic. "
        "Of\n"
        "flights that were played by their own times, windows end with the newest of them. Windows "
        "of\n"
        "more than 30 days are read from the store, by model, class and day.\n"
        "\n"
        "Examples:\n"
        "  flightcast performance --window 7d --by route\n"
        "  flightcast performance --url http://127.0.0.1:5001 --json\n"
        "  flightcast performance --window 365d --by day\n"
        "  flightcast performance --kafka k1:9092 --window 30d --html figures.html"
    );
    command->callback([state, &exit_code] { exit_code = run(*state); });
}

}  // namespace flightcast::app::performance
