// SPDX-License-Identifier: Apache-2.0
#include "store/mongo/write_reply.h"

#include <algorithm>
#include <string>

#include "store/mongo/mongo_error.h"

namespace flightcast::store::mongo {
namespace {

// Of mongod's error_codes.yml, and of servers that speak its protocol.
constexpr std::uint32_t kLasting[] = {
    2,       // BadValue: FerretDB's for an infinity
    14,      // TypeMismatch
    22,      // InvalidBSON
    52,      // DollarPrefixedFieldName
    53,      // InvalidIdField
    56,      // EmptyFieldName
    57,      // DottedFieldName
    121,     // DocumentValidationFailure: a rule of the collection
    171,     // CannotIndexParallelArrays
    10'334,  // BSONObjectTooLarge
    16'755,  // a field under an index on places holds no place
    17'280,  // KeyTooLong, before MongoDB 4.2
};

std::uint32_t code_of(const bson_iter_t& item) {
    bson_iter_t code;
    const bool known = bson_iter_recurse(&item, &code) && bson_iter_find(&code, "code");
    return known ? static_cast<std::uint32_t>(bson_iter_as_int64(&code)) : 0;
}

std::size_t index_of(const bson_iter_t& item) {
    bson_iter_t index;
    const bool known = bson_iter_recurse(&item, &index) && bson_iter_find(&index, "index");
    return known ? static_cast<std::size_t>(bson_iter_as_int64(&index)) : 0;
}

std::string reason_of(const bson_iter_t& item) {
    bson_iter_t message;
    if (!bson_iter_recurse(&item, &message) || !bson_iter_find(&message, "errmsg")) return {};
    return BSON_ITER_HOLDS_UTF8(&message) ? bson_iter_utf8(&message, nullptr) : std::string();
}

template <typename Visit>
void for_each_item(const bson_t& reply, const char* list_name, Visit visit) {
    bson_iter_t list;
    bson_iter_t item;
    if (!bson_iter_init_find(&list, &reply, list_name) || !bson_iter_recurse(&list, &item)) return;
    while (bson_iter_next(&item)) visit(item);
}

}  // namespace

bool is_lasting(std::uint32_t code) {
    return std::ranges::find(kLasting, code) != std::end(kLasting);
}

WriteReply read_write_reply(const bson_t& reply) {
    WriteReply read;
    bson_iter_t count;
    if (bson_iter_init_find(&count, &reply, "nInserted")) {
        read.inserted = static_cast<std::size_t>(bson_iter_as_int64(&count));
    }
    for_each_item(reply, "writeErrors", [&read](const bson_iter_t& item) {
        const std::uint32_t code = code_of(item);
        if (code == kDuplicateKey) {
            ++read.duplicates;
        } else if (is_lasting(code)) {
            read.refusals.push_back({.index = index_of(item), .reason = reason_of(item)});
        } else {
            read.has_others = true;
        }
    });
    for_each_item(reply, "writeConcernErrors", [&read](const bson_iter_t&) {
        read.has_others = true;
    });
    return read;
}

}  // namespace flightcast::store::mongo
