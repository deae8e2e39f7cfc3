// SPDX-License-Identifier: Apache-2.0
//
// What tests do to live brokers and the log itself never does.
#pragma once

#include <map>
#include <string>

#include "eventlog/record.h"

namespace flightcast::eventlog::kafka {

// Creates a topic of one partition with settings like {"max.message.bytes", "1000"}.
void create_with(const std::string& topic, const std::map<std::string, std::string>& settings);

// Removes what is before `position`, as retention does.
void delete_before(const Position& position);

}  // namespace flightcast::eventlog::kafka
