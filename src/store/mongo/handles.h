// SPDX-License-Identifier: Apache-2.0
//
// Owners of libmongoc's objects. Only files of this folder see them: other modules include
// mongo_store.h and mongo_distances.h.
#pragma once

#include <mongoc/mongoc.h>

#include <memory>
#include <string_view>
#include <utility>

namespace flightcast::store::mongo {

struct Destroy {
    void operator()(mongoc_uri_t* value) const { mongoc_uri_destroy(value); }
    void operator()(mongoc_collection_t* value) const { mongoc_collection_destroy(value); }
    void operator()(mongoc_cursor_t* value) const { mongoc_cursor_destroy(value); }
    void operator()(mongoc_bulk_operation_t* value) const { mongoc_bulk_operation_destroy(value); }
};

template <typename T>
using Handle = std::unique_ptr<T, Destroy>;

// A BSON document. (bson_t is aligned more than a unique_ptr's argument may be.)
class Bson {
  public:
    explicit Bson(bson_t* bson) : bson_(bson) {}
    ~Bson() { bson_destroy(bson_); }
    Bson(Bson&& other) noexcept : bson_(std::exchange(other.bson_, nullptr)) {}
    Bson& operator=(Bson&& other) noexcept {
        std::swap(bson_, other.bson_);
        return *this;
    }

    [[nodiscard]] bson_t* get() const { return bson_; }
    [[nodiscard]] bson_t& operator*() const { return *bson_; }
    [[nodiscard]] explicit operator bool() const { return bson_ != nullptr; }

  private:
    bson_t* bson_;
};

[[nodiscard]] inline Bson new_bson() {
    return Bson(bson_new());
}

// The answer of a call of libmongoc; released even when the call failed.
class Reply {
  public:
    Reply() { bson_init(&bson_); }
    ~Reply() { bson_destroy(&bson_); }
    Reply(const Reply&) = delete;
    Reply& operator=(const Reply&) = delete;

    // For a call that sets it up itself.
    [[nodiscard]] bson_t* out() {
        bson_destroy(&bson_);
        return &bson_;
    }
    [[nodiscard]] const bson_t& bson() const { return bson_; }

  private:
    bson_t bson_;
};

inline void append(bson_t& bson, std::string_view key, std::string_view value) {
    bson_append_utf8(
        &bson,
        key.data(),
        static_cast<int>(key.size()),
        value.data(),
        static_cast<int>(value.size())
    );
}

}  // namespace flightcast::store::mongo
