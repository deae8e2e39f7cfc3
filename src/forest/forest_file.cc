// SPDX-License-Identifier: Apache-2.0
#include "forest/forest_file.h"

#include "forest/file_header.h"
#include "forest/tables.h"

namespace flightcast::forest {
namespace {

constexpr std::uint64_t kMagic = 0x5453'4552'4F46'4346;  // "FCFOREST"

// 1: without the rows of leaves. 2: with them. A forest without them is written as version 1, so
// that its bytes, and with them the version of its bundle, stay the same.
constexpr std::uint32_t kForestFormat = 2;
constexpr std::uint32_t kWithoutRows = 1;

std::uint32_t leaf_rows_of(const FileHeader& header) {
    return header.format_version == kWithoutRows ? 0 : header.leaves;
}

// The bytes that a file with this header has.
std::uint64_t file_bytes(const FileHeader& header) {
    return sizeof(FileHeader) + std::uint64_t{leaf_rows_of(header)} * sizeof(std::uint32_t) +
           std::uint64_t{header.trees} * sizeof(std::uint32_t) +
           std::uint64_t{header.nodes} * sizeof(Node) +
           std::uint64_t{header.leaves} * sizeof(Leaf) +
           std::uint64_t{header.set_words} * sizeof(std::uint32_t) + sizeof(std::uint32_t);
}

const FileKind kKind{
    .magic = kMagic,
    .newest_version = kForestFormat,
    .not_this = "is no forest",
    .remedy = "copy the model again or train a new one",
    .bytes = file_bytes,
};

}  // namespace

std::vector<std::byte> serialize_forest(const Forest& forest) {
    const FileHeader header{
        .magic = kMagic,
        .format_version = forest.leaf_rows.empty() ? kWithoutRows : kForestFormat,
        .trees = static_cast<std::uint32_t>(forest.roots.size()),
        .nodes = static_cast<std::uint32_t>(forest.nodes.size()),
        .leaves = static_cast<std::uint32_t>(forest.leaves.size()),
        .set_words = static_cast<std::uint32_t>(forest.sets.size()),
    };
    std::vector<std::byte> out;
    out.reserve(file_bytes(header));
    append_table(out, std::span(&header, 1));
    append_table(out, std::span<const std::uint32_t>(forest.roots));
    append_table(out, std::span<const Node>(forest.nodes));
    append_table(out, std::span<const Leaf>(forest.leaves));
    append_table(out, std::span<const std::uint32_t>(forest.sets));
    append_table(out, std::span<const std::uint32_t>(forest.leaf_rows));
    const std::uint32_t sum = checksum(out);
    append_table(out, std::span(&sum, 1));
    return out;
}

base::Result<Forest> parse_forest(std::span<const std::byte> bytes, const std::string& source) {
    FC_TRY(const FileHeader header, read_file_header(bytes, source, kKind));
    auto rest = bytes.subspan(sizeof header);
    Forest forest;
    forest.roots = take_table<std::uint32_t>(rest, header.trees);
    forest.nodes = take_table<Node>(rest, header.nodes);
    forest.leaves = take_table<Leaf>(rest, header.leaves);
    forest.sets = take_table<std::uint32_t>(rest, header.set_words);
    forest.leaf_rows = take_table<std::uint32_t>(rest, leaf_rows_of(header));
    return forest;
}

}  // namespace flightcast::forest
