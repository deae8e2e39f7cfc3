// SPDX-License-Identifier: Apache-2.0
//
// Rows of JSON nearly always have the keys of the row before, in its order: so the place of a key
// is looked up only when it is another one.
#include "dataset/row/row_parser.h"

#include <utility>

#include "base/utf8.h"
#include "text/json_reader.h"

namespace flightcast::dataset {
namespace {

using Kind = text::JsonValue::Kind;

constexpr std::size_t kKeysMax = 1'000;  // that are remembered, and of one row
constexpr std::size_t kDetailBytesMax = 200;

}  // namespace

const RawFlight& RowParser::parse(
    const std::shared_ptr<const FlightLayout>& layout, std::span<char> row
) {
    if (layout_ != layout) {
        layout_ = layout;
        keys_.clear();
        sequence_.clear();
    }
    flight_.texts.fill({});
    flight_.problem = {};
    flight_.detail.clear();
    flight_.decimal_mark = layout_->decimal_mark();
    if (layout_->is_json()) {
        parse_json({row.data(), row.size()});
    } else {
        parse_csv(row);
    }
    return flight_;
}

void RowParser::parse_csv(std::span<char> row) {
    if (!row_.parse(row, layout_->separator(), layout_->width())) {
        flight_.problem = "bad quotes";
        return;
    }
    if (row_.fields().size() < layout_->width()) {
        flight_.problem = "too few fields";
        flight_.detail = std::to_string(row_.fields().size()) + " of the " +
                         std::to_string(layout_->width()) + " up to the last one that is read";
        return;
    }
    for (const FieldPlace& place : layout_->places()) {
        std::string_view& text = flight_.texts[static_cast<std::size_t>(place.field)];
        if (text.empty()) text = without_marks(row_.fields()[place.column]);
    }
}

void RowParser::parse_json(std::string_view row) {
    next_ = 0;
    ranks_.fill(UINT8_MAX);
    bool has_known = false;
    std::string keys;
    text::JsonReader reader(row);
    while (const auto member = reader.next()) {
        const Key& key = find_key(member->key);
        if (key) {
            has_known = true;
            take(*key, member->value);
        } else if (!has_known && keys.size() < kDetailBytesMax) {
            keys += (keys.empty() ? "it has " : ", ") + std::string(member->key);
        }
    }
    if (!reader.ok()) {
        flight_.problem = "no JSON object";
    } else if (!has_known) {
        flight_.problem = "no known field";
        flight_.detail = keys.empty() ? "it is empty" : keys + "; name yours by --columns";
    }
}

const RowParser::Key& RowParser::find_key(std::string_view name) {
    if (next_ < sequence_.size() && sequence_[next_]->first == name) {
        return sequence_[next_++]->second;
    }
    std::string key(name);
    auto known = keys_.find(key);
    if (known == keys_.end()) {
        if (keys_.size() >= kKeysMax) {
            keys_.clear();
            sequence_.clear();
            next_ = 0;
        }
        known = keys_.emplace(std::move(key), layout_->find_key(name)).first;
    }
    if (next_ < sequence_.size()) {
        sequence_[next_] = &*known;
    } else if (sequence_.size() < kKeysMax) {
        sequence_.push_back(&*known);
    }
    ++next_;
    return known->second;
}

void RowParser::take(const FieldPlace& place, const text::JsonValue& value) {
    const auto index = static_cast<std::size_t>(place.field);
    if (value.kind == Kind::object || value.kind == Kind::array) {
        flight_.problem = "a list or an object as a field";
        flight_.detail = "in " + std::string(name_of(place.field));
        return;
    }
    if (value.kind == Kind::null || place.rank > ranks_[index]) return;
    std::string_view text = value.text;
    if (value.kind == Kind::string && (!value.plain || !base::is_utf8(text))) {
        replaced_texts_[index] = value.to_string();
        text = replaced_texts_[index];
    }
    text = without_marks(text);
    if (text.empty()) return;
    flight_.texts[index] = text;
    ranks_[index] = place.rank;
}

}  // namespace flightcast::dataset
