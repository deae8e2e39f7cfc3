// SPDX-License-Identifier: Apache-2.0
#include "features/online/report.h"

#include "arrival/arrival_json.h"
#include "features/online/news.h"

namespace flightcast::features::online {

void add_report(
    Fold& fold, std::string_view json, base::WallTime appended, const arrival::SourceRanks& ranks
) {
    const auto report = arrival::decode_arrival(json, {.now = appended, .refuses_unknown = false});
    if (!report) return;
    const auto news = news_of(*report, appended, ranks.rank_of(report->source));
    if (news) fold.add(*news);
}

}  // namespace flightcast::features::online
