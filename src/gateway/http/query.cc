// SPDX-License-Identifier: Apache-2.0
#include "gateway/http/query.h"

#include <algorithm>

#include "base/limits.h"
#include "gateway/http/text.h"

namespace flightcast::gateway::http {

using base::Errc;
using base::fail;

base::Result<Query> Query::parse(std::string_view text) {
    Query query;
    while (!text.empty()) {
        const std::string_view piece = text.substr(0, text.find('&'));
        text.remove_prefix(std::min(piece.size() + 1, text.size()));
        if (piece.empty()) continue;
        if (query.pairs_.size() >= base::limits::kHttpParametersMax) {
            return fail(Errc::invalid_argument, "there are too many fields");
        }
        const std::size_t equals = std::min(piece.find('='), piece.size());
        auto name = percent_decode(piece.substr(0, equals), Plus::space);
        if (!name) return fail(Errc::invalid_argument, "a field name is not percent-encoded UTF-8");
        auto value = percent_decode(piece.substr(std::min(equals + 1, piece.size())), Plus::space);
        if (!value) return fail(Errc::invalid_argument, *name + " is not percent-encoded UTF-8");
        query.pairs_.emplace_back(*std::move(name), *std::move(value));
    }
    return query;
}

std::optional<std::string_view> Query::find(std::string_view name) const {
    const auto found = std::ranges::find(pairs_, name, &std::pair<std::string, std::string>::first);
    if (found == pairs_.end()) return std::nullopt;
    return found->second;
}

}  // namespace flightcast::gateway::http
