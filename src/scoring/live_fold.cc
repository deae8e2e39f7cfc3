// SPDX-License-Identifier: Apache-2.0
#include "scoring/live_fold.h"

#include "base/planted_bug.h"
#include "features/online/report.h"
#include "features/online/request_values.h"

namespace flightcast::scoring {

void LiveFold::begin_with(const std::shared_ptr<const features::online::Fold>& base) {
    if (base == base_) return;
    base_ = base;
    if (base->clock() > fold_.clock()) fold_ = *base;
}

void LiveFold::consume(const std::vector<eventlog::Record>& records) {
    for (const eventlog::Record& record : records) {
        const bool is_last = &record == &records.back();
        if (!is_last || !base::is_planted(base::PlantedBug::fold_names_older_offset)) {
            last_ = record.offset.value();
        }
        if (!record.value) continue;
        features::online::add_report(fold_, *record.value, record.appended, ranks_);
    }
}

flight::OnlineValues LiveFold::values(const flight::Request& request) const {
    return features::online::online_values(request, fold_, last_);
}

}  // namespace flightcast::scoring
