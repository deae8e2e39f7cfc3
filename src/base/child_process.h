// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"

namespace flightcast::base {

// A program that runs beside this one. Its standard output is read here, its standard error goes to
// ours. It is ended by SIGTERM when this goes before wait().
//
// Thread-safety: one thread at a time.
class ChildProcess {
  public:
    // Starts `command[0]`, found in PATH, with its arguments. Errc::not_found when it cannot be
    // started: the detail is the system's reason alone. Errc::io when there is no pipe to be had.
    // REQUIRES: `command` is not empty.
    [[nodiscard]] static Result<ChildProcess> start(std::vector<std::string> command);

    ~ChildProcess();
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;
    ChildProcess& operator=(ChildProcess&&) = delete;

    // The next bytes of its output, at least one; 0 at the end.
    [[nodiscard]] std::size_t read(std::span<char> bytes);

    // Waits for its end. Its exit code; 1 when a signal ended it. Call it once.
    [[nodiscard]] int wait();

    // Sends a signal. REQUIRES: wait() was not called.
    void kill(int signal) const;

  private:
    ChildProcess(pid_t id, int output) : id_(id), output_(output) {}

    pid_t id_;    // 0 once it has ended
    int output_;  // -1: moved away
};

}  // namespace flightcast::base
