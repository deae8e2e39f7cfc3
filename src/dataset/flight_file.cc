// SPDX-License-Identifier: Apache-2.0
#include "dataset/flight_file.h"

#include <algorithm>
#include <utility>

#include "dataset/bytes/file_source.h"
#include "dataset/bytes/open_text.h"

namespace flightcast::dataset {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kExcelPrefix = "sep=";

enum class TextForm { empty, csv, json_lines, json_objects };

TextForm form_of_text(std::string_view head) {
    const std::size_t first = head.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return TextForm::empty;
    head.remove_prefix(first);
    const std::string_view line = head.substr(0, head.find('\n'));
    if (head.front() == '[') {
        const std::size_t inner = head.find_first_not_of(kSpace, 1);
        const bool is_array =
            inner != std::string_view::npos && (head[inner] == '{' || head[inner] == ']');
        return is_array ? TextForm::json_objects : TextForm::csv;
    }
    if (head.front() != '{') return TextForm::csv;
    // An object over several lines, as tools print it for people, breaks behind one of these.
    const char last = line[line.find_last_not_of(kSpace)];
    const bool goes_on = last == '{' || last == ',' || last == '[';
    return goes_on ? TextForm::json_objects : TextForm::json_lines;
}

}  // namespace

base::Result<FlightFile> FlightFile::open(const fs::path& path, const ReadOptions& options) {
    FC_TRY(auto text, bytes::open_text(path));
    return open(std::move(text), bytes::display_name(path), options);
}

base::Result<FlightFile> FlightFile::open(
    std::unique_ptr<bytes::HeadSource> text, std::string name, const ReadOptions& options
) {
    const TextForm form = form_of_text(text->head());
    if (form == TextForm::json_objects) {
        auto objects = std::make_unique<bytes::JsonObjects>(std::move(text), name);
        auto* const borrowed = objects.get();
        FlightFile file(bytes::LineReader(std::move(name), std::move(objects)), borrowed);
        file.layout_ = std::make_shared<FlightLayout>(
            FlightLayout::of_json(options, "a JSON array, or objects over several lines")
        );
        return file;
    }
    FlightFile file(bytes::LineReader(std::move(name), std::move(text)), nullptr);
    if (form == TextForm::json_lines) {
        file.layout_ = std::make_shared<FlightLayout>(FlightLayout::of_json(options));
        return file;
    }
    FC_TRY_VOID(file.read_header(options));
    return file;
}

base::Result<void> FlightFile::read_header(const ReadOptions& options) {
    while (true) {
        FC_TRY(const std::optional<std::span<char>> line, lines_.next());
        if (!line) {
            return base::fail(base::Errc::invalid_argument, lines_.name() + " is empty");
        }
        const std::string_view text(line->data(), line->size());
        if (text.find_first_not_of(kSpace) == std::string_view::npos) continue;
        if (text.starts_with(kExcelPrefix)) continue;
        FC_TRY(FlightLayout layout, FlightLayout::of_csv(*line, lines_.name(), options));
        layout_ = std::make_shared<FlightLayout>(std::move(layout));
        return {};
    }
}

base::Result<std::optional<RowText>> FlightFile::next() {
    while (true) {
        FC_TRY(const std::optional<std::span<char>> line, lines_.next());
        if (!line) return std::nullopt;
        const std::size_t number =
            objects_ == nullptr ? lines_.line_number() : objects_->take_line_number();
        if (line->empty()) continue;
        const std::string_view text(line->data(), line->size());
        const bool is_blank =
            text.front() <= ' ' && text.find_first_not_of(kSpace) == std::string_view::npos;
        if (!is_blank) return RowText{*line, number};
    }
}

base::Result<void> check_files(std::span<const fs::path> files, const ReadOptions& options) {
    if (std::ranges::count(files, fs::path(bytes::kStandardInput)) > 1) {
        return base::fail(
            base::Errc::invalid_argument, "--data names '-' twice; standard input is read once"
        );
    }
    for (const fs::path& path : files) {
        std::error_code error;
        const bool is_there = fs::exists(path, error) && !error;
        if (path == bytes::kStandardInput) continue;
        if (is_there && !fs::is_regular_file(path, error) && !fs::is_directory(path, error)) {
            continue;
        }
        FC_TRY_VOID(FlightFile::open(path, options));
    }
    return {};
}

std::vector<fs::path> repeated_files(std::span<const fs::path> files) {
    std::vector<fs::path> repeated;
    for (std::size_t i = 1; i < files.size(); ++i) {
        const auto is_same = [&](const fs::path& earlier) {
            std::error_code error;
            return earlier == files[i] || fs::equivalent(earlier, files[i], error);
        };
        const bool is_known = std::ranges::any_of(repeated, is_same);
        if (!is_known && std::ranges::any_of(files.first(i), is_same)) {
            repeated.push_back(files[i]);
        }
    }
    return repeated;
}

}  // namespace flightcast::dataset
