// SPDX-License-Identifier: Apache-2.0
#include "replay/position_file.h"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

#include "text/number_text.h"

namespace flightcast::replay {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using base::fail;

constexpr std::string_view kMagic = "flightcast-replay 1 ";
constexpr std::string_view kModel = "model ";
constexpr std::string_view kStep = "step ";

// Takes the next word of `rest`, up to a blank.
std::string_view take_word(std::string_view& rest) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return word;
}

template <typename Number>
std::optional<Number> take_number(std::string_view& rest) {
    const std::string_view word = take_word(rest);
    Number number{};
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (error != std::errc() || stop != word.data() + word.size()) return std::nullopt;
    return number;
}

std::unexpected<base::Error> io_error(const fs::path& path, const char* what) {
    return fail(Errc::io, path.string() + ": cannot " + what + ": " + std::strerror(errno));
}

}  // namespace

base::Result<PositionFile> PositionFile::open(
    const fs::path& path, const std::string& fingerprint, const base::Uuid& run
) {
    PositionFile file(path);
    std::error_code unknown;
    const bool is_there = fs::exists(path, unknown) && fs::file_size(path, unknown) > 0;
    if (is_there) FC_TRY_VOID(file.read(fingerprint));
    FC_TRY_VOID(file.open_to_append());
    if (file.run_.empty()) FC_TRY_VOID(file.start(fingerprint, run));
    return file;
}

base::Result<void> PositionFile::open_to_append() {
    file_.reset(std::fopen(path_.c_str(), "ae"));
    if (file_ == nullptr) return io_error(path_, "write the position of the replay");
    return {};
}

base::Result<void> PositionFile::start(const std::string& fingerprint, const base::Uuid& run) {
    run_ = run.to_string();
    return write(std::string(kMagic) + fingerprint + " " + run_ + "\n");
}

base::Result<void> PositionFile::read(const std::string& fingerprint) {
    std::ifstream in(path_, std::ios::binary);
    const std::string content(std::istreambuf_iterator<char>(in), {});
    if (!in) return io_error(path_, "read the position of the replay");
    const std::size_t end = content.rfind('\n');
    std::error_code refused;
    fs::resize_file(path_, end == std::string::npos ? 0 : end + 1, refused);
    if (refused) return fail(Errc::io, path_.string() + ": " + refused.message());
    if (end == std::string::npos) return {};  // not even the first line was written
    std::string_view rest(content.data(), end + 1);
    if (!rest.starts_with(kMagic)) {
        return fail(
            Errc::corrupt, path_.string() + " is not the position of a replay; give another"
        );
    }
    std::string_view head = rest.substr(kMagic.size(), rest.find('\n') - kMagic.size());
    if (take_word(head) != fingerprint) {
        return fail(
            Errc::invalid_argument,
            path_.string() +
                " is the position of another replay: its files or options differ; remove it to "
                "begin anew, or give another by --position"
        );
    }
    run_ = std::string(head);
    for (rest.remove_prefix(rest.find('\n') + 1); !rest.empty();) {
        const std::size_t stop = rest.find('\n');
        if (!read_line(rest.substr(0, stop))) {
            return fail(
                Errc::corrupt, path_.string() + ": the position is damaged; remove it to begin anew"
            );
        }
        rest.remove_prefix(stop + 1);
    }
    return {};
}

bool PositionFile::read_line(std::string_view line) {
    if (line.starts_with(kModel)) {
        models_.emplace_back(line.substr(kModel.size()));
        numbers_[models_.back()] = models_.size() - 1;
        return true;
    }
    return line.starts_with(kStep) && read_step(line.substr(kStep.size()));
}

bool PositionFile::read_step(std::string_view line) {
    const auto number = take_number<std::size_t>(line);
    if (number != steps_.size()) return false;
    std::vector<Answer> answers;
    while (!line.empty()) {
        const auto flight = take_number<std::uint32_t>(line);
        const auto model = take_number<std::size_t>(line);
        const auto predicted = take_number<std::size_t>(line);
        if (!flight || !model || !predicted || *model >= models_.size()) return false;
        Answer answer{.flight = *flight, .model = models_[*model], .predicted = *predicted};
        for (double& probability : answer.probabilities) {
            const auto read = take_number<double>(line);
            if (!read) return false;
            probability = *read;
        }
        answers.push_back(std::move(answer));
    }
    steps_.push_back(std::move(answers));
    return true;
}

// The number of a model; appends a line to `text` when it is new.
std::size_t PositionFile::model_number(const std::string& model, std::string& text) {
    const auto [place, is_new] = numbers_.try_emplace(model, models_.size());
    if (is_new) {
        models_.push_back(model);
        text += std::string(kModel) + model + "\n";
    }
    return place->second;
}

base::Result<void> PositionFile::add(std::span<const Answer> answers) {
    std::string text;
    std::string line = std::string(kStep) + std::to_string(steps_.size() + added_);
    for (const Answer& answer : answers) {
        line += " " + std::to_string(answer.flight) + " ";
        line += std::to_string(model_number(answer.model, text)) + " ";
        line += std::to_string(answer.predicted);
        for (const double probability : answer.probabilities) {
            line += ' ';
            text::append_python_float(line, probability);
        }
    }
    ++added_;
    return write(text + line + "\n");
}

base::Result<void> PositionFile::write(const std::string& text) {
    const bool is_written = std::fwrite(text.data(), 1, text.size(), file_.get()) == text.size() &&
                            std::fflush(file_.get()) == 0;
    if (!is_written) return io_error(path_, "write the position of the replay");
    return {};
}

void PositionFile::remove() {
    file_.reset();
    std::error_code gone;
    fs::remove(path_, gone);
}

}  // namespace flightcast::replay
