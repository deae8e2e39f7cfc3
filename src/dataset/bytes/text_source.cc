// SPDX-License-Identifier: Apache-2.0
#include "dataset/bytes/text_source.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "base/limits.h"
#include "base/utf8.h"

namespace flightcast::dataset::bytes {
namespace {

constexpr std::string_view kMark8 = "\xEF\xBB\xBF";
constexpr std::string_view kMarkLittle = "\xFF\xFE";
constexpr std::string_view kMarkBig = "\xFE\xFF";
constexpr std::size_t kUnitsChunkBytes = 64 * 1'024;

enum class ByteOrder { little, big };

class Utf16Source final : public ByteSource {
  public:
    Utf16Source(Source source, ByteOrder order, std::string name)
        : order_(order), name_(std::move(name)), source_(std::move(source)) {}

    base::Result<std::size_t> read(std::span<char> bytes) override {
        while (done_ == text_.size()) {
            text_.clear();
            done_ = 0;
            FC_TRY(const bool more, convert_more());
            if (!more) break;
        }
        const std::size_t count = std::min(bytes.size(), text_.size() - done_);
        std::copy_n(text_.begin() + static_cast<std::ptrdiff_t>(done_), count, bytes.begin());
        done_ += count;
        return count;
    }

    [[nodiscard]] double share_read() const override { return source_->share_read(); }

  private:
    base::Result<bool> convert_more() {
        FC_TRY(const std::size_t got, source_->read(std::span(raw_).subspan(raw_size_)));
        if (got == 0) {
            if (raw_size_ == 0) return false;
            return base::fail(
                base::Errc::corrupt,
                name_ + " is UTF-16 and ends in the middle of a character; fetch the file again"
            );
        }
        raw_size_ += got;
        const std::size_t whole = raw_size_ / 2 * 2;
        for (std::size_t i = 0; i < whole; i += 2) append_unit(unit_at(i));
        raw_[0] = raw_[whole];  // of a half unit, if there is one
        raw_size_ -= whole;
        return true;
    }

    [[nodiscard]] char32_t unit_at(std::size_t place) const {
        const auto first = static_cast<unsigned char>(raw_[place]);
        const auto second = static_cast<unsigned char>(raw_[place + 1]);
        return order_ == ByteOrder::little ? first + second * 256U : first * 256U + second;
    }

    void append_unit(char32_t unit) {
        constexpr char32_t kReplacement = 0xFFFD;
        const bool is_low = unit >= 0xDC00 && unit < 0xE000;
        if (high_) {
            const char32_t high = *std::exchange(high_, std::nullopt);
            if (is_low) {
                base::append_utf8(text_, 0x10000 + ((high - 0xD800) << 10U) + (unit - 0xDC00));
                return;
            }
            base::append_utf8(text_, kReplacement);
        }
        if (unit >= 0xD800 && unit < 0xDC00) {
            high_ = unit;
        } else {
            base::append_utf8(text_, is_low ? kReplacement : unit);
        }
    }

    const ByteOrder order_;
    const std::string name_;
    Source source_;
    std::array<char, kUnitsChunkBytes + 1> raw_{};
    std::size_t raw_size_ = 0;
    std::optional<char32_t> high_;  // the first half of a pair
    std::string text_;
    std::size_t done_ = 0;  // bytes of text_ that were read
};

// Text whose lines end with a carriage return alone.
class CarriageReturns final : public ByteSource {
  public:
    explicit CarriageReturns(Source source) : source_(std::move(source)) {}

    base::Result<std::size_t> read(std::span<char> bytes) override {
        FC_TRY(const std::size_t got, source_->read(bytes));
        std::ranges::replace(bytes.first(got), '\r', '\n');
        return got;
    }

    [[nodiscard]] double share_read() const override { return source_->share_read(); }

  private:
    Source source_;
};

base::Result<std::unique_ptr<HeadSource>> with_line_ends(std::unique_ptr<HeadSource> source) {
    const std::string_view head = source->head();
    const bool has_returns = head.find('\r') != std::string_view::npos;
    if (!has_returns || head.find('\n') != std::string_view::npos) return source;
    return HeadSource::peek(
        std::make_unique<CarriageReturns>(std::move(source)), base::limits::kCsvLineBytesMax
    );
}

// The byte order of text that is UTF-16; passes its mark.
std::optional<ByteOrder> skip_utf16_mark(HeadSource& source) {
    const std::string_view head = source.head();
    if (head.starts_with(kMarkLittle) || head.starts_with(kMarkBig)) {
        const bool is_little = head.starts_with(kMarkLittle);
        source.skip(2);
        return is_little ? ByteOrder::little : ByteOrder::big;
    }
    if (head.size() < 4) return std::nullopt;
    if (head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0) return ByteOrder::little;
    if (head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0) return ByteOrder::big;
    return std::nullopt;
}

}  // namespace

base::Result<std::unique_ptr<HeadSource>> to_utf8(
    std::unique_ptr<HeadSource> source, std::string name
) {
    if (source->head().starts_with(kMark8)) {
        source->skip(kMark8.size());
        return with_line_ends(std::move(source));
    }
    const auto order = skip_utf16_mark(*source);
    if (!order) return with_line_ends(std::move(source));
    FC_TRY(
        source,
        HeadSource::peek(
            std::make_unique<Utf16Source>(std::move(source), *order, std::move(name)),
            base::limits::kCsvLineBytesMax
        )
    );
    return with_line_ends(std::move(source));
}

}  // namespace flightcast::dataset::bytes
