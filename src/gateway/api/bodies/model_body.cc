// SPDX-License-Identifier: Apache-2.0
#include "gateway/api/bodies/model_body.h"

#include <algorithm>
#include <boost/json.hpp>

#include "base/limits.h"

namespace flightcast::gateway::api {

namespace json = boost::json;
using base::Errc;
using base::fail;
using base::Result;

namespace {

constexpr const char* kDefaultAuthor = "admin";
constexpr std::size_t kDigestDigits = 64;

Result<json::object> object_of(std::string_view text) {
    boost::system::error_code error;
    json::value value = json::parse(text, error);
    if (!error && value.is_object()) return std::move(value.get_object());
    return fail(Errc::invalid_argument, "The body is not a JSON object.");
}

std::unexpected<base::Error> wrong(std::string_view name, std::string_view wanted) {
    return fail(
        Errc::invalid_argument, "'" + std::string(name) + "' must be " + std::string(wanted) + "."
    );
}

// A text of people; absent: empty.
Result<std::string> words_of(const json::object& body, std::string_view name) {
    const json::value* const value = body.if_contains(name);
    if (value == nullptr) return std::string();
    const bool is_good =
        value->is_string() && value->get_string().size() <= base::limits::kRegistryTextBytesMax;
    if (is_good) return std::string(value->get_string());
    return wrong(
        name,
        "a string of at most " + std::to_string(base::limits::kRegistryTextBytesMax) + " bytes"
    );
}

Result<std::uint64_t> count_of(const json::object& body, std::string_view name) {
    const json::value* const value = body.if_contains(name);
    if (value != nullptr && value->is_int64() && value->get_int64() > 0) {
        return static_cast<std::uint64_t>(value->get_int64());
    }
    return wrong(name, "a whole number above 0");
}

Result<std::string> author_of(const json::object& body) {
    FC_TRY(std::string author, words_of(body, "author"));
    return author.empty() ? std::string(kDefaultAuthor) : author;
}

}  // namespace

bool is_digest(std::string_view text) {
    return text.size() == kDigestDigits && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

Result<AliasBody> read_alias_body(std::string_view text) {
    FC_TRY(const json::object body, object_of(text));
    AliasBody read;
    FC_TRY(read.reason, words_of(body, "reason"));
    FC_TRY(read.author, author_of(body));
    if (const json::value* const rollback = body.if_contains("rollback")) {
        if (!rollback->is_bool()) return wrong("rollback", "true or false");
        read.is_rollback = rollback->get_bool();
    }
    const json::value* const model = body.if_contains("model");
    if (read.is_rollback && model == nullptr) return read;
    if (read.is_rollback || model == nullptr || !(model->is_string() || model->is_null())) {
        return wrong(
            "model",
            "a version, or null for the model inside the program; without it, "
            "'rollback' must be true"
        );
    }
    if (model->is_string()) read.model = std::string(model->get_string());
    return read;
}

Result<ExperimentBody> read_experiment_body(std::string_view text) {
    FC_TRY(const json::object body, object_of(text));
    ExperimentBody read;
    FC_TRY(read.reason, words_of(body, "reason"));
    FC_TRY(read.author, author_of(body));
    FC_TRY(read.experiment.experiment, words_of(body, "experiment"));
    if (read.experiment.experiment.empty()) return wrong("experiment", "the name of it");
    if (const json::value* const promote = body.if_contains("auto_promote")) {
        if (!promote->is_bool()) return wrong("auto_promote", "true or false");
        read.experiment.auto_promote = promote->get_bool();
    }
    const json::value* const arms = body.if_contains("arms");
    if (arms == nullptr || !arms->is_array()) return wrong("arms", "a list of challengers");
    for (const json::value& item : arms->get_array()) {
        const json::object* const arm = item.if_object();
        const json::value* const model = arm == nullptr ? nullptr : arm->if_contains("model");
        const json::value* const weight = arm == nullptr ? nullptr : arm->if_contains("weight");
        if (model == nullptr || !model->is_string() ||
            (weight != nullptr && !weight->is_number())) {
            return wrong("arms", "a list of objects with a model and perhaps a weight from 0 to 1");
        }
        read.experiment.arms.push_back(
            {.model = std::string(model->get_string()),
             .weight = weight == nullptr ? 0 : weight->to_number<double>()}
        );
    }
    return read;
}

Result<Words> read_words(std::string_view text) {
    FC_TRY(const json::object body, object_of(text));
    Words read;
    FC_TRY(read.reason, words_of(body, "reason"));
    FC_TRY(read.author, author_of(body));
    return read;
}

Result<VersionBody> read_version_body(std::string_view text) {
    FC_TRY(const json::object body, object_of(text));
    VersionBody read;
    FC_TRY(read.reason, words_of(body, "reason"));
    FC_TRY(read.author, author_of(body));
    const json::value* const digest = body.if_contains("digest");
    if (digest == nullptr || !digest->is_string() || !is_digest(digest->get_string())) {
        return wrong("digest", "the SHA-256 of the packed bundle, 64 hex digits");
    }
    read.address.digest = std::string(digest->get_string());
    FC_TRY(read.address.bytes, count_of(body, "bytes"));
    if (read.address.bytes > base::limits::kRegistryBundleBytesMax) {
        return fail(
            Errc::invalid_argument,
            "A bundle of " + std::to_string(read.address.bytes) + " bytes is too large; at most " +
                std::to_string(base::limits::kRegistryBundleBytesMax) +
                " are taken: train with fewer trees or larger leaves."
        );
    }
    FC_TRY(const std::uint64_t parts, count_of(body, "parts"));
    const std::uint64_t needed = (read.address.bytes + base::limits::kModelPartBytesMax - 1) /
                                 base::limits::kModelPartBytesMax;
    if (parts != needed) return wrong("parts", std::to_string(needed) + " for so many bytes");
    read.address.parts = static_cast<std::uint32_t>(parts);
    return read;
}

}  // namespace flightcast::gateway::api
