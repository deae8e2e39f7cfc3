// SPDX-License-Identifier: Apache-2.0
#include "dataset/row/csv_row.h"

#include <cstring>

namespace flightcast::dataset {
namespace {

// One field and where the next one starts: behind its separator; null for the last field.
struct Field {
    std::string_view text;
    char* next = nullptr;
    bool good = true;
};

Field plain_field(char* begin, char* end, char separator) {
    void* const found = std::memchr(begin, separator, static_cast<std::size_t>(end - begin));
    char* const stop = found == nullptr ? end : static_cast<char*>(found);
    const std::string_view text(begin, static_cast<std::size_t>(stop - begin));
    return {text, found == nullptr ? nullptr : stop + 1};
}

// The field whose closing quote is at `quote`.
Field closed_field(std::string_view text, char* quote, char* end, char separator) {
    char* after = quote + 1;
    while (after != end && *after == ' ') ++after;
    if (after == end) return {text, nullptr};
    return {text, after + 1, *after == separator};
}

// `begin` is behind the opening quote. Doubled quotes are joined in place.
Field quoted_field(char* begin, char* end, char separator) {
    char* out = begin;
    for (char* in = begin; in != end; ++in) {
        if (*in == '"') {
            const bool doubled = in + 1 != end && in[1] == '"';
            if (!doubled) {
                const std::string_view text(begin, static_cast<std::size_t>(out - begin));
                return closed_field(text, in, end, separator);
            }
            ++in;
        }
        *out++ = *in;
    }
    return {{}, nullptr, false};
}

// Where the quote is that opens the field at `begin`; null when it is plain.
char* opening_quote(char* begin, char* end) {
    while (begin != end && *begin == ' ') ++begin;
    return begin != end && *begin == '"' ? begin : nullptr;
}

}  // namespace

bool CsvRow::parse(std::span<char> line, char separator, std::size_t fields_max) {
    fields_.clear();
    char* begin = line.data();
    char* const end = begin + line.size();
    while (begin != nullptr && fields_.size() < fields_max) {
        char* const quote = opening_quote(begin, end);
        const Field field = quote == nullptr ? plain_field(begin, end, separator)
                                             : quoted_field(quote + 1, end, separator);
        if (!field.good) return false;
        fields_.push_back(field.text);
        begin = field.next;
    }
    return true;
}

}  // namespace flightcast::dataset
