// SPDX-License-Identifier: Apache-2.0
#include "dataset/bad_rows.h"

namespace flightcast::dataset {

base::Result<void> BadRows::count(const FlightFile& file, std::size_t line, const RowFault& fault) {
    const std::string where = file.name() + ":" + std::to_string(line) + ": ";
    if (file.is_unfinished()) {
        return base::fail(
            base::Errc::corrupt, where + "the file ends in the middle of a line; fetch it again"
        );
    }
    const std::string place = where + fault.text();
    if (fault.spoils_file) return base::fail(base::Errc::invalid_argument, place);
    if (first_.empty()) first_ = place;
    ++by_cause_[fault.cause];
    if (++rows_ <= rows_max_) return {};
    return base::fail(base::Errc::invalid_argument, too_many_bad_rows(place, rows_, rows_max_));
}

}  // namespace flightcast::dataset
