// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace flightcast::gateway::http {

// The fields of a request's query, decoded. A field that cannot be decoded is the affair of whoever
// reads that field: it stays as it was sent, and the others are decoded.
class Query {
  public:
    // "a=1&b=x+y%21". A field without '=' is empty; empty pieces ("&&") are skipped, and so are
    // all fields behind the first kHttpParametersMax. Names and values with a broken
    // percent-escape, or that are not UTF-8 when decoded, stay encoded. REQUIRES: `text` is ASCII,
    // as a request's target is.
    [[nodiscard]] static Query parse(std::string_view text);

    // The first field of that name. The view lives as long as this object.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

    [[nodiscard]] std::size_t count(std::string_view name) const;

    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& pairs() const {
        return pairs_;
    }

  private:
    std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace flightcast::gateway::http
