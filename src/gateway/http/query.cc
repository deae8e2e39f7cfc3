// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/query.h"

#include <algorithm>

#include "base/limits.h"
#include "gateway/http/text.h"

namespace flightcast::gateway::http {
namespace {

using Pair = std::pair<std::string, std::string>;

std::string decoded(std::string_view text) {
    return percent_decode(text, Plus::space).value_or(std::string(text));
}

}  // namespace

Query Query::parse(std::string_view text) {
    Query query;
    while (!text.empty() && query.pairs_.size() < base::limits::kHttpParametersMax) {
        const std::string_view piece = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(piece.size() + 1, text.size()));
        if (piece.empty()) continue;
        const std::size_t equals = std::min(piece.find('='), piece.size());
        const std::string_view value = piece.substr(std::min(equals + 1, piece.size()));
        query.pairs_.emplace_back(decoded(piece.substr(0, equals)), decoded(value));
    }
    return query;
}

std::optional<std::string_view> Query::find(std::string_view name) const {
    const auto found = std::ranges::find(pairs_, name, &Pair::first);
    if (found == pairs_.end()) return std::nullopt;
    return found->second;
}

std::size_t Query::count(std::string_view name) const {
    return static_cast<std::size_t>(std::ranges::count(pairs_, name, &Pair::first));
}

}  // namespace flightcast::gateway::http
