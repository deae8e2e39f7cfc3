// SPDX-License-Identifier: Apache-2.0
#include "scoring/live_fold.h"

#include "arrival/arrival_json.h"
#include "features/online/news.h"
#include "features/online/request_values.h"

namespace flightcast::scoring {

void LiveFold::begin_with(const std::shared_ptr<const features::online::Fold>& base) {
    if (base == base_) return;
    base_ = base;
    if (base->clock() > fold_.clock()) fold_ = *base;
}

void LiveFold::consume(const std::vector<eventlog::Record>& records) {
    for (const eventlog::Record& record : records) {
        last_ = record.offset.value();
        if (!record.value) continue;
        const auto report = arrival::decode_arrival(
            *record.value, {.now = record.appended, .refuses_unknown = false}
        );
        if (!report) continue;
        const auto news = features::online::news_of(*report, record.appended, 0);
        if (news) fold_.add(*news);
    }
}

flight::OnlineValues LiveFold::values(const flight::Request& request) const {
    return features::online::online_values(request, fold_, last_);
}

}  // namespace flightcast::scoring
