// SPDX-License-Identifier: Apache-2.0
#include "forest/forest_file.h"

#include <cstring>

#include "base/limits.h"
#include "forest/tables.h"

namespace flightcast::forest {
namespace {

constexpr std::uint64_t kMagic = 0x5453'4552'4F46'4346;  // "FCFOREST"

// 1: without the rows of leaves. 2: with them. A forest without them is written as version 1, so
// that its bytes, and with them the version of its bundle, stay the same.
constexpr std::uint32_t kFormatVersion = 2;
constexpr std::uint32_t kWithoutRows = 1;

struct Header {
    std::uint64_t magic = kMagic;
    std::uint32_t format_version = kWithoutRows;
    std::uint32_t classes = kClassCount;
    std::uint32_t trees = 0;
    std::uint32_t nodes = 0;
    std::uint32_t leaves = 0;
    std::uint32_t set_words = 0;
};
static_assert(sizeof(Header) == 32);

std::uint32_t leaf_rows_of(const Header& header) {
    return header.format_version == kWithoutRows ? 0 : header.leaves;
}

// The bytes that a file with this header has.
std::uint64_t file_bytes(const Header& header) {
    return sizeof(Header) + std::uint64_t{leaf_rows_of(header)} * sizeof(std::uint32_t) +
           std::uint64_t{header.trees} * sizeof(std::uint32_t) +
           std::uint64_t{header.nodes} * sizeof(Node) +
           std::uint64_t{header.leaves} * sizeof(Leaf) +
           std::uint64_t{header.set_words} * sizeof(std::uint32_t) + sizeof(std::uint32_t);
}

std::unexpected<base::Error> corrupt(const std::string& source, const char* what) {
    return base::fail(
        base::Errc::corrupt, source + " " + what + "; copy the model again or train a new one"
    );
}

base::Result<Header> read_header(std::span<const std::byte> bytes, const std::string& source) {
    Header header;
    if (bytes.size() < sizeof header) return corrupt(source, "is cut off");
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic != kMagic) return corrupt(source, "is no forest");
    if (header.format_version > kFormatVersion) {
        return base::fail(
            base::Errc::unsupported,
            source + " has format version " + std::to_string(header.format_version) +
                ", newer than " + std::to_string(kFormatVersion) + "; upgrade flightcast"
        );
    }
    if (header.format_version == 0 || header.classes != kClassCount) {
        return corrupt(source, "has a damaged header");
    }
    if (header.trees > base::limits::kModelTreesMax || header.nodes > kNodesMax) {
        return corrupt(source, "has more trees or nodes than a model may have");
    }
    const std::uint64_t expected = file_bytes(header);
    if (bytes.size() < expected) return corrupt(source, "is cut off");
    if (bytes.size() > expected) return corrupt(source, "is longer than its header says");
    return header;
}

}  // namespace

std::vector<std::byte> serialize_forest(const Forest& forest) {
    const Header header{
        .format_version = forest.leaf_rows.empty() ? kWithoutRows : kFormatVersion,
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
    FC_TRY(const Header header, read_header(bytes, source));
    std::uint32_t expected = 0;
    const auto content = bytes.first(bytes.size() - sizeof expected);
    std::memcpy(&expected, bytes.data() + content.size(), sizeof expected);
    if (checksum(content) != expected) return corrupt(source, "is damaged (wrong checksum)");
    auto rest = content.subspan(sizeof header);
    Forest forest;
    forest.roots = take_table<std::uint32_t>(rest, header.trees);
    forest.nodes = take_table<Node>(rest, header.nodes);
    forest.leaves = take_table<Leaf>(rest, header.leaves);
    forest.sets = take_table<std::uint32_t>(rest, header.set_words);
    forest.leaf_rows = take_table<std::uint32_t>(rest, leaf_rows_of(header));
    return forest;
}

}  // namespace flightcast::forest
