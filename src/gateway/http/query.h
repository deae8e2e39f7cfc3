// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace flightcast::gateway::http {

// The fields of a query or of an `application/x-www-form-urlencoded` body, decoded.
class Query {
  public:
    // "a=1&b=x+y%21". A field without '=' is empty; empty pieces ("&&") are skipped.
    // Errors: invalid_argument for a broken percent-escape, bytes that are not UTF-8, or more than
    // kHttpParametersMax fields; the detail names the field.
    [[nodiscard]] static base::Result<Query> parse(std::string_view text);

    // The first field of that name. The view lives as long as this object.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;

    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& pairs() const {
        return pairs_;
    }

  private:
    std::vector<std::pair<std::string, std::string>> pairs_;
};

}  // namespace flightcast::gateway::http
