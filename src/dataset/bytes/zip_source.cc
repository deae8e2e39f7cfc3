// SPDX-License-Identifier: Apache-2.0
#include "dataset/bytes/zip_source.h"

#include <zip.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dataset/bytes/packed_input.h"

namespace flightcast::dataset::bytes {
namespace {

struct CloseArchive {
    void operator()(zip_t* archive) const { ::zip_discard(archive); }
};
struct CloseFile {
    void operator()(zip_file_t* file) const { ::zip_fclose(file); }
};
using Archive = std::unique_ptr<zip_t, CloseArchive>;
using File = std::unique_ptr<zip_file_t, CloseFile>;

class ZipSource final : public ByteSource {
  public:
    ZipSource(Archive archive, File file, std::string name, std::uint64_t size)
        : name_(std::move(name)),
          size_(size),
          archive_(std::move(archive)),
          file_(std::move(file)) {}

    base::Result<std::size_t> read(std::span<char> bytes) override {
        const zip_int64_t got = ::zip_fread(file_.get(), bytes.data(), bytes.size());
        if (got < 0) return damaged_file(name_, ::zip_file_strerror(file_.get()));
        done_ += static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
    }

    double share_read() const override {
        return size_ == 0 ? 0 : static_cast<double>(done_) / static_cast<double>(size_);
    }

  private:
    const std::string name_;
    const std::uint64_t size_;  // of the data
    std::uint64_t done_ = 0;
    Archive archive_;
    File file_;  // closed before the archive
};

bool is_data_name(std::string name) {
    std::ranges::transform(name, name.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    constexpr std::array<std::string_view, 6> kEndings = {
        ".csv", ".json", ".jsonl", ".ndjson", ".tsv", ".txt"
    };
    return std::ranges::any_of(kEndings, [&](std::string_view end) { return name.ends_with(end); });
}

std::string list_of(const std::vector<std::string>& names) {
    constexpr std::size_t kShown = 5;
    std::string list;
    for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) {
        list += (i == 0 ? "" : ", ") + names[i];
    }
    return names.size() > kShown ? list + ", ..." : list;
}

// A folder, or a file that macOS puts beside each one that it packs.
bool is_by_the_way(std::string_view name) {
    const std::string_view file = name.substr(name.rfind('/') + 1);
    return file.empty() || name.starts_with("__MACOSX/") || file.starts_with("._") ||
           file == ".DS_Store";
}

std::vector<std::string> members_of(zip_t* archive) {
    std::vector<std::string> members;
    const zip_int64_t entries = ::zip_get_num_entries(archive, 0);
    for (zip_int64_t i = 0; i < entries; ++i) {
        const char* const name = ::zip_get_name(archive, static_cast<zip_uint64_t>(i), 0);
        if (name != nullptr && !is_by_the_way(name)) members.emplace_back(name);
    }
    return members;
}

// The name of the file to read.
base::Result<std::string> find_data(zip_t* archive, const std::string& source) {
    const std::vector<std::string> members = members_of(archive);
    const auto refuse = [&source](const std::string& why) {
        return base::fail(base::Errc::invalid_argument, source + why);
    };
    if (std::ranges::find(members, "[Content_Types].xml") != members.end()) {
        return refuse(" is an Excel workbook; save the sheet as CSV and name that file");
    }
    if (members.size() == 1) return members[0];
    std::vector<std::string> data;
    std::ranges::copy_if(members, std::back_inserter(data), is_data_name);
    if (data.size() == 1) return data[0];
    if (data.empty()) {
        return refuse(
            " holds no file that ends in .csv, .json or .jsonl (it holds " + list_of(members) +
            "); unpack it and name the file"
        );
    }
    return refuse(
        " holds several data files (" + list_of(data) + "); unpack it and name those to read"
    );
}

}  // namespace

base::Result<Source> open_zip(const std::filesystem::path& path, const std::string& name) {
    int code = 0;
    Archive archive(::zip_open(path.c_str(), ZIP_RDONLY, &code));
    if (!archive) {
        zip_error_t error;
        ::zip_error_init_with_code(&error, code);
        const std::string reason = ::zip_error_strerror(&error);
        ::zip_error_fini(&error);
        return base::fail(
            base::Errc::corrupt,
            "cannot read the archive " + name + ": " + reason + " (cut off?); fetch the file again"
        );
    }
    FC_TRY(const std::string member, find_data(archive.get(), name));
    zip_stat_t about;
    ::zip_stat_init(&about);
    ::zip_stat(archive.get(), member.c_str(), 0, &about);
    File file(::zip_fopen(archive.get(), member.c_str(), 0));
    if (!file) {
        return base::fail(
            base::Errc::corrupt,
            "cannot read " + member + " in " + name + ": " + ::zip_strerror(archive.get())
        );
    }
    const std::uint64_t size = (about.valid & ZIP_STAT_SIZE) != 0 ? about.size : 0;
    return std::make_unique<ZipSource>(
        std::move(archive), std::move(file), name + "/" + member, size
    );
}

}  // namespace flightcast::dataset::bytes
