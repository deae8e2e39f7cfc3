// SPDX-License-Identifier: Apache-2.0
//
// body    = [ preamble CRLF ] *( "--" boundary CRLF headers CRLF value CRLF ) "--" boundary "--"
// headers = *( name ":" value CRLF )
#include "flight/form/multipart.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "text/header_value.h"

namespace flightcast::flight {
namespace {

using base::Errc;
using base::fail;

constexpr std::size_t kBoundaryBytesMax = 70;  // RFC 2046, section 5.1.1
constexpr std::size_t kPartHeadBytesMax = 8'192;
constexpr std::string_view kLineEnd = "\r\n";

std::unexpected<base::Error> refuse(std::string detail) {
    return fail(Errc::invalid_argument, "the multipart form " + std::move(detail));
}

struct Part {
    std::optional<std::string> name;
    bool is_file = false;
    std::string_view value;
};

// Reads the headers at the start of `text`, and the rest as the part's value.
base::Result<Part> read_part(std::string_view text) {
    Part part;
    const std::string_view whole = text;
    while (!text.starts_with(kLineEnd)) {
        const std::size_t end = text.find(kLineEnd);
        if (end == std::string_view::npos || whole.size() - text.size() + end > kPartHeadBytesMax) {
            return refuse("has a part whose headers do not end");
        }
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + kLineEnd.size());
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos)
            return refuse("has a part with a header without colon");
        if (!text::equal_ignoring_case(line.substr(0, colon), "Content-Disposition")) continue;
        part.name = text::find_parameter(line.substr(colon + 1), "name");
        part.is_file = text::find_parameter(line.substr(colon + 1), "filename").has_value();
    }
    part.value = text.substr(kLineEnd.size());
    return part;
}

base::Result<std::string> read_boundary(std::string_view content_type) {
    auto boundary = text::find_parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > kBoundaryBytesMax) {
        return refuse("needs a boundary of 1 to 70 characters in its Content-Type");
    }
    return *std::move(boundary);
}

base::Result<void> store_part(const Part& part, Fields& fields) {
    if (!part.name) return refuse("has a part without a name");
    if (part.is_file) return {};
    std::optional<std::string>* field = find_field(fields, *part.name);
    if (field == nullptr || *field) return {};
    if (!base::is_utf8(part.value)) {
        return fail(Errc::invalid_argument, *part.name + ": is not UTF-8; send text as UTF-8");
    }
    field->emplace(part.value);
    return {};
}

// Takes the text up to the next delimiter, and the delimiter. The first one may start the body.
std::optional<std::string_view> take_until(std::string_view& rest, std::string_view delimiter) {
    const std::size_t at = rest.find(delimiter);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view before = rest.substr(0, at);
    rest.remove_prefix(at + delimiter.size());
    return before;
}

}  // namespace

base::Result<Fields> parse_multipart(std::string_view content_type, std::string_view body) {
    FC_TRY(const std::string boundary, read_boundary(content_type));
    const std::string delimiter = "\r\n--" + boundary;
    std::string_view rest = body;
    if (rest.starts_with(delimiter.substr(kLineEnd.size()))) {
        rest.remove_prefix(delimiter.size() - kLineEnd.size());
    } else if (!take_until(rest, delimiter)) {
        return refuse("does not contain its boundary");
    }

    Fields fields;
    while (!rest.starts_with("--")) {
        // Blanks may follow a boundary (RFC 2046).
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
        if (!rest.starts_with(kLineEnd)) return refuse("has a boundary that does not end its line");
        rest.remove_prefix(kLineEnd.size());
        const auto text = take_until(rest, delimiter);
        if (!text) return refuse("does not end with its boundary");
        FC_TRY(const Part part, read_part(*text));
        FC_TRY_VOID(store_part(part, fields));
    }
    return fields;
}

}  // namespace flightcast::flight
