// SPDX-License-Identifier: Apache-2.0
#include "base/child_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace flightcast::base {

Result<ChildProcess> ChildProcess::start(std::vector<std::string> command) {
    FC_CHECK(!command.empty());
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return fail(Errc::io, std::string("cannot make a pipe: ") + std::strerror(errno));
    }
    std::vector<char*> pointers;
    for (std::string& argument : command) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    FC_CHECK(posix_spawn_file_actions_init(&actions) == 0);
    FC_CHECK(posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO) == 0);
    pid_t id = 0;
    const int error = posix_spawnp(&id, pointers[0], &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (error == 0) return ChildProcess(id, ends[0]);
    ::close(ends[0]);
    return fail(Errc::not_found, std::strerror(error));
}

ChildProcess::~ChildProcess() {
    if (output_ >= 0) ::close(output_);
    if (id_ == 0) return;
    kill(SIGTERM);
    static_cast<void>(wait());
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : id_(std::exchange(other.id_, 0)), output_(std::exchange(other.output_, -1)) {}

std::size_t ChildProcess::read(std::span<char> bytes) {
    while (true) {
        const ssize_t got = ::read(output_, bytes.data(), bytes.size());
        if (got < 0 && errno == EINTR) continue;
        return got > 0 ? static_cast<std::size_t>(got) : 0;
    }
}

int ChildProcess::wait() {
    FC_CHECK(id_ != 0);
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

void ChildProcess::kill(int signal) const {
    FC_CHECK(id_ != 0);
    ::kill(id_, signal);
}

}  // namespace flightcast::base
