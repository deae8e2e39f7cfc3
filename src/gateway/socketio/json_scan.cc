// SPDX-License-Identifier: Apache-2.0
//
// A recursive-descent reader that keeps nothing: clients' packets are checked whole and handed on
// as text, because most of them are passed along or looked at for one field.
#include "gateway/socketio/json_scan.h"

#include <charconv>

#include "base/limits.h"
#include "base/utf8.h"

namespace flightcast::gateway::socketio {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_hex(char c) {
    return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

class Scanner {
  public:
    Scanner(std::string_view text, std::optional<std::size_t> attachments)
        : text_(text), attachments_(attachments) {}

    std::optional<JsonShape> run() {
        JsonShape shape;
        skip_space();
        if (!value(0, &shape)) return std::nullopt;
        skip_space();
        if (at_ != text_.size()) return std::nullopt;
        return shape;
    }

  private:
    [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

    bool take(char c) {
        if (peek() != c || at_ >= text_.size()) return false;
        ++at_;
        return true;
    }

    void skip_space() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') ++at_;
    }

    bool word(std::string_view wanted) {
        if (!text_.substr(at_).starts_with(wanted)) return false;
        at_ += wanted.size();
        return true;
    }

    // `shape` is given for the outermost value only.
    bool value(std::size_t depth, JsonShape* shape) {
        if (depth > base::limits::kJsonDepthMax) return false;
        JsonKind kind = JsonKind::number;
        bool good = false;
        switch (peek()) {
            case '{':
                kind = JsonKind::object;
                good = object(depth);
                break;
            case '[':
                kind = JsonKind::array;
                good = array(depth, shape);
                break;
            case '"':
                kind = JsonKind::string;
                good = string();
                break;
            case 't':
                kind = JsonKind::boolean;
                good = word("true");
                break;
            case 'f':
                kind = JsonKind::boolean;
                good = word("false");
                break;
            case 'n':
                kind = JsonKind::null;
                good = word("null");
                break;
            default:
                good = number();
                break;
        }
        if (shape != nullptr) shape->kind = kind;
        return good;
    }

    bool array(std::size_t depth, JsonShape* shape) {
        ++at_;
        skip_space();
        if (take(']')) return true;
        while (true) {
            skip_space();
            const std::size_t begin = at_;
            if (!value(depth + 1, nullptr)) return false;
            if (shape != nullptr) shape->elements.push_back(text_.substr(begin, at_ - begin));
            skip_space();
            if (take(']')) return true;
            if (!take(',')) return false;
        }
    }

    bool object(std::size_t depth) {
        bool placeholder = false;
        std::string_view number_text;
        ++at_;
        skip_space();
        if (take('}')) return true;
        while (true) {
            skip_space();
            const std::size_t name_at = at_;
            if (peek() != '"' || !string()) return false;
            const std::string_view name = text_.substr(name_at, at_ - name_at);
            skip_space();
            if (!take(':')) return false;
            skip_space();
            const std::size_t value_at = at_;
            if (!value(depth + 1, nullptr)) return false;
            const std::string_view member = text_.substr(value_at, at_ - value_at);
            if (is_name(name, "_placeholder")) placeholder = member == "true";
            if (is_name(name, "num")) number_text = member;
            skip_space();
            if (take('}')) return !placeholder || placeholder_is_good(number_text);
            if (!take(',')) return false;
        }
    }

    // Whether a parser will read it as this member's name: escapes hide a name only from the eye.
    static bool is_name(std::string_view quoted, std::string_view name) {
        if (quoted.find('\\') != std::string_view::npos) return unquote(quoted) == name;
        return quoted.substr(1, quoted.size() - 2) == name;
    }

    [[nodiscard]] bool placeholder_is_good(std::string_view digits) const {
        if (!attachments_) return true;
        std::size_t number = 0;
        const char* end = digits.data() + digits.size();
        const auto [stop, error] = std::from_chars(digits.data(), end, number);
        return !digits.empty() && error == std::errc() && stop == end && number < *attachments_;
    }

    bool string() {
        ++at_;
        while (at_ < text_.size()) {
            const char c = text_[at_++];
            if (c == '"') return true;
            if (static_cast<unsigned char>(c) < 0x20) return false;
            if (c == '\\' && !escape()) return false;
        }
        return false;
    }

    bool escape() {
        const char c = peek();
        ++at_;
        if (c != 'u')
            return c != '\0' && std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos;
        for (int i = 0; i < 4; ++i) {
            if (!is_hex(peek())) return false;
            ++at_;
        }
        return true;
    }

    bool digits() {
        if (!is_digit(peek())) return false;
        while (is_digit(peek())) ++at_;
        return true;
    }

    bool number() {
        take('-');
        if (!take('0') && !digits()) return false;
        if (take('.') && !digits()) return false;
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            return digits();
        }
        return true;
    }

    const std::string_view text_;
    const std::optional<std::size_t> attachments_;
    std::size_t at_ = 0;
};

unsigned hex4(std::string_view digits) {
    unsigned value = 0;
    std::from_chars(digits.data(), digits.data() + 4, value, 16);
    return value;
}

// Appends the character of the \u escape whose digits begin at `at`, and returns where it ends. A
// surrogate without its other half becomes U+FFFD.
std::size_t append_escaped(std::string& out, std::string_view text, std::size_t at) {
    char32_t code = hex4(text.substr(at, 4));
    at += 4;
    const bool high = code >= 0xD800 && code < 0xDC00;
    if (high && text.substr(at).starts_with("\\u")) {
        const unsigned low = hex4(text.substr(at + 2, 4));
        if (low >= 0xDC00 && low < 0xE000) {
            base::append_utf8(out, 0x10000 + ((code - 0xD800) << 10U) + (low - 0xDC00));
            return at + 6;
        }
    }
    if (code >= 0xD800 && code < 0xE000) code = 0xFFFD;
    base::append_utf8(out, code);
    return at;
}

}  // namespace

std::optional<JsonShape> scan_json(std::string_view text, std::optional<std::size_t> attachments) {
    if (!base::is_utf8(text)) return std::nullopt;
    return Scanner(text, attachments).run();
}

std::string unquote(std::string_view json_string) {
    const std::string_view text = json_string.substr(1, json_string.size() - 2);
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        if (text[i] != '\\') {
            out.push_back(text[i++]);
            continue;
        }
        const char c = text[i + 1];
        i += 2;
        switch (c) {
            case 'b':
                out.push_back('\b');
                break;
            case 'f':
                out.push_back('\f');
                break;
            case 'n':
                out.push_back('\n');
                break;
            case 'r':
                out.push_back('\r');
                break;
            case 't':
                out.push_back('\t');
                break;
            case 'u':
                i = append_escaped(out, text, i);
                break;
            default:
                out.push_back(c);
                break;
        }
    }
    return out;
}

std::string quote(std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out.append({'\\', c});
        } else if (static_cast<unsigned char>(c) < 0x20) {
            const auto code = static_cast<unsigned char>(c);
            out.append("\\u00").append({kHex[code >> 4U], kHex[code & 15U]});
        } else {
            out.push_back(c);
        }
    }
    return out.append("\"");
}

}  // namespace flightcast::gateway::socketio
