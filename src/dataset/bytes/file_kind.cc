// SPDX-License-Identifier: Apache-2.0
#include "dataset/bytes/file_kind.h"

#include <array>
#include <cstddef>

namespace flightcast::dataset::bytes {
namespace {

using namespace std::string_view_literals;

struct Mark {
    std::string_view bytes;
    KnownKind kind;
    std::size_t place = 0;  // where they stand
};

constexpr std::string_view kToCsv =
    "write it as CSV, for example by pandas' to_csv(index=False), and name that file";
constexpr std::string_view kUnpack = "unpack it and name the file in it";
constexpr std::string_view kFetch = "look into it: the download may have gone wrong";

constexpr KnownKind foreign(std::string_view is, std::string_view remedy) {
    return {.kind = FileKind::foreign, .is = is, .remedy = remedy};
}

constexpr std::array kMarks = {
    Mark{"\x1F\x8B"sv, {.kind = FileKind::gzip}},
    Mark{"BZh"sv, {.kind = FileKind::bzip2}},
    Mark{"PK\x03\x04"sv, {.kind = FileKind::zip}},
    Mark{"PK\x05\x06"sv, {.kind = FileKind::zip}},
    Mark{"PAR1"sv, {.kind = FileKind::parquet}},
    Mark{
        "\xFD"
        "7zXZ\0"sv,
        foreign("is compressed with xz", "unpack it with 'xz -dk' and name what that makes")
    },
    Mark{
        "\x28\xB5\x2F\xFD"sv,
        foreign("is compressed with zstd", "unpack it with 'zstd -d' and name what that makes")
    },
    Mark{"\x04\x22\x4D\x18"sv, foreign("is compressed with lz4", kUnpack)},
    Mark{"7z\xBC\xAF\x27\x1C"sv, foreign("is a 7z archive", kUnpack)},
    Mark{"Rar!"sv, foreign("is a RAR archive", kUnpack)},
    Mark{"ustar"sv, foreign("is a tar archive", kUnpack), 257},
    Mark{"ARROW1"sv, foreign("is an Arrow (Feather) file", kToCsv)},
    Mark{"FEA1"sv, foreign("is a Feather file", kToCsv)},
    Mark{"ORC"sv, foreign("is an ORC file", kToCsv)},
    Mark{"Obj\x01"sv, foreign("is an Avro file", kToCsv)},
    Mark{"\x89HDF"sv, foreign("is an HDF5 file", kToCsv)},
    Mark{"SQLite format 3"sv, foreign("is an SQLite database", kToCsv)},
    Mark{"\xD0\xCF\x11\xE0"sv, foreign("is an old Excel workbook", kToCsv)},
    Mark{"RDX"sv, foreign("is an R data file", "write it as CSV, by R's write.csv()")},
    Mark{"X\n\0\0\0"sv, foreign("is an R data file", "write it as CSV, by R's write.csv()")},
    Mark{"\x80\x04\x95"sv, foreign("is a Python pickle", kToCsv)},
    Mark{"\x80\x05\x95"sv, foreign("is a Python pickle", kToCsv)},
    Mark{"<!DOCTYPE"sv, foreign("is an HTML page", kFetch)},
    Mark{"<!doctype"sv, foreign("is an HTML page", kFetch)},
    Mark{"<html"sv, foreign("is an HTML page", kFetch)},
    Mark{"<HTML"sv, foreign("is an HTML page", kFetch)},
    Mark{"<?xml"sv, foreign("is an XML file", kToCsv)},
    Mark{
        "version https://git-lfs"sv,
        foreign("is a pointer of Git LFS, not the file", "fetch the file by 'git lfs pull'")
    },
};

}  // namespace

KnownKind kind_of(std::string_view head) {
    for (const Mark& mark : kMarks) {
        if (head.size() >= mark.place && head.substr(mark.place).starts_with(mark.bytes)) {
            return mark.kind;
        }
    }
    return {};
}

}  // namespace flightcast::dataset::bytes
