// SPDX-License-Identifier: Apache-2.0
#include "telemetry/problem_book.h"

#include <algorithm>

#include "base/limits.h"

namespace flightcast::telemetry {
namespace {

// The fields as the text form of a line has them, behind its message.
std::string fields_text(const LogLine& line) {
    const LogLine bare{
        .time = line.time,
        .level = line.level,
        .stage = line.stage,
        .message = line.message,
        .fields = {}
    };
    const std::size_t head = text_line(bare, false).size();
    std::string text = text_line(line, false).substr(head);
    text.erase(0, text.find_first_not_of(' '));
    return text;
}

std::string detail_of(const LogLine& line) {
    std::string text;
    for (const LogField& field : line.fields) {
        const auto* const reason = std::get_if<std::string_view>(&field.value());
        if (field.key() == "reason" && reason != nullptr) text = *reason;
    }
    if (text.empty() && !line.fields.empty()) text = fields_text(line);
    if (text.size() > base::limits::kProblemBytesMax) {
        text.resize(base::limits::kProblemBytesMax);
        text += "...";
    }
    return text;
}

}  // namespace

void ProblemBook::note(const LogLine& line) {
    if (line.level < LogLevel::warning) return;
    const auto known = std::ranges::find_if(book_, [&line](const Problem& problem) {
        return problem.stage == line.stage && problem.message == line.message;
    });
    if (known != book_.end()) {
        book_.splice(book_.begin(), book_, known);
    } else {
        if (book_.size() >= base::limits::kProblemsKept) book_.pop_back();
        book_.push_front(
            {.level = line.level,
             .stage = std::string(line.stage),
             .message = std::string(line.message.substr(0, base::limits::kProblemBytesMax)),
             .detail = {},
             .first = line.time}
        );
    }
    Problem& problem = book_.front();
    problem.level = line.level;
    problem.detail = detail_of(line);
    problem.last = line.time;
    ++problem.count;
}

}  // namespace flightcast::telemetry
