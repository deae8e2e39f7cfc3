// SPDX-License-Identifier: Apache-2.0
#include "app/performance/performance_ask.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "app/replay/server_access.h"
#include "app/topics/topics_read.h"
#include "base/clock.h"
#include "history/day_report.h"
#include "history/sqlite/sqlite_history.h"
#include "judging/evaluation_json.h"
#include "performance/performance.h"
#include "performance/performance_json.h"
#include "replay/targets/http_client.h"

namespace flightcast::app::performance {

using base::Result;
using flightcast::performance::Performance;

namespace {

constexpr auto kServerPatience = std::chrono::seconds(10);

template <typename Names>
std::size_t place_of(const Names& names, std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(names, name) - names.begin());
}

// Reads the topic up to where it ends now.
Result<void> fold_topic(
    topics::TopicsSource& source, const std::string& topic, Performance& performance
) {
    const auto take = [&performance, evaluation = judging::Evaluation()](
                          const eventlog::Record& record
                      ) mutable -> Result<void> {
        if (record.value && judging::read_evaluation(*record.value, evaluation)) {
            performance.add(evaluation, record.appended);
        }
        return {};
    };
    return topics::read_to_end(source, topic, eventlog::FromBeginning{}, take);
}

}  // namespace

Result<AskFigures> figures_of_history(const options::ServeOptions& options) {
    static const base::SystemClock clock;
    FC_TRY(
        const auto store,
        history::sqlite::SqliteHistory::open_read_only(
            options.data_folder() / "flightcast.db", clock
        )
    );
    const auto today = static_cast<std::int32_t>(
        std::chrono::floor<std::chrono::days>(clock.wall_now()).time_since_epoch().count()
    );
    FC_TRY(std::vector<history::DaySums> read, store->day_sums(0, today + 1));
    if (read.empty()) {
        return base::fail(base::Errc::not_found, "the store has no daily sums of evaluations yet");
    }
    const auto days = std::make_shared<std::vector<history::DaySums>>(std::move(read));
    return [days](
               const std::string& window_name, const std::string& split_name
           ) -> Result<std::string> {
        using namespace flightcast::performance;
        const auto window = static_cast<Window>(place_of(kWindowNames, window_name));
        const auto split = static_cast<Split>(place_of(kSplitNames, split_name));
        if (!history::is_by_days(split)) {
            return base::fail(
                base::Errc::invalid_argument,
                "--by " + split_name +
                    ": of windows of more than 30 days there are figures by model, class and "
                    "day only"
            );
        }
        base::WallTime end = clock.wall_now();
        const base::WallTime newest = base::WallTime(std::chrono::days(days->back().day));
        if (days->back().day < history::days_of(window, end).first) end = newest;
        return performance_json(history::report_of(*days, window, split, end));
    };
}

Result<AskFigures> figures_of_server(const std::string& url, const options::ServeOptions& options) {
    static const base::SystemClock clock;
    FC_TRY(const replay::ServerAccess access, replay::access_to(url, options));
    FC_TRY(
        std::unique_ptr<flightcast::replay::targets::HttpClient> opened,
        flightcast::replay::targets::HttpClient::open(
            access.server, {.token = access.token, .patience = kServerPatience}, clock
        )
    );
    const std::shared_ptr client = std::move(opened);
    return
        [client, url](const std::string& window, const std::string& split) -> Result<std::string> {
            FC_TRY(
                flightcast::replay::targets::HttpAnswer answer,
                client->get("/api/v1/performance?window=" + window + "&by=" + split)
            );
            if (answer.status == 200) return std::move(answer.body);
            return base::fail(
                base::Errc::unavailable,
                url + " answers " + std::to_string(answer.status) + ": " + answer.body
            );
        };
}

Result<AskFigures> figures_of_log(const options::ServeOptions& options) {
    const base::SystemClock clock;
    FC_TRY(const auto source, topics::TopicsSource::open(options, clock));
    const auto folded = std::make_shared<Performance>();
    FC_TRY_VOID(fold_topic(*source, options.evaluation_topic, *folded));
    const base::WallTime end = folded->end_of_figures(clock.wall_now());
    return
        [folded, end](const std::string& window, const std::string& split) -> Result<std::string> {
            using namespace flightcast::performance;
            return performance_json(folded->ask(
                static_cast<Window>(place_of(kWindowNames, window)),
                static_cast<Split>(place_of(kSplitNames, split)),
                end
            ));
        };
}

}  // namespace flightcast::app::performance
