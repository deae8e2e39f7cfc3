// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/uuid.h"
#include "replay/judged_line.h"

namespace flightcast::replay {

// How far a replay is, in a file to which each finished step adds one line: so a replay goes on
// after its end at any moment, with the answers that it had. A step that was not finished is
// repeated under the same ids. The text of the file:
//
//     flightcast-replay 1 <fingerprint> <id of the run>
//     model <name@version>
//     step <number> <answers>: <flight> <model> <class> <probabilities> ...
//
// Models are numbered as they appear. A last line without its end is cut off and counts for
// nothing.
//
// Thread-safety: one thread per object.
class PositionFile {
  public:
    // Opens the file for the replay that `fingerprint` names (its files and options, one word), or
    // makes it, with `run` as the id. Errors: io; invalid_argument when it belongs to another
    // replay; corrupt when it cannot be read.
    [[nodiscard]] static base::Result<PositionFile> open(
        const std::filesystem::path& path, const std::string& fingerprint, const base::Uuid& run
    );

    // The id of the run, the same after each restart.
    [[nodiscard]] const std::string& run() const { return run_; }

    // Steps that are done, from the first on.
    [[nodiscard]] std::size_t steps_done() const { return steps_.size(); }

    // The answers of one of them. REQUIRES: step < steps_done() when the file was opened.
    [[nodiscard]] const std::vector<Answer>& answers(std::size_t step) const {
        return steps_[step];
    }

    // Adds the next step. It is safe from the end of this process when this returns, not from a
    // loss of power. Errors: io.
    [[nodiscard]] base::Result<void> add(std::span<const Answer> answers);

    // Removes the file: the replay is over.
    void remove();

  private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };

    explicit PositionFile(std::filesystem::path path) : path_(std::move(path)) {}
    base::Result<void> read(const std::string& fingerprint);
    base::Result<void> start(const std::string& fingerprint, const base::Uuid& run);
    base::Result<void> open_to_append();
    [[nodiscard]] bool read_line(std::string_view line);
    [[nodiscard]] bool read_step(std::string_view line);
    base::Result<void> write(const std::string& text);
    std::size_t model_number(const std::string& model, std::string& text);

    std::filesystem::path path_;
    std::string run_;
    std::unique_ptr<std::FILE, Close> file_;
    std::vector<std::vector<Answer>> steps_;
    std::size_t added_ = 0;  // steps since it was opened
    std::vector<std::string> models_;
    std::map<std::string, std::size_t> numbers_;  // of models
};

}  // namespace flightcast::replay
