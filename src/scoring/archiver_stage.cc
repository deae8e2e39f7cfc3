// SPDX-License-Identifier: Apache-2.0
#include "scoring/archiver_stage.h"

#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "scoring/archiver.h"
#include "scoring/dead_letter.h"

namespace flightcast::scoring {
namespace {

constexpr std::chrono::milliseconds kPace{50};

}  // namespace

pipeline::StageSpec archiver_stage(
    const flight::TopicSet& topics, std::string group, ArchiverOrReason parts
) {
    using pipeline::Placement;
    pipeline::StageSpec spec{
        .name = "archiver",
        .verb = "archive",
        .group = std::move(group),
        .topics = topics.outcomes(),
        .writes = {"store"},
        .off = parts ? std::string() : parts.error(),
        .pace = kPace,
        .needed = pipeline::Needed::no,
        .at_end = pipeline::AtEnd::read_out
    };
    if (!parts) return spec;
    spec.details = {{"store", parts->place}};
    spec.placement = parts->store.is_distant() ? Placement::own : Placement::with_log;
    const auto archiver = std::make_shared<Archiver>(
        parts->store, topics, parts->clock, std::move(parts->on_refused)
    );
    spec.work = [archiver](const std::vector<eventlog::Record>& records) {
        return archiver->process(records);
    };
    spec.set_aside = [](const eventlog::NewRecord& refused, const base::Error&) {
        return without_text(refused);
    };
    return spec;
}

}  // namespace flightcast::scoring
