// SPDX-License-Identifier: Apache-2.0
#include "app/import/child_output.h"

#include <array>
#include <csignal>

#include "base/child_process.h"

namespace flightcast::app::import {
namespace {

using base::Errc;
using base::fail;
using base::Result;

// All bytes until the end, or more than `bytes_max`.
std::string read_all(base::ChildProcess& child, std::size_t bytes_max) {
    std::string text;
    std::array<char, 65'536> buffer;
    while (text.size() <= bytes_max) {
        const std::size_t got = child.read(buffer);
        if (got == 0) break;
        text.append(buffer.data(), got);
    }
    return text;
}

}  // namespace

Result<std::string> child_output(const std::vector<std::string>& command, std::size_t bytes_max) {
    auto child = base::ChildProcess::start(command);
    if (!child) {
        if (child.error().code != Errc::not_found) return std::unexpected(child.error());
        return fail(Errc::not_found, "cannot run " + command[0] + ": " + child.error().detail);
    }
    std::string text = read_all(*child, bytes_max);
    if (text.size() > bytes_max) {
        child->kill(SIGKILL);
        return fail(
            Errc::full, command[0] + " wrote more than " + std::to_string(bytes_max) + " bytes"
        );
    }
    if (child->wait() == 0) return text;
    return fail(Errc::io, command[0] + " failed; its own words stand above");
}

}  // namespace flightcast::app::import
