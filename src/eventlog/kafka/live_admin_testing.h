// SPDX-License-Identifier: Apache-2.0
//
// What tests do to live brokers and the log itself never does.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "eventlog/record.h"

namespace flightcast::eventlog::kafka {

// Creates a topic of one partition with settings like {"max.message.bytes", "1000"}.
void create_with(const std::string& topic, const std::map<std::string, std::string>& settings);

// Removes what is before `position`, as retention does.
void delete_before(const Position& position);

void delete_topic(const std::string& topic);

// Somebody's transaction that has a position of a group in it.
class OpenTransaction {
  public:
    OpenTransaction(const std::string& group, const Position& position);
    ~OpenTransaction();
    void abort();

  private:
    struct Parts;
    const std::unique_ptr<Parts> parts_;
};

}  // namespace flightcast::eventlog::kafka
