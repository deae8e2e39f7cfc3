// SPDX-License-Identifier: Apache-2.0
#include "app/serve/watch/data_metrics.h"

#include <system_error>

namespace flightcast::app::serve {
namespace {

void set_size(const telemetry::Gauge& gauge, const std::filesystem::path& file) {
    std::error_code error;
    const std::uintmax_t bytes = std::filesystem::file_size(file, error);
    if (!error) gauge.set(static_cast<double>(bytes));
}

}  // namespace

void add_data_metrics(telemetry::Metrics& metrics, const std::filesystem::path& database) {
    metrics.before_text([database,
                         wal_file = std::filesystem::path(database.string() + "-wal"),
                         main = metrics.gauge(telemetry::kDataBytes, "database"),
                         wal = metrics.gauge(telemetry::kDataBytes, "wal"),
                         room = metrics.gauge(telemetry::kDataFreeBytes)] {
        set_size(main, database);
        set_size(wal, wal_file);
        std::error_code error;
        const std::filesystem::space_info space =
            std::filesystem::space(database.parent_path(), error);
        if (!error) room.set(static_cast<double>(space.available));
    });
}

}  // namespace flightcast::app::serve
