// SPDX-License-Identifier: Apache-2.0
#include "app/cli/output_file.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>

namespace flightcast::app::cli {

namespace fs = std::filesystem;

using base::Result;

void OutputFile::Close::operator()(std::FILE* file) const {
    if (file != stdout) std::fclose(file);
}

OutputFile::OutputFile(fs::path path, fs::path partial, std::FILE* file)
    : path_(std::move(path)), partial_(std::move(partial)), file_(file) {}

OutputFile::OutputFile(OutputFile&& other) noexcept
    : path_(std::move(other.path_)),
      partial_(std::exchange(other.partial_, {})),
      file_(std::move(other.file_)) {}

OutputFile::~OutputFile() {
    file_.reset();
    std::error_code ignored;
    if (!partial_.empty()) fs::remove(partial_, ignored);
}

std::unexpected<base::Error> OutputFile::failed(int reason) const {
    const std::string name = path_ == "-" ? "standard output" : path_.string();
    return base::fail(base::Errc::io, "cannot write " + name + ": " + std::strerror(reason));
}

Result<OutputFile> OutputFile::open(const fs::path& path) {
    if (path == "-") return OutputFile(path, {}, stdout);
    // A device such as /dev/null is written as it is.
    std::error_code ignored;
    const bool in_place = fs::exists(path, ignored) && !fs::is_regular_file(path, ignored);
    fs::path partial;
    std::FILE* file = in_place ? std::fopen(path.c_str(), "wb") : nullptr;
    for (int number = 0; file == nullptr && !in_place; ++number) {
        // No file that is there already is touched: it may be somebody's.
        partial = path.string() + "." + std::to_string(number) + ".partial";
        file = std::fopen(partial.c_str(), "wbx");
        if (file == nullptr && errno != EEXIST) break;
    }
    const int reason = errno;
    OutputFile output(path, file == nullptr ? fs::path() : partial, file);
    if (file == nullptr) return output.failed(reason);
    return output;
}

Result<std::optional<OutputFile>> OutputFile::open_if_named(const fs::path& path) {
    std::optional<OutputFile> output;
    if (path.empty()) return output;
    FC_TRY(OutputFile opened, open(path));
    output.emplace(std::move(opened));
    return output;
}

Result<void> OutputFile::write(std::string_view text) {
    if (text.empty()) return {};  // fwrite takes no null pointer, not even for nothing.
    if (std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size()) return {};
    return failed(errno);
}

Result<void> OutputFile::keep() {
    if (std::fflush(file_.get()) != 0) return failed(errno);
    if (partial_.empty()) return {};
    std::FILE* const file = file_.release();
    if (std::fclose(file) != 0) return failed(errno);
    std::error_code error;
    fs::rename(partial_, path_, error);
    if (error) return failed(error.value());
    partial_.clear();
    return {};
}

}  // namespace flightcast::app::cli
