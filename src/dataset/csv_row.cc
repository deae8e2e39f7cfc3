// SPDX-License-Identifier: Apache-2.0
#include "dataset/csv_row.h"

#include <cstring>

namespace flightcast::dataset {
namespace {

// One field and where the next one starts: behind its comma; null for the last field.
struct Field {
    std::string_view text;
    char* next = nullptr;
    bool good = true;
};

Field plain_field(char* begin, char* end) {
    void* const comma = std::memchr(begin, ',', static_cast<std::size_t>(end - begin));
    char* const stop = comma == nullptr ? end : static_cast<char*>(comma);
    const std::string_view text(begin, static_cast<std::size_t>(stop - begin));
    return {text, comma == nullptr ? nullptr : stop + 1};
}

// `begin` is behind the opening quote. Doubled quotes are joined in place.
Field quoted_field(char* begin, char* end) {
    char* out = begin;
    for (char* in = begin; in != end; ++in) {
        if (*in == '"') {
            const bool doubled = in + 1 != end && in[1] == '"';
            if (!doubled) {
                const std::string_view text(begin, static_cast<std::size_t>(out - begin));
                if (in + 1 == end) return {text, nullptr};
                return {text, in + 2, in[1] == ','};
            }
            ++in;
        }
        *out++ = *in;
    }
    return {{}, nullptr, false};
}

}  // namespace

bool CsvRow::parse(std::span<char> line, std::size_t fields_max) {
    fields_.clear();
    char* begin = line.data();
    char* const end = begin + line.size();
    while (begin != nullptr && fields_.size() < fields_max) {
        const bool quoted = begin != end && *begin == '"';
        const Field field = quoted ? quoted_field(begin + 1, end) : plain_field(begin, end);
        if (!field.good) return false;
        fields_.push_back(field.text);
        begin = field.next;
    }
    return true;
}

}  // namespace flightcast::dataset
