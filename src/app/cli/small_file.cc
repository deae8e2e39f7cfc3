// SPDX-License-Identifier: Apache-2.0
#include "app/cli/small_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace flightcast::app::cli {
namespace {

using base::Errc;
using base::fail;
using base::Result;

constexpr std::string_view kUtf8Mark = "\xEF\xBB\xBF";

class OpenFile {
  public:
    explicit OpenFile(const std::filesystem::path& path)
        : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {}
    ~OpenFile() {
        if (file_ >= 0) ::close(file_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;

    [[nodiscard]] bool is_open() const { return file_ >= 0; }

    [[nodiscard]] bool is_folder() const {
        struct stat status{};
        return ::fstat(file_, &status) == 0 && S_ISDIR(status.st_mode);
    }

    // Up to `text.size()` bytes; negative: errno says why not.
    ssize_t read(std::string& text) const {
        std::size_t size = 0;
        while (size < text.size()) {
            const ssize_t got = ::read(file_, text.data() + size, text.size() - size);
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) return got;
            if (got == 0) break;
            size += static_cast<std::size_t>(got);
        }
        return static_cast<ssize_t>(size);
    }

  private:
    const int file_;
};

std::string name_of(const SmallFile& file) {
    const std::string option = file.option.empty() ? "" : file.option + ": ";
    return option + file.path.string();
}

std::unexpected<base::Error> unreadable(const SmallFile& file, int error) {
    if (error == ENOENT) {
        return fail(
            Errc::not_found, name_of(file) + " is missing; write the " + file.what + " into it"
        );
    }
    return fail(Errc::io, name_of(file) + " cannot be read: " + std::strerror(error));
}

std::unexpected<base::Error> wrong(const SmallFile& file, const std::string& how) {
    return fail(Errc::invalid_argument, name_of(file) + " " + how);
}

// `text` without a byte order mark.
Result<std::string> text_of(const SmallFile& file, std::string_view text) {
    const std::string advice = "; write the " + file.what + " into it as plain text";
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        return wrong(file, "is in UTF-16" + advice);
    }
    if (text.starts_with(kUtf8Mark)) text.remove_prefix(kUtf8Mark.size());
    if (text.find('\0') != std::string_view::npos) return wrong(file, "has a NUL byte" + advice);
    return std::string(text);
}

// The one line in `text`.
Result<std::string> line_of(const SmallFile& file, std::string_view text) {
    text = text.substr(0, text.find_last_not_of("\r\n") + 1);  // npos + 1 is 0
    if (text.find_first_of("\r\n") != std::string_view::npos) {
        return wrong(file, "has several lines; write the " + file.what + " alone into it");
    }
    return std::string(text);
}

}  // namespace

Result<std::string> read_small_file(const SmallFile& file) {
    const OpenFile open(file.path);
    if (!open.is_open()) return unreadable(file, errno);
    if (open.is_folder()) {
        return wrong(
            file,
            "is a folder, not a file (containers make one in place of a file that is missing); " +
                ("write the " + file.what) + " into a file"
        );
    }
    std::string text(file.bytes_max + 1, '\0');
    const ssize_t size = open.read(text);
    if (size < 0) return unreadable(file, errno);
    text.resize(static_cast<std::size_t>(size));
    if (text.size() > file.bytes_max) {
        return wrong(
            file,
            "has more than " + std::to_string(file.bytes_max) + " bytes; is it the file of the " +
                file.what + "?"
        );
    }
    using Content = SmallFile::Content;
    if (file.content != Content::bytes) {
        FC_TRY(text, text_of(file, text));
    }
    if (file.content == Content::line) {
        FC_TRY(text, line_of(file, text));
    }
    if (file.content == Content::text) return text;
    if (text.empty()) return wrong(file, "is empty; write the " + file.what + " into it");
    return text;
}

}  // namespace flightcast::app::cli
