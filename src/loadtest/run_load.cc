// SPDX-License-Identifier: Apache-2.0
#include "loadtest/run_load.h"

#include <exception>

#include "loadtest/load_run.h"

namespace flightcast::loadtest {

base::Result<Report> run_load(
    const LoadOptions& options,
    const base::Clock& clock,
    base::Random& random,
    const std::function<void(const Progress&)>& on_progress
) {
    FC_TRY_VOID(check_options(options));
    if (options.pid) FC_TRY_VOID(read_process_usage(*options.pid));
    try {
        LoadRun run(options, clock, random, on_progress);
        FC_TRY_VOID(run.connect());
        return run.run();
    } catch (const std::exception& error) {  // The system gives no epoll, or no memory.
        return base::fail(base::Errc::io, std::string("load: ") + error.what());
    }
}

}  // namespace flightcast::loadtest
