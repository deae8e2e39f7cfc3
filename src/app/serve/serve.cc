// SPDX-License-Identifier: Apache-2.0
#include "app/serve/serve.h"

#include <functional>
#include <memory>
#include <mutex>

#include "app/cli/signals.h"
#include "app/serve/process.h"

namespace flightcast::app::serve {
namespace {

// The process as the thread of the signals finds it, also while it ends.
//
// Thread-safety: any thread may call any member.
class Running {
  public:
    void set(Process* process) {
        const std::lock_guard lock(mutex_);
        process_ = process;
    }

    // Calls `act` unless there is no process any more.
    void tell(const std::function<void(Process&)>& act) {
        const std::lock_guard lock(mutex_);
        if (process_ != nullptr) act(*process_);
    }

  private:
    std::mutex mutex_;
    Process* process_ = nullptr;  // guarded by mutex_
};

void stop(Process& process) {
    process.logger().info("stopping; once more to stop at once");
    process.stop();
}

cli::SignalHandlers handlers_for(Running& running) {
    return {
        .stop = [&running] { running.tell(stop); },
        .reload = [&running] { running.tell(&Process::reload); },
        .ignored =
            [&running](const std::string& name) {
                running.tell([&name](Process& process) {
                    process.logger().warning(
                        "ignored a signal that has no meaning here", {{"signal", name}}
                    );
                });
            },
    };
}

}  // namespace

base::Result<void> serve(Role role, const options::ServeOptions& options) {
    Running running;
    cli::Signals signals;
    FC_TRY(const std::unique_ptr<Process> process, Process::open(role, options));
    running.set(process.get());
    signals.handle(handlers_for(running));
    const base::Result<void> result = process->run();
    running.set(nullptr);
    return result;
}

}  // namespace flightcast::app::serve
