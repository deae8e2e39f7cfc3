// SPDX-License-Identifier: Apache-2.0
//
// bundle.json has one line per part, so that people can read it. Reading never stops at a wrong
// field: the first problem is kept and reported at the end, which keeps the readers flat.
#include "forest/bundle_json.h"

#include <boost/json.hpp>
#include <cmath>
#include <limits>
#include <optional>
#include <set>

#include "base/limits.h"
#include "forest/distributions_json.h"

namespace flightcast::forest {
namespace {

namespace json = boost::json;

// 1: our own forests. 2: also imported Spark models, which have "spark".
constexpr std::int64_t kFormatVersion = 2;
constexpr std::int64_t kOwnForestVersion = 1;

// ---- writing

json::array to_array(const std::vector<std::string>& texts) {
    json::array array;
    for (const std::string& text : texts) array.emplace_back(text);
    return array;
}

json::object to_json(const Feature& feature) {
    json::object object{{"name", feature.name}};
    if (feature.kind == FeatureKind::numeric) {
        object["kind"] = "numeric";
    } else {
        object["kind"] = "categorical";
        object["categories"] = to_array(feature.categories);
    }
    return object;
}

json::object to_json(const Encoding& encoding) {
    json::array values;
    for (const float value : encoding.values) values.emplace_back(static_cast<double>(value));
    return {
        {"feature", encoding.feature},
        {"keys", to_array(encoding.keys)},
        {"values", std::move(values)},
        {"unknown", static_cast<double>(encoding.unknown)},
    };
}

json::array features_json(const Schema& schema) {
    json::array array;
    for (const Feature& feature : schema.features) array.push_back(to_json(feature));
    return array;
}

json::array encodings_json(const Schema& schema) {
    json::array array;
    for (const Encoding& encoding : schema.encodings) array.push_back(to_json(encoding));
    return array;
}

json::object classes_json() {
    return {
        {"names", {"early", "slightly_early", "slightly_late", "very_late"}},
        {"arrival_delay_minutes_bounds", {-15, 0, 30}},
    };
}

json::object to_json(const SparkModel& spark) {
    return {{"mode", to_string(spark.mode)}, {"saved_by_spark", spark.spark_version}};
}

json::object to_json(const Provenance& provenance) {
    json::array files;
    for (const SourceFile& file : provenance.files) {
        files.push_back(
            json::object{
                {"name", file.name},
                {"rows_kept", file.rows_kept},
                {"rows_left_out", file.rows_left_out},
            }
        );
    }
    json::object object = {
        {"command", provenance.command},
        {"files", std::move(files)},
        {"train_first_day", provenance.train_first_day},
        {"train_last_day", provenance.train_last_day},
        {"train_rows", provenance.train_rows},
        {"validate_first_day", provenance.validate_first_day},
        {"validate_last_day", provenance.validate_last_day},
        {"validate_rows", provenance.validate_rows},
    };
    if (const auto& judged = provenance.judged) {
        object["judged_model"] = json::object{
            {"train_first_day", judged->train_first_day},
            {"train_last_day", judged->train_last_day},
            {"train_rows", judged->train_rows},
        };
    }
    return object;
}

json::object to_json(const std::vector<std::pair<std::string, double>>& figures) {
    json::object object;
    for (const auto& [name, value] : figures) object[name] = value;
    return object;
}

json::array to_json(const std::vector<Scoreboard>& scoreboards) {
    json::array array;
    for (const Scoreboard& board : scoreboards) {
        array.push_back(json::object{{"name", board.name}, {"figures", to_json(board.figures)}});
    }
    return array;
}

json::object to_json(const DelayCounts& counts) {
    json::array flat;
    for (const auto& minute : counts.minutes) {
        for (const std::uint64_t flights : minute) flat.push_back(flights);
    }
    return {{"first_minute", DelayCounts::kMinutesMin}, {"flights_by_class", std::move(flat)}};
}

// ---- reading

class Reader {
  public:
    void blame(std::string_view what) {
        if (problem_.empty()) problem_ = what;
    }
    [[nodiscard]] const std::string& problem() const { return problem_; }

    const json::value& at(const json::object& object, std::string_view key) {
        static const json::value kNull;
        if (const json::value* value = object.if_contains(key)) return *value;
        blame("lacks \"" + std::string(key) + "\"");
        return kNull;
    }

    const json::object& object(const json::value& value, std::string_view what) {
        static const json::object kEmpty;
        if (const json::object* object = value.if_object()) return *object;
        blame("has no object at \"" + std::string(what) + "\"");
        return kEmpty;
    }

    const json::array& array(const json::object& parent, std::string_view key) {
        static const json::array kEmpty;
        if (const json::array* array = at(parent, key).if_array()) return *array;
        blame("has no list at \"" + std::string(key) + "\"");
        return kEmpty;
    }

    std::string text(const json::value& value, std::string_view what) {
        if (const json::string* text = value.if_string()) return {text->data(), text->size()};
        blame("has no text at \"" + std::string(what) + "\"");
        return {};
    }
    std::string text(const json::object& object, std::string_view key) {
        return text(at(object, key), key);
    }

    double number(const json::value& value, std::string_view what) {
        const double number = value.is_number() ? value.to_number<double>() : NAN;
        if (std::isfinite(number)) return number;
        blame("has no number at \"" + std::string(what) + "\"");
        return 0;
    }

    // A number that a float can hold.
    float small_number(const json::value& value, std::string_view what) {
        const double wide = number(value, what);
        if (std::abs(wide) <= std::numeric_limits<float>::max()) return static_cast<float>(wide);
        blame("has too large a number at \"" + std::string(what) + "\"");
        return 0;
    }

    std::uint64_t count(const json::object& object, std::string_view key) {
        const json::value& value = at(object, key);
        if (const std::int64_t* number = value.if_int64(); number != nullptr && *number >= 0) {
            return static_cast<std::uint64_t>(*number);
        }
        blame("has no count at \"" + std::string(key) + "\"");
        return 0;
    }

    std::vector<std::string> texts(const json::object& object, std::string_view key) {
        std::vector<std::string> texts;
        for (const json::value& value : array(object, key)) texts.push_back(text(value, key));
        if (std::set<std::string_view>(texts.begin(), texts.end()).size() != texts.size()) {
            blame("repeats an entry of \"" + std::string(key) + "\"");
        }
        return texts;
    }

  private:
    std::string problem_;
};

Feature read_feature(Reader& reader, const json::value& value) {
    const json::object& object = reader.object(value, "features");
    Feature feature{.name = reader.text(object, "name")};
    const std::string kind = reader.text(object, "kind");
    if (kind == "categorical") {
        feature.kind = FeatureKind::categorical;
        feature.categories = reader.texts(object, "categories");
        if (feature.categories.empty()) reader.blame("has an empty \"categories\"");
    } else if (kind != "numeric") {
        reader.blame("has a feature that is neither numeric nor categorical");
    }
    return feature;
}

Encoding read_encoding(Reader& reader, const json::value& value) {
    const json::object& object = reader.object(value, "encodings");
    Encoding encoding{
        .feature = reader.text(object, "feature"),
        .keys = reader.texts(object, "keys"),
    };
    for (const json::value& number : reader.array(object, "values")) {
        encoding.values.push_back(reader.small_number(number, "values"));
    }
    encoding.unknown = reader.small_number(reader.at(object, "unknown"), "unknown");
    if (encoding.keys.size() != encoding.values.size()) {
        reader.blame("has an encoding whose keys and values differ in number");
    }
    return encoding;
}

Schema read_schema(Reader& reader, const json::object& root) {
    Schema schema;
    for (const json::value& value : reader.array(root, "features")) {
        schema.features.push_back(read_feature(reader, value));
    }
    for (const json::value& value : reader.array(root, "encodings")) {
        schema.encodings.push_back(read_encoding(reader, value));
    }
    if (schema.features.empty()) reader.blame("has no features");
    if (schema.features.size() > base::limits::kModelFeaturesMax ||
        schema.encodings.size() > base::limits::kModelFeaturesMax) {
        reader.blame("has too many features");
    }
    return schema;
}

std::optional<JudgedModel> read_judged(Reader& reader, const json::object& provenance) {
    if (provenance.if_contains("judged_model") == nullptr) return std::nullopt;
    const json::object& object = reader.object(provenance.at("judged_model"), "judged_model");
    return JudgedModel{
        .train_first_day = reader.text(object, "train_first_day"),
        .train_last_day = reader.text(object, "train_last_day"),
        .train_rows = reader.count(object, "train_rows"),
    };
}

Provenance read_provenance(Reader& reader, const json::object& root) {
    const json::object& object = reader.object(reader.at(root, "provenance"), "provenance");
    Provenance provenance{
        .command = reader.text(object, "command"),
        .files = {},
        .train_first_day = reader.text(object, "train_first_day"),
        .train_last_day = reader.text(object, "train_last_day"),
        .train_rows = reader.count(object, "train_rows"),
        .validate_first_day = reader.text(object, "validate_first_day"),
        .validate_last_day = reader.text(object, "validate_last_day"),
        .validate_rows = reader.count(object, "validate_rows"),
        .judged = read_judged(reader, object),
    };
    for (const json::value& value : reader.array(object, "files")) {
        const json::object& file = reader.object(value, "files");
        provenance.files.push_back({
            .name = reader.text(file, "name"),
            .rows_kept = reader.count(file, "rows_kept"),
            .rows_left_out = reader.count(file, "rows_left_out"),
        });
    }
    return provenance;
}

std::vector<std::pair<std::string, double>> read_figures(
    Reader& reader, const json::object& parent, std::string_view key
) {
    std::vector<std::pair<std::string, double>> figures;
    for (const auto& [name, figure] : reader.object(reader.at(parent, key), key)) {
        figures.emplace_back(name, reader.number(figure, key));
    }
    return figures;
}

std::vector<Scoreboard> read_scoreboards(Reader& reader, const json::object& root) {
    std::vector<Scoreboard> boards;
    for (const json::value& value : reader.array(root, "metrics")) {
        const json::object& object = reader.object(value, "metrics");
        boards.push_back({reader.text(object, "name"), read_figures(reader, object, "figures")});
    }
    return boards;
}

std::optional<DelayCounts> read_delay_counts(Reader& reader, const json::object& root) {
    if (root.if_contains("delay_counts") == nullptr) return std::nullopt;
    const json::object& object = reader.object(root.at("delay_counts"), "delay_counts");
    const json::array& flat = reader.array(object, "flights_by_class");
    DelayCounts counts;
    if (flat.size() != DelayCounts::kMinutes * kClassCount ||
        reader.at(object, "first_minute") != DelayCounts::kMinutesMin) {
        reader.blame("has \"delay_counts\" of other minutes than this program knows");
        return std::nullopt;
    }
    std::uint64_t all = 0;
    for (std::size_t i = 0; i < flat.size(); ++i) {
        const std::int64_t* const flights = flat[i].if_int64();
        if (flights == nullptr || *flights < 0 || *flights > 0xFFFF'FFFF) {
            reader.blame("has no count in \"delay_counts\"");
            return std::nullopt;
        }
        counts.minutes[i / kClassCount][i % kClassCount] = static_cast<std::uint64_t>(*flights);
        all += static_cast<std::uint64_t>(*flights);
    }
    if (all == 0) reader.blame("has \"delay_counts\" without flights");
    return counts;
}

// Reads the fields that older bundles lack; their defaults stay.
void read_later_parts(Reader& reader, const json::object& root, Bundle& bundle) {
    if (root.if_contains("feature_set") != nullptr) {
        const std::uint64_t version = reader.count(root, "feature_set");
        if (version < 1 || version > 0xFFFF'FFFF) reader.blame("has a bad \"feature_set\"");
        bundle.feature_set = static_cast<std::uint32_t>(version);
    }
    if (root.if_contains("gain") != nullptr) bundle.gain = read_figures(reader, root, "gain");
    bundle.delay_counts = read_delay_counts(reader, root);
    if (const json::value* const value = root.if_contains("distributions")) {
        auto read = read_distributions(*value);
        if (!read) return reader.blame(read.error().detail);
        bundle.distributions = *std::move(read);
    }
    if (root.if_contains("online") == nullptr) return;
    const std::string file = reader.text(reader.object(root.at("online"), "online"), "state");
    if (file != kOnlineStateFile) reader.blame("names another file of its online state");
    bundle.online.emplace();
}

std::optional<SparkModel> read_spark(Reader& reader, const json::object& root) {
    const json::value* const value = root.if_contains("spark");
    if (value == nullptr) return std::nullopt;
    const json::object& object = reader.object(*value, "spark");
    SparkModel spark;
    spark.spark_version = reader.text(object, "saved_by_spark");
    const std::string mode = reader.text(object, "mode");
    if (mode == to_string(SparkMode::corrected)) {
        spark.mode = SparkMode::corrected;
    } else if (mode != to_string(SparkMode::as_deployed)) {
        reader.blame("has a \"mode\" that is neither as-deployed nor corrected");
    }
    return spark;
}

std::unexpected<base::Error> corrupt(const std::string& source, const std::string& problem) {
    return base::fail(
        base::Errc::corrupt, source + " " + problem + "; copy the model again or train a new one"
    );
}

// The format version is read first: a newer one may look quite different.
base::Result<void> check_format(const json::object& root, const std::string& source) {
    const json::value* const format = root.if_contains("format_version");
    const std::int64_t* const version = format == nullptr ? nullptr : format->if_int64();
    if (version == nullptr || *version < 1) return corrupt(source, "has no format_version");
    if (*version <= kFormatVersion) return {};
    return base::fail(
        base::Errc::unsupported,
        source + " has format version " + std::to_string(*version) + ", newer than " +
            std::to_string(kFormatVersion) + "; upgrade flightcast"
    );
}

}  // namespace

std::string serialize_schema(const Schema& schema) {
    return json::serialize(json::array{features_json(schema), encodings_json(schema)});
}

std::string serialize_bundle_json(const Bundle& bundle) {
    json::object parts{
        {"format_version", bundle.spark ? kFormatVersion : kOwnForestVersion},
        {"name", bundle.name},
        {"version", bundle.version},
        {"classes", classes_json()},
    };
    if (bundle.spark) parts["spark"] = to_json(*bundle.spark);
    parts["provenance"] = to_json(bundle.provenance);
    parts["metrics"] = to_json(bundle.scoreboards);
    if (!bundle.gain.empty()) parts["gain"] = to_json(bundle.gain);
    if (bundle.delay_counts) parts["delay_counts"] = to_json(*bundle.delay_counts);
    if (bundle.distributions) parts["distributions"] = distributions_json(*bundle.distributions);
    if (bundle.online) parts["online"] = json::object{{"state", kOnlineStateFile}};
    parts["feature_set"] = bundle.feature_set;
    parts["features"] = features_json(bundle.schema);
    parts["encodings"] = encodings_json(bundle.schema);
    std::string text = "{";
    for (const auto& [key, value] : parts) {
        text += text.size() == 1 ? "\n" : ",\n";
        text += json::serialize(json::string(key)) + ": " + json::serialize(value);
    }
    return text + "\n}\n";
}

base::Result<Bundle> parse_bundle_json(std::string_view text, const std::string& source) {
    boost::system::error_code error;
    const json::value value = json::parse({text.data(), text.size()}, error);
    if (error || !value.is_object()) return corrupt(source, "is no JSON object, or is cut off");
    const json::object& root = value.get_object();
    FC_TRY_VOID(check_format(root, source));
    Reader reader;
    Bundle bundle{
        .name = reader.text(root, "name"),
        .version = reader.text(root, "version"),
        .schema = read_schema(reader, root),
        .forest = {},
        .spark = read_spark(reader, root),
        .provenance = read_provenance(reader, root),
        .scoreboards = read_scoreboards(reader, root),
    };
    read_later_parts(reader, root, bundle);
    if (!is_bundle_name(bundle.name)) reader.blame("has a bad \"name\"");
    if (root.if_contains("classes") == nullptr || root.at("classes") != classes_json()) {
        reader.blame("has other classes than this program answers");
    }
    if (!reader.problem().empty()) return corrupt(source, reader.problem());
    return bundle;
}

}  // namespace flightcast::forest
