// SPDX-License-Identifier: Apache-2.0
#include "app/serve/serve.h"

#include <memory>

#include "app/cli/signals.h"
#include "app/serve/process.h"

namespace flightcast::app::serve {

base::Result<void> serve(Role role, const options::ServeOptions& options) {
    cli::Signals signals;
    FC_TRY(const std::unique_ptr<Process> process, Process::open(role, options));
    signals.on_reload([&] { process->reload(); });
    signals.on_stop([&](int) {
        process->logger().info("stopping; once more to stop at once");
        process->stop();
    });
    return process->run();
}

}  // namespace flightcast::app::serve
