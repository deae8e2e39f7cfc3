// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>

// The files that are part of the program, so that it runs from one file: the page, the distance
// table and the bundled model.
namespace flightcast::assets {

struct Asset {
    std::string_view name;   // "web/index.html", "data/origin_dest_distances.jsonl",
                             // "models/default/bundle.json", "tools/import_spark/read_spark.py"
    std::string_view bytes;  // lives as long as the program
};

// Every asset, sorted by name. A folder that was not there when the program was built gives none.
[[nodiscard]] std::span<const Asset> all();

// The bytes of the asset called `name`; nothing if it is unknown.
[[nodiscard]] std::optional<std::string_view> find(std::string_view name);

}  // namespace flightcast::assets
