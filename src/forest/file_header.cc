// SPDX-License-Identifier: Apache-2.0
#include "forest/file_header.h"

#include <cstring>

#include "base/limits.h"
#include "forest/forest.h"
#include "forest/tables.h"

namespace flightcast::forest {

base::Result<FileHeader> read_file_header(
    std::span<const std::byte> bytes, const std::string& source, const FileKind& kind
) {
    const auto corrupt = [&](std::string_view what) {
        return base::fail(
            base::Errc::corrupt, source + " " + std::string(what) + "; " + std::string(kind.remedy)
        );
    };
    FileHeader header;
    if (bytes.size() < sizeof header) return corrupt("is cut off");
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic != kind.magic) return corrupt(kind.not_this);
    if (header.format_version > kind.newest_version) {
        return base::fail(
            base::Errc::unsupported,
            source + " has format version " + std::to_string(header.format_version) +
                ", newer than " + std::to_string(kind.newest_version) + "; upgrade flightcast"
        );
    }
    if (header.format_version == 0 || header.classes != kClassCount) {
        return corrupt("has a damaged header");
    }
    if (header.trees > base::limits::kModelTreesMax || header.nodes > kNodesMax) {
        return corrupt("has more trees or nodes than a model may have");
    }
    const std::uint64_t whole = kind.bytes(header);
    if (bytes.size() < whole) return corrupt("is cut off");
    if (bytes.size() > whole) return corrupt("is longer than its header says");
    std::uint32_t sum = 0;
    const auto content = bytes.first(bytes.size() - sizeof sum);
    std::memcpy(&sum, bytes.data() + content.size(), sizeof sum);
    if (checksum(content) != sum) return corrupt("is damaged (wrong checksum)");
    return header;
}

}  // namespace flightcast::forest
