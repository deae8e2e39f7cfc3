// SPDX-License-Identifier: Apache-2.0
#include "forest/spark_forest_file.h"

#include "forest/file_header.h"
#include "forest/tables.h"

namespace flightcast::forest {
namespace {

constexpr std::uint64_t kMagic = 0x464B'5241'5053'4346;  // "FCSPARKF"
constexpr std::uint32_t kFormatVersion = 1;

// The bytes that a file with this header has.
std::uint64_t file_bytes(const FileHeader& header) {
    return sizeof(FileHeader) + std::uint64_t{header.nodes} * sizeof(SparkNode) +
           std::uint64_t{header.leaves} * sizeof(SparkLeaf) +
           std::uint64_t{header.trees} * sizeof(std::uint32_t) +
           std::uint64_t{header.set_words} * sizeof(std::uint32_t) + sizeof(std::uint32_t);
}

const FileKind kKind{
    .magic = kMagic,
    .newest_version = kFormatVersion,
    .not_this = "is no imported Spark forest",
    .remedy = "copy the model again or import it again",
    .bytes = file_bytes,
};

}  // namespace

std::vector<std::byte> serialize_spark_forest(const SparkForest& forest) {
    const FileHeader header{
        .magic = kMagic,
        .format_version = kFormatVersion,
        .trees = static_cast<std::uint32_t>(forest.roots.size()),
        .nodes = static_cast<std::uint32_t>(forest.nodes.size()),
        .leaves = static_cast<std::uint32_t>(forest.leaves.size()),
        .set_words = static_cast<std::uint32_t>(forest.sets.size()),
    };
    std::vector<std::byte> out;
    out.reserve(file_bytes(header));
    append_table(out, std::span(&header, 1));
    append_table(out, std::span<const SparkNode>(forest.nodes));
    append_table(out, std::span<const SparkLeaf>(forest.leaves));
    append_table(out, std::span<const std::uint32_t>(forest.roots));
    append_table(out, std::span<const std::uint32_t>(forest.sets));
    const std::uint32_t sum = checksum(out);
    append_table(out, std::span(&sum, 1));
    return out;
}

base::Result<SparkForest> parse_spark_forest(
    std::span<const std::byte> bytes, const std::string& source
) {
    FC_TRY(const FileHeader header, read_file_header(bytes, source, kKind));
    auto rest = bytes.subspan(sizeof header);
    SparkForest forest;
    forest.nodes = take_table<SparkNode>(rest, header.nodes);
    forest.leaves = take_table<SparkLeaf>(rest, header.leaves);
    forest.roots = take_table<std::uint32_t>(rest, header.trees);
    forest.sets = take_table<std::uint32_t>(rest, header.set_words);
    return forest;
}

}  // namespace flightcast::forest
