// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "arrival/source_ranks.h"
#include "eventlog/record.h"
#include "features/online/fold.h"
#include "flight/request.h"

namespace flightcast::scoring {

// The state of the online features while arrivals come in: that of the model, and all arrivals of
// the topic since, in their order.
//
// Thread-safety: one thread at a time.
class LiveFold {
  public:
    // `ranks` decide between reports of several sources about one flight. REQUIRES: `base` is not
    // null.
    explicit LiveFold(
        const std::shared_ptr<const features::online::Fold>& base, arrival::SourceRanks ranks = {}
    )
        : ranks_(std::move(ranks)), base_(base), fold_(*base) {}

    // Another model came into use. Its state is taken when it is newer than what is known here; an
    // older one adds nothing, because arrivals are the same for all models.
    void begin_with(const std::shared_ptr<const features::online::Fold>& base);

    // Takes records of the arrival topic. Those that are not valid reports are passed over: the
    // evaluator makes dead letters of them.
    void consume(const std::vector<eventlog::Record>& records);

    // What is known of the flight that a request asks about, at the time of the request.
    [[nodiscard]] flight::OnlineValues values(const flight::Request& request) const;

    // The offset of the next record that it waits for; 0 while there was none.
    [[nodiscard]] std::int64_t next() const { return last_ ? *last_ + 1 : 0; }

    [[nodiscard]] const features::online::Fold& fold() const { return fold_; }

  private:
    const arrival::SourceRanks ranks_;
    std::shared_ptr<const features::online::Fold> base_;
    features::online::Fold fold_;
    std::optional<std::int64_t> last_;  // offset of the last record that was taken
};

}  // namespace flightcast::scoring
