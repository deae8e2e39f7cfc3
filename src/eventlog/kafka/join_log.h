// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace flightcast::eventlog::kafka {

// Whether this librdkafka has to be kept from committing positions while its member joins a new
// generation of the group. The broker answers such a commit with "illegal generation" after it has
// let the member in, and versions before 2.10 then give all partitions up as lost, before what was
// worked on is committed (librdkafka's issue 4059). Nothing but its log tells when it joins.
[[nodiscard]] bool must_watch_joining();

// The setting `debug` that makes librdkafka log it, with what else is asked for by `wanted`.
[[nodiscard]] std::string debug_for_joining(std::string_view wanted);

// What a line of the log says about it: whether the member is joining from now on, if that is what
// the line is about. It is written by the thread that sends both requests, before it does.
[[nodiscard]] std::optional<bool> joining_after(std::string_view facility, std::string_view line);

}  // namespace flightcast::eventlog::kafka
