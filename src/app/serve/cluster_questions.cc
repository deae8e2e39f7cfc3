// SPDX-License-Identifier: Apache-2.0
#include "app/serve/cluster_questions.h"

#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include "app/serve/needed_rights.h"

namespace flightcast::app::serve {
namespace {

using eventlog::TopicPartition;
using eventlog::kafka::Complaint;
using eventlog::kafka::Inspection;
using eventlog::kafka::NeededRight;
using telemetry::HealthScope;
using Texts = std::vector<std::string>;

constexpr std::chrono::seconds kSecondLookAfter{5};

std::string text_of(const Complaint& complaint) {
    return complaint.text + "; " + complaint.advice;
}

RoundQuestion about_addresses(Inspection& inspection) {
    return {"broker addresses", HealthScope::note, [&inspection] {
                Texts all;
                for (const Complaint& complaint : inspection.addresses().complaints) {
                    all.push_back(text_of(complaint));
                }
                return all;
            }};
}

RoundQuestion about_right(Inspection& inspection, NeededRight right) {
    return {"rights", HealthScope::ready, [&inspection, right = std::move(right)]() -> Texts {
                const auto complaint = inspection.missing(right);
                return complaint ? Texts{text_of(*complaint)} : Texts{};
            }};
}

// The partitions that are left out by a group that is settled. One without members says nothing:
// another program may score.
std::vector<TopicPartition> unread_of(Inspection& inspection, const eventlog::GroupTopics& read) {
    auto found = inspection.readership(read);
    const bool is_known = found && found->is_settled && found->members > 0;
    return is_known ? std::move(found->unread) : std::vector<TopicPartition>{};
}

// What is left out at two looks counts: members share anew when one joins, and soon read partitions
// that were added.
RoundQuestion about_readers(Inspection& inspection, eventlog::GroupTopics read) {
    return {"readers", HealthScope::note, [&inspection, read = std::move(read)]() -> Texts {
                const std::vector<TopicPartition> unread = unread_of(inspection, read);
                if (unread.empty()) return {};
                std::this_thread::sleep_for(kSecondLookAfter);
                if (unread_of(inspection, read) != unread) return {};
                return {
                    "no member of group '" + read.group + "' reads " +
                    eventlog::kafka::numbers_of(unread) +
                    "; requests wait there: look at the scorers"
                };
            }};
}

}  // namespace

std::vector<RoundQuestion> cluster_questions(
    Role role, const options::ServeOptions& options, Inspection& inspection
) {
    std::vector<RoundQuestion> all = {about_addresses(inspection)};
    for (NeededRight& right : needed_rights(role, options)) {
        all.push_back(about_right(inspection, std::move(right)));
    }
    if (role != Role::scorer) {
        all.push_back(about_readers(
            inspection, {.group = options.scorer_group, .topics = {options.request_topic}}
        ));
    }
    return all;
}

}  // namespace flightcast::app::serve
