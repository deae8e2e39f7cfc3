// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/preferences.h"

#include <algorithm>

#include "gateway/http/text.h"

namespace flightcast::gateway::http {
namespace {

// The text in front of the next `separator`; `text` keeps the rest behind it.
std::string_view take_until(std::string_view& text, char separator) {
    const std::size_t end = std::min(text.find(separator), text.size());
    const std::string_view part = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

// Whether parameters such as ";q=0.000" say that the member is not wanted.
bool has_no_weight(std::string_view parameters) {
    while (!parameters.empty()) {
        const std::string parameter = to_lower(take_until(parameters, ';'));
        if (!parameter.starts_with("q=0")) continue;
        return parameter.find_first_not_of("0.", 2) == std::string::npos;
    }
    return false;
}

// How closely `range` names `type`: 3 exactly, 2 "application/*", 1 "*/*", 0 not at all.
int closeness(std::string_view range, std::string_view type) {
    if (range == type) return 3;
    if (range == "*/*" || range == "*") return 1;
    const std::string_view family = type.substr(0, type.find('/') + 1);
    const bool same = range.size() == family.size() + 1 && range.starts_with(family);
    return same && range.ends_with('*') ? 2 : 0;
}

}  // namespace

std::vector<Preference> preferences(const Headers& headers, std::string_view header) {
    std::vector<Preference> members;
    for (std::size_t i = 0; i < headers.size(); ++i) {
        if (!equal_ignoring_case(headers.name(i), header)) continue;
        std::string_view list = headers.value(i);
        while (!list.empty()) {
            std::string_view member = take_until(list, ',');
            const std::string_view name = take_until(member, ';');
            if (!name.empty()) members.push_back({to_lower(name), !has_no_weight(member)});
        }
    }
    return members;
}

bool accepts_type(const Headers& headers, std::string_view type) {
    const std::vector<Preference> ranges = preferences(headers, "accept");
    int closest = 0;
    bool wanted = ranges.empty();
    for (const Preference& range : ranges) {
        const int close = closeness(range.name, type);
        if (close <= closest) continue;
        closest = close;
        wanted = range.wanted;
    }
    return wanted;
}

bool accepts_encoding(const Headers& headers, std::string_view coding) {
    bool wanted = false;
    for (const Preference& member : preferences(headers, "accept-encoding")) {
        if (member.name == coding) return member.wanted;
        if (member.name == "*") wanted = member.wanted;
    }
    return wanted;
}

}  // namespace flightcast::gateway::http
