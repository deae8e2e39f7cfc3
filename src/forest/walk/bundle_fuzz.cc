// SPDX-License-Identifier: Apache-2.0
//
// The first byte names the kind of the rest: a bundle.json; or a forest.bin or spark_forest.bin,
// as it is or with its checksum put right, so that the checks behind it are reached. A forest that
// passes them is walked, our own both ways.
#include <zlib.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "forest/bundle_json.h"
#include "forest/forest.h"
#include "forest/forest_file.h"
#include "forest/spark_forest_file.h"
#include "forest/walk/walker.h"

namespace {

using namespace flightcast;

void fuzz_json(std::string_view text) {
    const auto parsed = forest::parse_bundle_json(text, "fuzz");
    if (!parsed) return;
    const auto again = forest::parse_bundle_json(forest::serialize_bundle_json(*parsed), "again");
    FC_CHECK(again.has_value() && again->schema.features == parsed->schema.features);
}

forest::Schema make_schema() {
    return {
        .features =
            {{"DepDelay", forest::FeatureKind::numeric, {}},
             {"Carrier", forest::FeatureKind::categorical, {"AA", "B6", "UA"}}},
        .encodings = {},
    };
}

void fuzz_forest(std::span<const std::byte> bytes) {
    const auto parsed = forest::parse_forest(bytes, "fuzz");
    if (!parsed) return;
    const forest::Schema schema = make_schema();
    if (!forest::check(*parsed, schema)) return;
    const forest::walk::Walker walker(*parsed, schema);
    for (const float delay : {-1e30F, 0.0F, 10.0F, 1e30F, NAN}) {
        for (const float carrier : {0.0F, 1.0F, 2.0F, NAN}) {
            const std::array row = {delay, carrier};
            FC_CHECK(walker.score(row) == forest::score_plainly(*parsed, schema, row));
        }
    }
}

void fuzz_spark_forest(std::span<const std::byte> bytes) {
    const auto parsed = forest::parse_spark_forest(bytes, "fuzz");
    if (!parsed || !forest::check(*parsed, make_schema())) return;
    constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
    for (const double delay : {-1e300, 0.0, 10.5, kMissing}) {
        for (const double carrier : {0.0, 1.0, 2.5, 1e10, kMissing}) {
            const std::array row = {delay, carrier};
            FC_CHECK(!std::signbit(forest::spark_walk(*parsed, row)[0]));
        }
    }
}

void put_checksum(std::vector<std::byte>& bytes) {
    std::uint32_t sum = 0;
    if (bytes.size() < sizeof sum) return;
    const std::size_t content = bytes.size() - sizeof sum;
    sum = static_cast<std::uint32_t>(
        ::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), content)
    );
    std::memcpy(bytes.data() + content, &sum, sizeof sum);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::span rest(data + 1, size - 1);
    if (data[0] % 5 == 0) {
        fuzz_json({reinterpret_cast<const char*>(rest.data()), rest.size()});
        return 0;
    }
    const auto input = std::as_bytes(rest);
    std::vector<std::byte> bytes(input.begin(), input.end());
    if (data[0] % 2 == 1) put_checksum(bytes);
    data[0] % 5 < 3 ? fuzz_forest(bytes) : fuzz_spark_forest(bytes);
    return 0;
}
