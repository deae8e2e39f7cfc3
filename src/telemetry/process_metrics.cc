// SPDX-License-Identifier: Apache-2.0
#include "telemetry/process_metrics.h"

#include <chrono>

#include "telemetry/build_info.h"
#include "telemetry/process_usage.h"

namespace flightcast::telemetry {

void add_process_metrics(Metrics& metrics) {
    metrics.gauge(kBuildInfo, build_info().version).set(1);
    metrics.before_text([memory = metrics.gauge(kProcessMemory),
                         cpu = metrics.counter(kProcessCpu),
                         files = metrics.gauge(kProcessFiles),
                         files_max = metrics.gauge(kProcessFilesMax),
                         start = metrics.gauge(kProcessStart)] {
        const ProcessUsage usage = process_usage();
        memory.set(static_cast<double>(usage.resident_bytes));
        cpu.raise_to(std::chrono::duration<double>(usage.cpu_time).count());
        files.set(static_cast<double>(usage.open_files));
        files_max.set(static_cast<double>(usage.files_max));
        start.set(static_cast<double>(usage.started.count()));
    });
}

}  // namespace flightcast::telemetry
