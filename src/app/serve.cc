// SPDX-License-Identifier: Apache-2.0
#include "app/serve.h"

#include <memory>

#include "app/process.h"
#include "app/signals.h"

namespace flightcast::app {

base::Result<void> serve(Role role, const ServeOptions& options) {
    Signals signals;
    FC_TRY(const std::unique_ptr<Process> process, Process::open(role, options));
    signals.on_reload([&] { process->reload(); });
    signals.on_stop([&](int) {
        process->logger().info("stopping; once more to stop at once");
        process->stop();
    });
    return process->run();
}

}  // namespace flightcast::app
