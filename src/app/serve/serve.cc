// SPDX-License-Identifier: Apache-2.0
#include "app/serve/serve.h"

#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>

#include "app/cli/signals.h"
#include "app/serve/process.h"
#include "app/serve/watch/end_deadline.h"

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

// All that was accepted is in the log: the next start goes on with it.
void cut_off(Running& running) {
    running.tell([](Process& process) {
        process.logger().error("a part of the process did not end in time; it is cut off");
    });
    std::_Exit(1);
}

cli::SignalHandlers handlers_for(
    Running& running, EndDeadline& deadline, std::chrono::milliseconds patience
) {
    return {
        .stop =
            [&running, &deadline, patience] {
                deadline.begin(patience);
                running.tell([](Process& process) {
                    process.logger().info("stopping; once more to stop at once");
                    process.stop();
                });
            },
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

base::Result<void> serve(Role role, const options::ServeOptions& options, Process::Reread reread) {
    Running running;
    const auto patience = options.drain_timeout + kEndPatience;
    EndDeadline deadline([&running] { cut_off(running); });
    cli::Signals signals;
    FC_TRY(const std::unique_ptr<Process> process, Process::open(role, options));
    process->set_reread(std::move(reread));
    running.set(process.get());
    signals.handle(handlers_for(running, deadline, patience));
    const base::Result<void> result = process->run();
    deadline.begin(patience);  // of an end without a signal
    running.set(nullptr);
    return result;
}

}  // namespace flightcast::app::serve
