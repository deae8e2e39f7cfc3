// SPDX-License-Identifier: Apache-2.0
#include "forest/bundle.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "forest/bundle_json.h"
#include "forest/forest_file.h"
#include "forest/spark_forest_file.h"

namespace flightcast::forest {
namespace {

constexpr std::size_t kNameBytesMax = 64;
constexpr std::size_t kVersionDigits = 12;

std::string hex_sha256(std::span<const std::string_view> parts) {
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    FC_CHECK(context != nullptr);
    bool good = EVP_DigestInit_ex(context, EVP_sha256(), nullptr) == 1;
    for (const std::string_view part : parts) {
        good = good && EVP_DigestUpdate(context, part.data(), part.size()) == 1;
    }
    std::array<unsigned char, 32> digest{};
    good = good && EVP_DigestFinal_ex(context, digest.data(), nullptr) == 1;
    EVP_MD_CTX_free(context);
    FC_CHECK(good);
    std::string hex;
    for (const unsigned char byte : digest) {
        hex += "0123456789abcdef"[byte >> 4U];
        hex += "0123456789abcdef"[byte & 15U];
    }
    return hex;
}

std::string version_of_bytes(
    const Schema& schema,
    std::string_view mode,
    std::span<const std::byte> forest_bin,
    const std::optional<OnlineState>& online
) {
    const std::string schema_json = serialize_schema(schema);
    const auto text_of = [](std::span<const std::byte> bytes) {
        return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    };
    const std::string_view state = online ? text_of(online->bytes) : std::string_view();
    const std::array<std::string_view, 4> parts = {schema_json, mode, text_of(forest_bin), state};
    return hex_sha256(parts).substr(0, kVersionDigits);
}

// The way of answering, beside schema and forest a part of the version.
std::string_view mode_of(const Bundle& bundle) {
    return bundle.spark ? to_string(bundle.spark->mode) : std::string_view();
}

// Reads the trees into `bundle`, whose bundle.json was read, and checks them.
base::Result<void> parse_trees(
    Bundle& bundle, std::span<const std::byte> forest_bin, const std::string& source
) {
    base::Result<void> good;
    if (bundle.spark) {
        FC_TRY(bundle.spark->forest, parse_spark_forest(forest_bin, source));
        good = check(bundle.spark->forest, bundle.schema);
    } else {
        FC_TRY(bundle.forest, parse_forest(forest_bin, source));
        good = check(bundle.forest, bundle.schema);
    }
    if (good) return {};
    const char* const remedy = bundle.spark ? "import it again" : "train a new one";
    return base::fail(
        base::Errc::corrupt,
        source + ": " + good.error().detail + "; copy the model again or " + remedy
    );
}

}  // namespace

bool is_bundle_name(std::string_view name) {
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    };
    return !name.empty() && name.size() <= kNameBytesMax && std::ranges::all_of(name, allowed);
}

std::string version_of(
    const Schema& schema, const Forest& forest, const std::optional<OnlineState>& online
) {
    return version_of_bytes(schema, {}, serialize_forest(forest), online);
}

std::string version_of(const Schema& schema, const SparkModel& spark) {
    return version_of_bytes(
        schema, to_string(spark.mode), serialize_spark_forest(spark.forest), {}
    );
}

std::string_view forest_file_of(const Bundle& bundle) {
    return bundle.spark ? kSparkForestFile : kForestFile;
}

BundleBytes serialize(const Bundle& bundle) {
    return {
        serialize_bundle_json(bundle),
        bundle.spark ? serialize_spark_forest(bundle.spark->forest)
                     : serialize_forest(bundle.forest),
        bundle.online ? bundle.online->bytes : std::vector<std::byte>{}
    };
}

base::Result<Bundle> parse_bundle(
    std::string_view bundle_json,
    std::span<const std::byte> forest_bin,
    const std::string& source,
    std::span<const std::byte> online_bin
) {
    const std::string json_name = source + "/" + std::string(kBundleFile);
    FC_TRY(Bundle bundle, parse_bundle_json(bundle_json, json_name));
    const std::string forest_file(forest_file_of(bundle));
    FC_TRY_VOID(parse_trees(bundle, forest_bin, source + "/" + forest_file));
    if (bundle.online) bundle.online->bytes.assign(online_bin.begin(), online_bin.end());
    const std::string version =
        version_of_bytes(bundle.schema, mode_of(bundle), forest_bin, bundle.online);
    if (version != bundle.version) {
        const std::string others =
            bundle.online ? ", " + forest_file + " and " + std::string(kOnlineStateFile)
                          : " and " + forest_file;
        return base::fail(
            base::Errc::corrupt,
            json_name + others + " are not what version " + bundle.version +
                " was; copy all files of the model again"
        );
    }
    return bundle;
}

}  // namespace flightcast::forest
