// SPDX-License-Identifier: Apache-2.0
//
// Protobuf's wire format needs three kinds of fields here: numbers as varints, times as eight
// bytes, and everything else behind its length.
//
//     ExportTraceServiceRequest { ResourceSpans resource_spans = 1 }
//     ResourceSpans { Resource resource = 1; ScopeSpans scope_spans = 2 }
//     Resource { KeyValue attributes = 1 }
//     ScopeSpans { InstrumentationScope scope = 1 { string name = 1 }; Span spans = 2 }
//     Span { trace_id = 1; span_id = 2; parent_span_id = 4; name = 5; kind = 6;
//            start_time_unix_nano = 7; end_time_unix_nano = 8; attributes = 9; links = 13;
//            status = 15; flags = 16 }
//     Span.Link { trace_id = 1; span_id = 2 }    Status { message = 2; code = 3 }
//     KeyValue { key = 1; value = 2 { string_value = 1 } }
#include "tracing/otlp.h"

#include <chrono>
#include <cstdint>
#include <optional>

namespace flightcast::tracing {
namespace {

constexpr unsigned kVarint = 0;
constexpr unsigned kFixed64 = 1;
constexpr unsigned kBytes = 2;
constexpr unsigned kFixed32 = 5;
constexpr std::uint64_t kStatusError = 2;
constexpr std::uint32_t kSampledFlag = 1;

class Message {
  public:
    void varint(unsigned field, std::uint64_t value) {
        tag(field, kVarint);
        append_varint(value);
    }
    void fixed64(unsigned field, std::uint64_t value) {
        tag(field, kFixed64);
        for (int i = 0; i < 8; ++i) bytes_ += static_cast<char>(value >> (8U * i) & 0xffU);
    }
    void fixed32(unsigned field, std::uint32_t value) {
        tag(field, kFixed32);
        for (int i = 0; i < 4; ++i) bytes_ += static_cast<char>(value >> (8U * i) & 0xffU);
    }
    void bytes(unsigned field, std::string_view value) {
        tag(field, kBytes);
        append_varint(value.size());
        bytes_ += value;
    }
    template <std::size_t size>
    void bytes(unsigned field, const std::array<std::uint8_t, size>& id) {
        bytes(field, std::string_view(reinterpret_cast<const char*>(id.data()), id.size()));
    }
    void message(unsigned field, const Message& inner) { bytes(field, inner.bytes_); }

    [[nodiscard]] std::string take() { return std::move(bytes_); }

  private:
    void tag(unsigned field, unsigned kind) { append_varint(field << 3U | kind); }
    void append_varint(std::uint64_t value) {
        while (value >= 0x80) {
            bytes_ += static_cast<char>((value & 0x7fU) | 0x80U);
            value >>= 7U;
        }
        bytes_ += static_cast<char>(value);
    }

    std::string bytes_;
};

Message attribute(std::string_view key, std::string_view value) {
    Message any;
    any.bytes(1, value);
    Message attribute;
    attribute.bytes(1, key);
    attribute.message(2, any);
    return attribute;
}

std::uint64_t nanoseconds_of(base::WallTime time) {
    return static_cast<std::uint64_t>(std::chrono::nanoseconds(time.time_since_epoch()).count());
}

Message message_of(const Span& span) {
    Message message;
    message.bytes(1, span.trace);
    message.bytes(2, span.id);
    if (span.parent != SpanId{}) message.bytes(4, span.parent);
    message.bytes(5, span.name);
    message.varint(6, static_cast<std::uint64_t>(span.kind));
    message.fixed64(7, nanoseconds_of(span.start));
    message.fixed64(8, nanoseconds_of(span.end));
    for (const auto& [key, value] : span.attributes) message.message(9, attribute(key, value));
    for (const TraceContext& link : span.links) {
        Message linked;
        linked.bytes(1, link.trace);
        linked.bytes(2, link.span);
        message.message(13, linked);
    }
    if (!span.error.empty()) {
        Message status;
        status.bytes(2, span.error);
        status.varint(3, kStatusError);
        message.message(15, status);
    }
    message.fixed32(16, kSampledFlag);
    return message;
}

// The number or the bytes of the first field with this number; nothing for damaged bytes.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : bytes_(bytes) {}

    struct Field {
        unsigned number = 0;
        std::uint64_t value = 0;
        std::string_view bytes{};
    };

    std::optional<Field> next() {
        const auto tag = varint();
        if (!tag) return std::nullopt;
        Field field{.number = static_cast<unsigned>(*tag >> 3U)};
        const auto value = varint();
        if (!value) return std::nullopt;
        field.value = *value;
        if ((*tag & 7U) == kVarint) return field;
        if ((*tag & 7U) != kBytes || *value > bytes_.size()) return std::nullopt;
        field.bytes = bytes_.substr(0, *value);
        bytes_.remove_prefix(*value);
        return field;
    }

  private:
    std::optional<std::uint64_t> varint() {
        std::uint64_t value = 0;
        for (unsigned shift = 0; shift < 64 && !bytes_.empty(); shift += 7) {
            const auto byte = static_cast<std::uint8_t>(bytes_.front());
            bytes_.remove_prefix(1);
            value |= static_cast<std::uint64_t>(byte & 0x7fU) << shift;
            if ((byte & 0x80U) == 0) return value;
        }
        return std::nullopt;
    }

    std::string_view bytes_;
};

}  // namespace

std::string encode_otlp(const Resource& resource, std::span<const Span> spans) {
    Message attributes;
    for (const auto& [key, value] : resource) attributes.message(1, attribute(key, value));
    Message scope;
    scope.bytes(1, "flightcast");
    Message scope_spans;
    scope_spans.message(1, scope);
    for (const Span& span : spans) scope_spans.message(2, message_of(span));
    Message resource_spans;
    resource_spans.message(1, attributes);
    resource_spans.message(2, scope_spans);
    Message request;
    request.message(1, resource_spans);
    return request.take();
}

// ExportTraceServiceResponse { partial_success = 1 { rejected_spans = 1; error_message = 2 } }
std::size_t rejected_spans(std::string_view answer) {
    Reader outer(answer);
    while (const auto field = outer.next()) {
        if (field->number != 1) continue;
        Reader inner(field->bytes);
        while (const auto part = inner.next()) {
            if (part->number == 1 && part->bytes.empty()) return part->value;
        }
    }
    return 0;
}

}  // namespace flightcast::tracing
