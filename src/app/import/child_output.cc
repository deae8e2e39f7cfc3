// SPDX-License-Identifier: Apache-2.0
#include "app/import/child_output.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "base/check.h"

namespace flightcast::app::import {
namespace {

using base::Errc;
using base::fail;
using base::Result;

// Starts `command` with standard output into `output`; the id of the process.
Result<pid_t> start(const std::vector<std::string>& command, int output) {
    std::vector<std::string> arguments = command;
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    FC_CHECK(posix_spawn_file_actions_init(&actions) == 0);
    FC_CHECK(posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) == 0);
    pid_t child = 0;
    const int error =
        posix_spawnp(&child, pointers[0], &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error == 0) return child;
    return fail(Errc::not_found, "cannot run " + command[0] + ": " + std::strerror(error));
}

// All bytes until the end, or one more than `bytes_max`.
std::string read_all(int input, std::size_t bytes_max) {
    std::string text;
    std::array<char, 65'536> buffer;
    while (text.size() <= bytes_max) {
        const ssize_t size = ::read(input, buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(size));
    }
    return text;
}

int exit_status(pid_t child) {
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

}  // namespace

Result<std::string> child_output(const std::vector<std::string>& command, std::size_t bytes_max) {
    FC_CHECK(!command.empty());
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return fail(Errc::io, std::string("cannot make a pipe: ") + std::strerror(errno));
    }
    const auto child = start(command, ends[1]);
    ::close(ends[1]);
    std::string text;
    if (child) text = read_all(ends[0], bytes_max);
    ::close(ends[0]);
    if (!child) return std::unexpected(child.error());
    const bool too_long = text.size() > bytes_max;
    if (too_long) ::kill(*child, SIGKILL);
    const int status = exit_status(*child);
    if (too_long) {
        return fail(
            Errc::full, command[0] + " wrote more than " + std::to_string(bytes_max) + " bytes"
        );
    }
    if (status == 0) return text;
    return fail(Errc::io, command[0] + " failed; its own words stand above");
}

}  // namespace flightcast::app::import
