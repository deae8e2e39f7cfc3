// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "forest/delay_counts.h"
#include "forest/distributions.h"
#include "forest/forest.h"
#include "forest/schema.h"
#include "forest/spark_forest.h"

namespace flightcast::forest {

// One file that a model learned from or was judged on.
struct SourceFile {
    std::string name;  // without its folder
    std::uint64_t rows_kept = 0;
    std::uint64_t rows_left_out = 0;  // cancelled, diverted, without delays, or bad

    bool operator==(const SourceFile&) const = default;
};

// The days that a judged model learned from, which is not the one in the bundle.
struct JudgedModel {
    std::string train_first_day;
    std::string train_last_day;
    std::uint64_t train_rows = 0;

    bool operator==(const JudgedModel&) const = default;
};

// The origin of a model. Days are "YYYY-MM-DD", both ends included.
struct Provenance {
    std::string command;  // makes the same model again from the same files
    std::vector<SourceFile> files;
    std::string train_first_day;
    std::string train_last_day;
    std::uint64_t train_rows = 0;
    std::string validate_first_day;
    std::string validate_last_day;
    std::uint64_t validate_rows = 0;

    // Of a model that learned from the judged days, too: whose figures the bundle has.
    std::optional<JudgedModel> judged;

    bool operator==(const Provenance&) const = default;
};

// The figures of one way to answer ("forest", "majority", ...) on the validation rows.
struct Scoreboard {
    std::string name;
    std::vector<std::pair<std::string, double>> figures;

    bool operator==(const Scoreboard&) const = default;
};

// What a model with online features goes on from: the bytes of features/online/state_file.h, which
// this module keeps and does not read.
struct OnlineState {
    std::vector<std::byte> bytes;

    bool operator==(const OnlineState&) const = default;
};

// A model with all it needs to be used, and to be judged by people: a folder with bundle.json and
// forest.bin, or spark_forest.bin when it was imported, and online.bin when it has online features
// (see README.md beside this header).
struct Bundle {
    std::string name;     // [A-Za-z0-9._-], 1 .. 64 of them
    std::string version;  // 12 hex digits of a hash of schema, trees and online state: they decide
                          // the answers
    Schema schema;
    Forest forest;                    // empty when `spark` is there
    std::optional<SparkModel> spark;  // a model of Spark's, which is scored by Spark's rules
    std::uint32_t feature_set = 1;    // of features/known_features.h, which computes the features
    Provenance provenance;
    std::vector<Scoreboard> scoreboards;
    std::vector<std::pair<std::string, double>> gain;  // share of each feature in all gain
    std::optional<DelayCounts> delay_counts;           // of the training flights
    std::optional<OnlineState> online;                 // of a model with online features
    std::optional<Distributions> distributions;  // of the training flights; absent in older bundles

    bool operator==(const Bundle&) const = default;
};

inline constexpr std::string_view kBundleFile = "bundle.json";
inline constexpr std::string_view kForestFile = "forest.bin";
inline constexpr std::string_view kSparkForestFile = "spark_forest.bin";
inline constexpr std::string_view kOnlineStateFile = "online.bin";

// The file of `bundle` that holds its trees: one of the two above.
[[nodiscard]] std::string_view forest_file_of(const Bundle& bundle);

// The files of a bundle.
struct BundleBytes {
    std::string bundle_json;
    std::vector<std::byte> forest_bin;  // of the file that forest_file_of() names
    std::vector<std::byte> online_bin;  // empty: there is no such file
};

// True when `name` may name a bundle.
[[nodiscard]] bool is_bundle_name(std::string_view name);

// The version that `schema` and the forest have, with the online state if there is one.
[[nodiscard]] std::string version_of(
    const Schema& schema, const Forest& forest, const std::optional<OnlineState>& online = {}
);
[[nodiscard]] std::string version_of(const Schema& schema, const SparkModel& spark);

// REQUIRES: is_bundle_name(name), the forest passes check(), and `version` is version_of them.
[[nodiscard]] BundleBytes serialize(const Bundle& bundle);

// Reads and checks a bundle; all parts are borrowed for the call. `source` names them in errors,
// as in "<source>/bundle.json"; bundle.json says which kind `forest_bin` is, and whether there is
// an `online_bin`, which is kept as it is. Fails with corrupt, also for files cut off, or with
// unsupported when a newer version made them.
[[nodiscard]] base::Result<Bundle> parse_bundle(
    std::string_view bundle_json,
    std::span<const std::byte> forest_bin,
    const std::string& source,
    std::span<const std::byte> online_bin = {}
);

// Reads and checks the bundle in `folder`; fails like parse_bundle, or with not_found or io.
[[nodiscard]] base::Result<Bundle> load_bundle(const std::filesystem::path& folder);

// Writes `bundle` into `folder`, which is made if need be; a bundle in it is replaced, its
// trees first, each file at once, when both have been written. Fails with io, and the old bundle
// stays.
[[nodiscard]] base::Result<void> save_bundle(
    const Bundle& bundle, const std::filesystem::path& folder
);

}  // namespace flightcast::forest
