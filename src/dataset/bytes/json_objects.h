// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "base/result.h"
#include "dataset/bytes/byte_source.h"

namespace flightcast::dataset::bytes {

// JSON objects in an array, or one behind the other over several lines, as one line each: so that a
// whole file of any size is read object by object. Text between them that is no object becomes a
// line of its own.
class JsonObjects final : public ByteSource {
  public:
    // Errors call the file `name`.
    JsonObjects(Source source, std::string name);

    // Fails as the source does, and with corrupt when the array is not closed.
    base::Result<std::size_t> read(std::span<char> bytes) override;
    [[nodiscard]] double share_read() const override { return source_->share_read(); }

    // The line of the file on which the next object begins: once for each line that was given, in
    // their order. REQUIRES: more lines were given than asked about.
    [[nodiscard]] std::size_t take_line_number();

  private:
    enum class Place { between, object, other };

    base::Result<bool> convert_more();
    void convert(char c);
    void convert_between(char c);
    void convert_object(char c);
    void start(Place place, char c);
    void end_line();

    const std::string name_;
    Source source_;
    std::vector<char> raw_;
    std::string text_;
    std::size_t done_ = 0;  // bytes of text_ that were read
    std::deque<std::size_t> line_numbers_;
    std::size_t line_ = 1;  // of the file
    Place place_ = Place::between;
    bool in_array_ = false;
    bool in_string_ = false;
    bool escaped_ = false;
    std::size_t depth_ = 0;
};

}  // namespace flightcast::dataset::bytes
