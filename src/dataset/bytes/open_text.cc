// SPDX-License-Identifier: Apache-2.0
#include "dataset/bytes/open_text.h"

#include <unistd.h>

#include <string>
#include <utility>

#include "base/limits.h"
#include "dataset/bytes/bzip2_source.h"
#include "dataset/bytes/file_kind.h"
#include "dataset/bytes/file_source.h"
#include "dataset/bytes/gzip_source.h"
#include "dataset/bytes/parquet_source.h"
#include "dataset/bytes/text_source.h"
#include "dataset/bytes/zip_source.h"

namespace flightcast::dataset::bytes {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMarkBytes = 512;
constexpr int kPackedMax = 3;  // packed once more by a server, once by a person

std::unexpected<base::Error> refuse(const std::string& file, std::string_view why) {
    return base::fail(base::Errc::invalid_argument, file + " " + std::string(why));
}

base::Result<std::unique_ptr<HeadSource>> peek_text(Source source) {
    return HeadSource::peek(std::move(source), base::limits::kCsvLineBytesMax);
}

// Where standard input stands as a file, for a child process, too.
fs::path place_of_standard_input() {
    return "/proc/" + std::to_string(::getpid()) + "/fd/" + std::to_string(STDIN_FILENO);
}

// Kinds that need the file itself, not only its bytes from front to back.
base::Result<Source> open_whole(const fs::path& path, FileKind kind) {
    const bool is_zip = kind == FileKind::zip;
    const std::string name = display_name(path);
    const fs::path place = path == kStandardInput ? place_of_standard_input() : path;
    std::error_code error;
    if (!fs::is_regular_file(place, error)) {
        return refuse(
            name,
            is_zip ? "is a zip archive, which cannot be read from a pipe; name the file"
                   : "is a Parquet file, which cannot be read from a pipe; name the file"
        );
    }
    return is_zip ? open_zip(place, name) : open_parquet(place, name);
}

base::Result<std::unique_ptr<HeadSource>> unpack(
    std::unique_ptr<HeadSource> source, const fs::path& path
) {
    const std::string name = display_name(path);
    for (int unpacked = 0; unpacked <= kPackedMax; ++unpacked) {
        const KnownKind known = kind_of(source->head());
        Source next;
        switch (known.kind) {
            case FileKind::text:
                return source;
            case FileKind::foreign:
                return refuse(name, std::string(known.is) + "; " + std::string(known.remedy));
            case FileKind::gzip:
                next = unpack_gzip(std::move(source), name);
                break;
            case FileKind::bzip2:
                next = unpack_bzip2(std::move(source), name);
                break;
            case FileKind::zip:
            case FileKind::parquet:
                if (unpacked > 0) return refuse(name, "holds a packed file; unpack it");
                FC_TRY(next, open_whole(path, known.kind));
        }
        FC_TRY(source, HeadSource::peek(std::move(next), kMarkBytes));
    }
    return refuse(name, "is packed in too many layers; unpack it");
}

}  // namespace

base::Result<std::unique_ptr<HeadSource>> open_text(const fs::path& path) {
    FC_TRY(Source file, open_file(path));
    FC_TRY(auto head, HeadSource::peek(std::move(file), kMarkBytes));
    FC_TRY(auto source, unpack(std::move(head), path));
    FC_TRY(auto text, peek_text(std::move(source)));
    return to_utf8(std::move(text), display_name(path));
}

}  // namespace flightcast::dataset::bytes
