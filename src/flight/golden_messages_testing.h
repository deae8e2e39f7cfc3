// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace flightcast::flight {

// The original job's answer to one value of the request topic (testdata/README.md).
struct GoldenMessage {
    std::string note;                  // the peculiarity of the value
    std::optional<std::string> value;  // as it stands on the topic; nothing: a tombstone
    std::vector<std::string> answers;  // in kGoldenZones; empty where the job dies
};

inline constexpr const char* kGoldenZones[] = {"UTC", "Europe/Madrid", "America/New_York"};

// The messages of a recording.
[[nodiscard]] std::vector<GoldenMessage> golden_messages(const std::filesystem::path& file);

// True when `ours`, a response or else the reason of a dead letter, equals the original's answer in
// the zone of that number, or the deliberate difference in the table of this file's source.
[[nodiscard]] bool is_golden_answer(
    const GoldenMessage& message, std::size_t zone, std::string_view ours
);

}  // namespace flightcast::flight
