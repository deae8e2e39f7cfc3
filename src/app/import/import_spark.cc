// SPDX-License-Identifier: Apache-2.0
#include <CLI/App.hpp>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "app/cli/program.h"
#include "app/import/child_output.h"
#include "app/import/import_command.h"
#include "assets/assets.h"
#include "base/limits.h"
#include "base/tool_python.h"
#include "features/predictor.h"
#include "forest/bundle.h"
#include "importer/spark_bundle.h"
#include "importer/spark_pipeline.h"

namespace flightcast::app::import {
namespace {

namespace fs = std::filesystem;
using base::Errc;
using base::fail;
using base::Result;

constexpr std::string_view kTool = "tools/import_spark/read_spark.py";

// A model as text is longer than as a bundle, by less than this.
constexpr std::size_t kDumpBytesMax = 2 * base::limits::kBundleBytesMax;

struct ImportSpark {
    fs::path folder;
    fs::path out;
    std::string mode;
    std::string name = "spark";
    std::string python;
    bool force = false;
    bool as_json = false;
};

Result<void> check_options(const ImportSpark& command) {
    if (!forest::is_bundle_name(command.name)) {
        return fail(
            Errc::invalid_argument,
            "--name '" + command.name + "' must be 1 to 64 of the characters A-Z a-z 0-9 . _ -"
        );
    }
    std::error_code error;
    if (!command.force && fs::exists(command.out, error) && !fs::is_empty(command.out, error)) {
        return fail(
            Errc::already_exists,
            "--out " + command.out.string() +
                " exists already; choose another folder, or give --force to replace the model in it"
        );
    }
    return {};
}

// "seed_models" of "/data/seed_models/".
std::string folder_name(const fs::path& folder) {
    const fs::path plain = fs::absolute(folder).lexically_normal();
    return (plain.has_filename() ? plain : plain.parent_path()).filename().string();
}

struct Imported {
    forest::Bundle bundle;
    std::vector<std::string> strict_parts;  // of importer::SparkPipeline
};

Result<Imported> read_bundle(const ImportSpark& command) {
    const auto tool = assets::find(kTool);
    if (!tool) {
        return fail(Errc::not_found, "this program was built without " + std::string(kTool));
    }
    FC_TRY(
        const std::string dump,
        child_output(
            {command.python.empty() ? base::tool_python() : command.python,
             "-c",
             std::string(*tool),
             command.folder.string()},
            kDumpBytesMax
        )
    );
    FC_TRY(
        importer::SparkPipeline pipeline,
        importer::parse_spark_pipeline(dump, command.folder.string())
    );
    const bool corrected = command.mode == to_string(forest::SparkMode::corrected);
    FC_TRY(
        forest::Bundle bundle,
        importer::make_spark_bundle(
            pipeline,
            {.name = command.name,
             .source = folder_name(command.folder),
             .mode = corrected ? forest::SparkMode::corrected : forest::SparkMode::as_deployed}
        )
    );
    return Imported{std::move(bundle), std::move(pipeline.strict_parts)};
}

// What is answered although Spark, run on the same pipeline, would stop; empty when there is
// nothing.
std::string strictness_of(const std::vector<std::string>& parts) {
    if (parts.empty()) return "";
    std::string folders;
    for (const std::string& part : parts) folders += (folders.empty() ? "" : ", ") + part;
    return "a missing field or an unknown carrier, airport or route is answered as by "
           "handleInvalid = "
           "keep; Spark stops there (handleInvalid = error) in " +
           folders + "\n";
}

std::string report_of(const Imported& imported, const ImportSpark& command) {
    const forest::Bundle& bundle = imported.bundle;
    const std::string model = bundle.name + "@" + bundle.version;
    const forest::SparkModel& spark = *bundle.spark;
    const std::size_t trees = spark.forest.roots.size();
    const std::size_t nodes = spark.forest.nodes.size();
    if (command.as_json) {
        return boost::json::serialize(
                   boost::json::object{
                       {"model", model},
                       {"folder", command.out.string()},
                       {"mode", command.mode},
                       {"saved_by_spark", spark.spark_version},
                       {"trees", trees},
                       {"nodes", nodes},
                       {"features", bundle.schema.features.size()},
                       {"answered_as_keep", boost::json::value_from(imported.strict_parts)},
                   }
               ) +
               "\n";
    }
    return "read " + std::to_string(trees) + " trees with " + std::to_string(nodes) +
           " nodes, saved by Spark " + spark.spark_version + "\n" +
           strictness_of(imported.strict_parts) + "wrote " + model + " (" + command.mode + ") to " +
           command.out.string() + "\ntry it: flightcast serve --model " + command.out.string() +
           "\n";
}

Result<void> import_spark(const ImportSpark& command) {
    FC_TRY(const Imported imported, read_bundle(command));
    // A model that could not be served is refused here, not when it is needed.
    FC_TRY_VOID(features::Predictor::make(imported.bundle));
    FC_TRY_VOID(forest::save_bundle(imported.bundle, command.out));
    std::fputs(report_of(imported, command).c_str(), stdout);
    return {};
}

cli::ExitCode run(const ImportSpark& command) {
    if (const auto ready = check_options(command); !ready) return cli::usage_error(ready.error());
    if (const auto done = import_spark(command); !done) return cli::failure(done.error());
    return {};
}

void add_spark_flags(CLI::App& flags, ImportSpark& state) {
    flags.add_option("DIR", state.folder, "Folder with the saved parts of the pipeline.")
        ->required()
        ->type_name("");
    flags.add_option("--out", state.out, "Folder to write the model to.")
        ->required()
        ->type_name("BUNDLE");
    flags
        .add_option(
            "--mode",
            state.mode,
            "as-deployed: answers as the original job does, indices missing and Monday 0; "
            "corrected: as the model was trained, indices looked up and Monday 1."
        )
        ->required()
        ->check(CLI::IsMember({"as-deployed", "corrected"}));
    flags.add_option("--name", state.name, "Name of the model.")->capture_default_str();
    flags
        .add_option(
            "--python",
            state.python,
            "Python 3 with pyarrow; by default the one that './dev import-tools' made, else "
            "python3."
        )
        ->type_name("PROGRAM");
    flags.add_flag("--force", state.force, "Replace the model that is in --out.");
    flags.add_flag("--json", state.as_json, "Print what was done as JSON.");
}

}  // namespace

void add_import_spark_command(CLI::App& import, cli::ExitCode& exit_code) {
    CLI::App* const spark = import.add_subcommand(
        "spark", "Import a random forest pipeline that Spark ML 2, 3 or 4 saved."
    );
    const auto state = std::make_shared<ImportSpark>();
    add_spark_flags(*spark, *state);
    const char* const examples =
        "Examples:\n"
        "  flightcast import spark models --out spark-model --mode as-deployed\n"
        "  flightcast serve --model spark-model\n"
        "\n"
        "DIR holds the folders that the original training saved: arrival_bucketizer..., "
        "string_indexer_model_...,\nnumeric_vector_assembler..., "
        "spark_random_forest_classifier...; "
        "or a saved PipelineModel with them, other pipelines\nand a CrossValidatorModel in between "
        "included. A stage that this program does not compute is refused by its name.";
    spark->footer(examples);
    spark->callback([state, &exit_code] { exit_code = run(*state); });
}

}  // namespace flightcast::app::import
