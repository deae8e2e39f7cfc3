// SPDX-License-Identifier: Apache-2.0
#include "dataset/bytes/json_objects.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace flightcast::dataset::bytes {
namespace {

constexpr std::size_t kObjectsChunkBytes = 64 * 1'024;

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

JsonObjects::JsonObjects(Source source, std::string name)
    : name_(std::move(name)), source_(std::move(source)), raw_(kObjectsChunkBytes) {}

base::Result<std::size_t> JsonObjects::read(std::span<char> bytes) {
    while (done_ == text_.size()) {
        text_.clear();
        done_ = 0;
        FC_TRY(const bool more, convert_more());
        if (!more) return 0;
    }
    const std::size_t count = std::min(bytes.size(), text_.size() - done_);
    std::copy_n(text_.begin() + static_cast<std::ptrdiff_t>(done_), count, bytes.begin());
    done_ += count;
    return count;
}

std::size_t JsonObjects::take_line_number() {
    FC_CHECK(!line_numbers_.empty());
    const std::size_t line = line_numbers_.front();
    line_numbers_.pop_front();
    return line;
}

base::Result<bool> JsonObjects::convert_more() {
    FC_TRY(const std::size_t got, source_->read(raw_));
    if (got == 0) {
        // An object that is cut off stays a line without an end, and is noticed as such.
        if (!in_array_ || place_ == Place::object) return false;
        return base::fail(
            base::Errc::corrupt,
            name_ + ":" + std::to_string(line_) +
                ": the file ends in the middle of a JSON array; fetch it again"
        );
    }
    for (std::size_t i = 0; i < got; ++i) convert(raw_[i]);
    return true;
}

void JsonObjects::convert(char c) {
    switch (place_) {
        case Place::between:
            convert_between(c);
            break;
        case Place::object:
            convert_object(c);
            break;
        case Place::other:
            if (c == '\n' || c == ',' || c == '{' || c == ']') {
                end_line();
                convert_between(c);
            } else {
                text_ += c;
            }
            break;
    }
    if (c == '\n') ++line_;
}

void JsonObjects::convert_between(char c) {
    if (is_space(c) || c == ',') return;
    if (c == '[' && !in_array_) {
        in_array_ = true;
    } else if (c == ']' && in_array_) {
        in_array_ = false;
    } else {
        start(c == '{' ? Place::object : Place::other, c);
    }
}

void JsonObjects::convert_object(char c) {
    text_ += c == '\n' || c == '\r' ? ' ' : c;
    if (in_string_) {
        if (!escaped_ && c == '"') in_string_ = false;
        escaped_ = !escaped_ && c == '\\';
        return;
    }
    if (c == '"') in_string_ = true;
    if (c == '{') ++depth_;
    if (c == '}' && --depth_ == 0) end_line();
}

void JsonObjects::start(Place place, char c) {
    place_ = place;
    depth_ = 1;
    in_string_ = false;
    escaped_ = false;
    line_numbers_.push_back(line_);
    text_ += c;
}

void JsonObjects::end_line() {
    text_ += '\n';
    place_ = Place::between;
}

}  // namespace flightcast::dataset::bytes
