// SPDX-License-Identifier: Apache-2.0
#include "app/serve/arrival_sources.h"

#include <algorithm>
#include <string_view>

namespace flightcast::app::serve {

std::vector<std::string> arrival_sources(const options::ServeOptions& options) {
    std::string_view list = options.arrival_sources;
    std::vector<std::string> names;
    while (!list.empty()) {
        const std::size_t comma = std::min(list.find(','), list.size());
        std::string_view name = list.substr(0, comma);
        while (name.starts_with(' ')) name.remove_prefix(1);
        while (name.ends_with(' ')) name.remove_suffix(1);
        if (!name.empty()) names.emplace_back(name);
        list.remove_prefix(std::min(comma + 1, list.size()));
    }
    return names;
}

}  // namespace flightcast::app::serve
