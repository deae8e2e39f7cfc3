// SPDX-License-Identifier: Apache-2.0
#include "importer/spark_pipeline.h"

#include <algorithm>
#include <bit>
#include <boost/json.hpp>
#include <exception>
#include <map>
#include <set>

#include "importer/spark_columns.h"
#include "importer/spark_part.h"

namespace flightcast::importer {
namespace {

namespace json = boost::json;
using base::Errc;
using base::fail;
using base::Result;

using Parts = std::vector<SparkPart>;

// The found text, for messages.
std::string kinds_of(const Parts& parts) {
    std::set<std::string> kinds;
    for (const SparkPart& part : parts) {
        const std::string name = text_of(part.metadata->at("class"));
        kinds.insert(name.substr(name.rfind('.') + 1));
    }
    std::string text;
    for (const std::string& kind : kinds) text += (text.empty() ? "" : ", ") + kind;
    return text;
}

Result<const SparkPart*> only_forest(const Parts& parts) {
    const auto first = std::ranges::find(parts, SparkKind::forest, &SparkPart::kind);
    if (first == parts.end()) {
        return fail(
            Errc::unsupported,
            "is no pipeline of a random forest classifier: it holds " + kinds_of(parts)
        );
    }
    const auto second = std::find_if(first + 1, parts.end(), [](const SparkPart& part) {
        return part.kind == SparkKind::forest;
    });
    if (second == parts.end()) return &*first;
    return fail(
        Errc::unsupported,
        "has two random forests, " + first->folder + " and " + second->folder +
            "; name a folder with the parts of one model"
    );
}

Result<void> check_has(const Parts& parts, SparkKind kind, const char* name) {
    if (std::ranges::find(parts, kind, &SparkPart::kind) != parts.end()) return {};
    return fail(
        Errc::not_found,
        "lacks the part of the kind " + std::string(name) + "; it holds " + kinds_of(parts)
    );
}

// Spark tells columns apart by their letters alone, whatever their case.
std::string lower(std::string name) {
    for (char& c : name) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    return name;
}

std::string text_parameter(const SparkPart& part, std::string_view name, std::string otherwise) {
    const json::value* const value = parameter(part, name);
    return value == nullptr ? std::move(otherwise) : text_of(*value);
}

// A part in the order of the pipeline: the columns that it waits for, and those that it gives.
struct Step {
    const SparkPart* part = nullptr;
    std::vector<std::string> inputs{};
    std::vector<std::string> outputs{};

    // Else it answers, or names answers.
    [[nodiscard]] bool computes_features() const {
        return part->kind != SparkKind::forest && part->kind != SparkKind::class_name;
    }
};

Result<Step> step_of(const SparkPart& part) {
    Step step{.part = &part};
    if (part.kind == SparkKind::forest) {
        step.inputs = {text_parameter(part, "featuresCol", "features")};
        step.outputs = {text_parameter(part, "predictionCol", "prediction")};
        return step;
    }
    FC_TRY(step.inputs, column_names(part, "input"));
    FC_TRY(step.outputs, column_names(part, "output"));
    return step;
}

Result<std::vector<Step>> steps_of(const Parts& parts) {
    std::vector<Step> steps;
    std::map<std::string, std::string> givers;  // of each column, the part's folder
    for (const SparkPart& part : parts) {
        if (part.kind == SparkKind::container) continue;
        FC_TRY(Step step, step_of(part));
        for (const std::string& output : step.outputs) {
            if (!step.computes_features()) break;
            const auto [giver, is_new] = givers.emplace(lower(output), part.folder);
            if (is_new) continue;
            return fail(
                Errc::unsupported,
                "has two parts that give the column " + output + ", " + giver->second + " and " +
                    part.folder + "; name a folder with the parts of one model"
            );
        }
        steps.push_back(std::move(step));
    }
    return steps;
}

// A column that `step` takes and one of `others` gives; null when there is none.
const std::string* awaited_column(const Step& step, const std::vector<Step>& others) {
    for (const std::string& input : step.inputs) {
        for (const Step& other : others) {
            const auto is_input = [&input](const std::string& output) {
                return lower(output) == lower(input);
            };
            if (std::ranges::any_of(other.outputs, is_input)) return &input;
        }
    }
    return nullptr;
}

// Runs every step when what it takes is there. With `in_order` the next one must be the first.
Result<SparkColumns> run_steps(std::vector<Step> steps, bool in_order) {
    SparkColumns columns;
    while (!steps.empty()) {
        auto next = steps.begin();
        const auto waits = [&steps](const Step& step) {
            return awaited_column(step, steps) != nullptr;
        };
        if (!in_order) next = std::ranges::find_if_not(steps, waits);
        if (next == steps.end() || waits(*next)) {
            // Of those that wait for one another the cause is rather before the forest.
            if (next == steps.end()) next = std::ranges::find_if(steps, &Step::computes_features);
            const Step& step = next == steps.end() ? steps.front() : *next;
            return fail(
                Errc::corrupt,
                "has " + step.part->folder + ", which takes the column " +
                    *awaited_column(step, steps) +
                    " before it is there; save the pipeline with its parts in order"
            );
        }
        if (next->computes_features()) FC_TRY_VOID(columns.run(*next->part));
        steps.erase(next);
    }
    return columns;
}

double double_of(const json::value& bits) {
    return std::bit_cast<double>(bits.as_int64());
}

SparkNodeRow node_of(const json::value& value) {
    const json::array& row = value.as_array();
    SparkNodeRow node{
        .tree = row.at(0).as_int64(),
        .id = row.at(1).as_int64(),
        .left = row.at(2).as_int64(),
        .right = row.at(3).as_int64(),
        .feature = row.at(4).as_int64(),
        .categories = row.at(5).as_int64(),
    };
    const json::array& split = row.at(6).as_array();
    if (node.categories >= 0) {
        for (const json::value& category : split) {
            node.left_categories.push_back(category.as_int64());
        }
    } else if (node.left >= 0) {
        node.threshold = double_of(split.at(0));
    }
    for (const json::value& count : row.at(7).as_array()) node.stats.push_back(double_of(count));
    return node;
}

Result<void> read_trees(const SparkPart& part, SparkPipeline& pipeline) {
    const json::array& trees = part.content->at("trees").as_array();
    pipeline.trees = static_cast<std::int64_t>(trees.size());
    std::int64_t expected = 0;
    for (const json::value& tree : trees) {
        const json::array& row = tree.as_array();
        if (row.at(0).as_int64() == expected++ && double_of(row.at(1)) == 1) continue;
        return fail(Errc::unsupported, "has " + part.folder + " with trees of unequal weight");
    }
    for (const json::value& row : part.content->at("nodes").as_array()) {
        pipeline.nodes.push_back(node_of(row));
    }
    return {};
}

// What the forest says of itself must be what was found.
Result<void> check_forest(const SparkPart& part, const SparkPipeline& pipeline) {
    const auto count_of = [&part](std::string_view name) {
        const json::value* const count = part.metadata->if_contains(name);
        return count == nullptr ? -1 : count->as_int64();
    };
    if (count_of("numClasses") != 4) {
        return fail(
            Errc::unsupported, "has " + part.folder + " with another number of classes than 4"
        );
    }
    if (count_of("numTrees") != pipeline.trees) {
        return fail(
            Errc::corrupt,
            "has " + part.folder +
                " with another number of trees than its metadata says; copy the "
                "folder again"
        );
    }
    if (count_of("numFeatures") != static_cast<std::int64_t>(pipeline.features.size())) {
        return fail(
            Errc::corrupt,
            "has " + part.folder + " with another number of features than its assembler gives"
        );
    }
    return {};
}

// A part that names the class of each answer changes no answer, as long as it reads the forest's
// class and gives a column that is nothing else.
Result<void> check_class_name(
    const SparkPart& part, const SparkPart& forest, const std::vector<Step>& steps
) {
    const auto refuse = [&part](const std::string& why) {
        return fail(Errc::unsupported, "has " + part.folder + ", which " + why);
    };
    FC_TRY(const json::value* const input, needed_parameter(part, "inputCol"));
    const std::string answer = text_parameter(forest, "predictionCol", "prediction");
    if (lower(text_of(*input)) != lower(answer)) {
        return refuse(
            "turns the index " + text_of(*input) + " into text; only the class that the forest " +
            "answers (" + answer + ") may be named; train and save the pipeline without it"
        );
    }
    const json::value* const labels = parameter(part, "labels");
    if (labels == nullptr || labels->as_array().size() < 4) {
        return refuse("has no name for each of the 4 classes; set its labels and save again");
    }
    FC_TRY(const json::value* const output, needed_parameter(part, "outputCol"));
    std::set<std::string> taken = {
        lower(answer),
        lower(text_parameter(forest, "featuresCol", "features")),
        lower(text_parameter(forest, "labelCol", "label")),
        lower(text_parameter(forest, "probabilityCol", "probability")),
        lower(text_parameter(forest, "rawPredictionCol", "rawPrediction")),
    };
    for (const Step& step : steps) {
        if (!step.computes_features()) continue;
        for (const std::string& name : step.inputs) taken.insert(lower(name));
        for (const std::string& name : step.outputs) taken.insert(lower(name));
    }
    if (!taken.contains(lower(text_of(*output)))) return {};
    return refuse(
        "gives the column " + text_of(*output) +
        ", which is there already or which another part "
        "takes; give it an outputCol of its own and save again"
    );
}

std::vector<std::string> strict_parts(const Parts& parts) {
    std::vector<std::string> folders;
    for (const SparkPart& part : parts) {
        if (part.kind != SparkKind::assembler && part.kind != SparkKind::indexer) continue;
        const json::value* const handling = parameter(part, "handleInvalid");
        if (handling == nullptr || text_of(*handling) == "error") folders.push_back(part.folder);
    }
    return folders;
}

Result<SparkPipeline> read_pipeline(const Parts& parts, bool in_order) {
    FC_TRY(const SparkPart* const forest, only_forest(parts));
    FC_TRY_VOID(check_has(parts, SparkKind::bucketizer, "Bucketizer"));
    FC_TRY_VOID(check_has(parts, SparkKind::assembler, "VectorAssembler"));
    FC_TRY(std::vector<Step> steps, steps_of(parts));
    for (const SparkPart& part : parts) {
        if (part.kind != SparkKind::class_name) continue;
        FC_TRY_VOID(check_class_name(part, *forest, steps));
    }
    FC_TRY(const SparkColumns columns, run_steps(std::move(steps), in_order));
    FC_TRY_VOID(columns.check_classes(*forest));
    SparkPipeline pipeline{.spark_version = forest->spark_version};
    FC_TRY(pipeline.features, columns.features_of(*forest));
    FC_TRY_VOID(read_trees(*forest, pipeline));
    FC_TRY_VOID(check_forest(*forest, pipeline));
    pipeline.strict_parts = strict_parts(parts);
    return pipeline;
}

// In words of the folder that was named.
Result<SparkPipeline> read_dump(const json::object& dump) {
    Parts parts;
    for (const json::value& value : dump.at("parts").as_array()) {
        FC_TRY(SparkPart part, read_spark_part(value));
        parts.push_back(std::move(part));
    }
    const json::value* const in_order = dump.if_contains("in_order");
    return read_pipeline(parts, in_order != nullptr && in_order->as_bool());
}

}  // namespace

base::Result<SparkPipeline> parse_spark_pipeline(std::string_view text, const std::string& source) {
    try {
        const json::value root = json::parse({text.data(), text.size()});
        if (const json::value* error = root.as_object().if_contains("error")) {
            return fail(Errc::corrupt, text_of(*error));
        }
        auto pipeline = read_dump(root.as_object());
        if (pipeline) return pipeline;
        return fail(pipeline.error().code, source + " " + pipeline.error().detail);
    } catch (const std::exception& error) {
        return fail(
            Errc::corrupt,
            source + " has another layout than Spark 2, 3 and 4 write (" + error.what() + ")"
        );
    }
}

}  // namespace flightcast::importer
