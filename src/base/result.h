// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace flightcast::base {

// The kind of an expected failure: callers branch on it, people read `Error::detail`.
enum class Errc {
    invalid_argument,  // Input from outside is invalid; the detail names the field and its
                       // accepted.
    not_found,
    already_exists,
    corrupt,      // Stored bytes are damaged or of another kind.
    unsupported,  // Understood, but made by a newer version or not offered here.
    full,         // A bound was reached; nothing was done, try again later.
    unavailable,  // Something that we depend on does not answer; try again later.
    timeout,
    fenced,  // Another instance took over; stop.
    io,      // The operating system refused; the detail has its reason.
    closed,  // Shutting down.
};

// The name of `errc`, as in the enumeration.
[[nodiscard]] std::string_view to_string(Errc errc);

struct Error {
    Errc code{};
    std::string detail;  // One sentence: the thing, its fault, and the way out.

    bool operator==(const Error&) const = default;
};

template <typename T>
using Result = std::expected<T, Error>;

// `return fail(Errc::not_found, path);`
[[nodiscard]] inline std::unexpected<Error> fail(Errc code, std::string detail) {
    return std::unexpected(Error{code, std::move(detail)});
}

// "io: cannot open /x: Permission denied", for people.
[[nodiscard]] std::string to_string(const Error& error);

}  // namespace flightcast::base

#define FC_TRY_JOIN_(a, b) a##b
#define FC_TRY_JOIN(a, b) FC_TRY_JOIN_(a, b)

// FC_TRY(const Forest forest, load_forest(path)); declares `forest`, or returns the error.
#define FC_TRY(declaration, ...) \
    FC_TRY_IMPL(FC_TRY_JOIN(fc_try_, __LINE__), declaration, __VA_ARGS__)
#define FC_TRY_IMPL(temporary, declaration, ...)                          \
    auto temporary = (__VA_ARGS__);                                       \
    if (!temporary) return std::unexpected(std::move(temporary).error()); \
    declaration = *std::move(temporary)

// FC_TRY_VOID(write_all(file, bytes)); returns the error, if there is one.
#define FC_TRY_VOID(...)                                              \
    do {                                                              \
        if (auto fc_try_result = (__VA_ARGS__); !fc_try_result)       \
            return std::unexpected(std::move(fc_try_result).error()); \
    } while (false)
