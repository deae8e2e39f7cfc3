// SPDX-License-Identifier: Apache-2.0
#include "app/performance/performance_ask.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "app/replay/server_access.h"
#include "app/topics/topics_read.h"
#include "base/clock.h"
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
    const auto take = [&performance](const eventlog::Record& record) -> Result<void> {
        const auto evaluation = judging::decode_evaluation(record.value.value_or(""));
        if (evaluation) performance.add(*evaluation, record.appended);
        return {};
    };
    return topics::read_to_end(source, topic, eventlog::FromBeginning{}, take);
}

}  // namespace

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
