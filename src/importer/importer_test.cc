// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <boost/json.hpp>
#include <functional>
#include <string>
#include <utility>

#include "forest/spark_forest.h"
#include "importer/spark_bundle.h"
#include "importer/spark_pipeline.h"

namespace flightcast::importer {
namespace {

namespace json = boost::json;
using base::Errc;
using forest::SparkMode;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::int64_t bits(double number) {
    return std::bit_cast<std::int64_t>(number);
}

json::array leaf(std::int64_t tree, std::int64_t id, std::array<double, 4> rows) {
    json::array stats;
    for (const double count : rows) stats.emplace_back(bits(count));
    return {tree, id, -1, -1, -1, -1, json::array(), stats};
}

json::object part(const char* folder, const std::string& kind, json::object parameters) {
    return {
        {"folder", folder},
        {"metadata",
         {{"class", "org.apache.spark.ml." + kind},
          {"sparkVersion", "3.5.3"},
          {"paramMap", std::move(parameters)},
          {"defaultParamMap", {{"handleInvalid", "error"}}}}},
    };
}

// Two trees over DepDelay and Carrier_index: a threshold of 10.5, and DL and AA against the rest.
json::object make_dump() {
    json::object forest = part(
        "forest",
        "classification.RandomForestClassificationModel",
        {{"featuresCol", "Features_vec"}, {"labelCol", "ArrDelayBucket"}}
    );
    json::object& about = forest["metadata"].as_object();
    about["numFeatures"] = 2;
    about["numClasses"] = 4;
    about["numTrees"] = 2;
    forest["trees"] = {{0, bits(1)}, {1, bits(1)}};
    const json::array unused = {bits(0), bits(0), bits(0), bits(0)};
    forest["nodes"] = {
        {0, 0, 1, 2, 0, -1, {bits(10.5)}, unused},
        leaf(0, 1, {1, 2, 0, 1}),
        leaf(0, 2, {0, 1, 6, 3}),
        {1, 0, 1, 2, 1, 5, {1, 2}, unused},
        leaf(1, 1, {0, 0, 3, 0}),
        leaf(1, 2, {1, 1, 1, 1}),
    };
    json::object indexer = part(
        "indexer",
        "feature.StringIndexerModel",
        {{"inputCol", "Carrier"}, {"outputCol", "Carrier_index"}}
    );
    indexer["labels"] = {{"WN", "DL", "AA", "UA"}};
    return {
        {"parts",
         {forest,
          indexer,
          part(
              "assembler",
              "feature.VectorAssembler",
              {{"inputCols", {"DepDelay", "Carrier_index"}}, {"outputCol", "Features_vec"}}
          ),
          part(
              "bucketizer",
              "feature.Bucketizer",
              {{"inputCol", "ArrDelay"},
               {"outputCol", "ArrDelayBucket"},
               {"splits", {"-Inf", -15.0, 0.0, 30.0, "Inf"}}}
          )}},
    };
}

json::object& nth_part(json::object& dump, std::size_t index) {
    return dump["parts"].as_array()[index].as_object();
}

json::value& node_field(json::object& dump, std::size_t node, std::size_t field) {
    return nth_part(dump, 0)["nodes"].as_array()[node].as_array()[field];
}

base::Result<forest::Bundle> import(const json::object& dump, SparkMode mode) {
    FC_TRY(const SparkPipeline pipeline, parse_spark_pipeline(json::serialize(dump), "models"));
    return make_spark_bundle(pipeline, {.name = "old", .source = "models", .mode = mode});
}

TEST(Importer, MakesTheSameTrees) {
    // Goal: thresholds, sets and leaves arrive as saved; corrected models also have the labels.
    const auto bundle = import(make_dump(), SparkMode::corrected);
    ASSERT_TRUE(bundle) << bundle.error().detail;
    const forest::SparkForest& forest = bundle->spark->forest;
    EXPECT_THAT(forest.roots, ElementsAre(0, 3));
    EXPECT_EQ(forest.nodes[0].threshold, 10.5);
    EXPECT_EQ(forest.nodes[3].left, 4U);
    EXPECT_EQ(forest.nodes[3].categories, 5U);
    EXPECT_EQ(forest.nodes[3].others_left, 0U);
    EXPECT_THAT(forest.sets, ElementsAre(0b110));
    EXPECT_THAT(forest.leaves[1], ElementsAre(0, 1, 6, 3));
    EXPECT_EQ(bundle->spark->spark_version, "3.5.3");
    EXPECT_THAT(bundle->schema.features[1].categories, ElementsAre("WN", "DL", "AA", "UA"));
    EXPECT_EQ(
        bundle->provenance.command, "flightcast import spark models --mode corrected --name old"
    );
    const auto as_deployed = import(make_dump(), SparkMode::as_deployed);
    EXPECT_EQ(as_deployed->schema.features[1].kind, forest::FeatureKind::numeric);
    EXPECT_NE(as_deployed->version, bundle->version);
    const forest::BundleBytes bytes = forest::serialize(*bundle);
    EXPECT_TRUE(forest::parse_bundle(bytes.bundle_json, bytes.forest_bin, "again"));
}

TEST(Importer, ReadsIndexersOfSeveralColumns) {
    // Goal: one indexer with lists of columns counts as that many.
    json::object dump = make_dump();
    json::object& about = nth_part(dump, 1)["metadata"].as_object();
    about["paramMap"] = {
        {"inputCols", {"Origin", "Carrier"}}, {"outputCols", {"Origin_index", "Carrier_index"}}
    };
    nth_part(dump, 1)["labels"] = {{"ATL"}, {"WN", "DL"}};
    const auto bundle = import(dump, SparkMode::corrected);
    ASSERT_TRUE(bundle) << bundle.error().detail;
    EXPECT_THAT(bundle->schema.features[1].categories, ElementsAre("WN", "DL"));
}

struct Fault {
    std::function<void(json::object&)> make;
    Errc code;
    const char* message;
};

void remove_part(json::object& dump, std::size_t index) {
    json::array& parts = dump["parts"].as_array();
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(index));
}

void set_about(json::object& dump, std::size_t index, const char* key, const json::value& value) {
    nth_part(dump, index)["metadata"].as_object()[key] = value;
}

void set_parameter(
    json::object& dump, std::size_t index, const char* name, const json::value& value
) {
    nth_part(dump, index)["metadata"].as_object()["paramMap"].as_object()[name] = value;
}

// Puts a part between the assembler and the forest: it makes `output` of the assembler's column.
void insert_stage(json::object& dump, const char* kind, const char* output) {
    json::object stage = part("stage", kind, {{"inputCol", "Features_vec"}, {"outputCol", output}});
    dump["parts"].as_array().push_back(stage);
    set_parameter(dump, 0, "featuresCol", output);
}

const Fault kWrongParts[] = {
    {[](auto& dump) { dump["error"] = "no pyarrow"; }, Errc::corrupt, "no pyarrow"},
    {[](auto& dump) { remove_part(dump, 0); },
     Errc::unsupported,
     "models is no pipeline of a random forest classifier: it holds Bucketizer, "
     "StringIndexerModel"},
    {[](auto& dump) { remove_part(dump, 1); },
     Errc::not_found,
     "lacks the part of the kind StringIndexerModel that gives Carrier_index"},
    {[](auto& dump) { remove_part(dump, 2); },
     Errc::not_found,
     "models lacks the part of the kind VectorAssembler; it holds Bucketizer"},
    {[](auto& dump) { remove_part(dump, 3); },
     Errc::not_found,
     "lacks the part of the kind Bucket"},
    {[](auto& dump) { dump["parts"].as_array().push_back(nth_part(dump, 2)); },
     Errc::unsupported,
     "two parts that give the column Features_vec, assembler and assembler"},
    {[](auto& dump) { dump["parts"].as_array().push_back(nth_part(dump, 0)); },
     Errc::unsupported,
     "has two random forests, forest and forest"},
    {[](auto& dump) { set_about(dump, 0, "sparkVersion", "5.0.0"); },
     Errc::unsupported,
     "has forest, saved by Spark 5.0.0; models of Spark 2, 3 and 4 can be imported"},
    {[](auto& dump) { set_about(dump, 1, "sparkVersion", "1.6.3"); }, Errc::unsupported, "1.6.3"},
    {[](auto& dump) { set_parameter(dump, 3, "splits", {"-Inf", 0.0, "Inf"}); },
     Errc::unsupported,
     "other classes than this program answers: bucketizer has the splits -Inf, 0E0, Inf of "
     "ArrDelay"},
    {[](auto& dump) { set_about(dump, 2, "paramMap", json::object()); },
     Errc::corrupt,
     "has assembler without parameter inputCol"},
    {[](auto& dump) { set_parameter(dump, 2, "inputCols", {7}); },
     Errc::corrupt,
     "another layout than Spark 2, 3 and 4 write"},
    {[](auto& dump) { set_about(dump, 0, "numClasses", 5); }, Errc::unsupported, "than 4"},
    {[](auto& dump) { set_about(dump, 0, "numTrees", 3); }, Errc::corrupt, "number of trees"},
    {[](auto& dump) { set_about(dump, 0, "numFeatures", 3); }, Errc::corrupt, "features than its"},
    {[](auto& dump) { nth_part(dump, 0)["trees"] = {{0, bits(1)}, {1, bits(2)}}; },
     Errc::unsupported,
     "trees of unequal weight"},
    {[](auto& dump) { nth_part(dump, 1)["labels"] = {json::array{"WN", "WN"}}; },
     Errc::corrupt,
     "one twice"},
    {[](auto& dump) { nth_part(dump, 1)["labels"] = {{"WN"}, {"AA"}}; }, Errc::corrupt, "labels"},
};

// Computations of a pipeline that this program does not do.
const Fault kOtherPipelines[] = {
    {[](auto& dump) { set_parameter(dump, 0, "thresholds", {0.1, 1.0, 1.0, 0.2}); },
     Errc::unsupported,
     "models has forest with thresholds [1E-1,1E0,1E0,2E-1], by which Spark answers another class"},
    {[](auto& dump) { set_parameter(dump, 2, "dropColumns", true); },
     Errc::unsupported,
     "has assembler with the parameter dropColumns = true, which this program does not know"},
    {[](auto& dump) { insert_stage(dump, "feature.VectorIndexerModel", "indexed"); },
     Errc::unsupported,
     "models has stage of the class org.apache.spark.ml.feature.VectorIndexerModel, which this "
     "program does not "
     "compute; train and save the pipeline without it"},
    {[](auto& dump) { insert_stage(dump, "feature.PCAModel", "reduced"); },
     Errc::unsupported,
     "feature.PCAModel"},
    {[](auto& dump) { insert_stage(dump, "feature.SQLTransformer", "more"); },
     Errc::unsupported,
     "feature.SQLTransformer"},
    {[](auto& dump) { set_about(dump, 1, "class", "com.example.StringIndexerModel"); },
     Errc::unsupported,
     "has indexer of the class com.example.StringIndexerModel"},
    {[](auto& dump) { set_about(dump, 1, "class", "org.apache.spark.ml.feature.StringIndexer"); },
     Errc::unsupported,
     "has indexer of the class org.apache.spark.ml.feature.StringIndexer, which is not fitted; "
     "save what its fit() gives"},
    {[](auto& dump) {
         set_about(dump, 0, "class", "org.apache.spark.ml.classification.OneVsRestModel");
     },
     Errc::unsupported,
     "OneVsRestModel: of Spark's predictors RandomForestClassificationModel alone can be imported"},
    {[](auto& dump) {
         set_about(dump, 0, "class", "org.apache.spark.ml.regression.RandomForestRegressionModel");
     },
     Errc::unsupported,
     "has forest of the class org.apache.spark.ml.regression.RandomForestRegressionModel: of "
     "Spark's predictors"},
    {[](auto& dump) { set_parameter(dump, 0, "featuresCol", "Vec_features"); },
     Errc::not_found,
     "has forest, which takes its features from the column Vec_features: no part of the kind "
     "VectorAssembler gives it"},
    {[](auto& dump) { set_parameter(dump, 0, "labelCol", "late"); },
     Errc::unsupported,
     "has forest, which learned the column late: no part of the kind Bucketizer gives it"},
    {[](auto& dump) { set_parameter(dump, 0, "labelCol", "Carrier_index"); },
     Errc::unsupported,
     "learned the column Carrier_index: no part"},
    {[](auto& dump) { set_parameter(dump, 3, "inputCol", "DepDelay"); },
     Errc::unsupported,
     "bucketizer has the splits -Inf, -1.5E1, 0E0, 3E1, Inf of DepDelay, not"},
    {[](auto& dump) { set_parameter(dump, 2, "inputCols", {"DepDelay", "ArrDelayBucket"}); },
     Errc::unsupported,
     "has assembler, which takes ArrDelayBucket as a feature: bucketizer makes it of ArrDelay"},
    {[](auto& dump) { set_parameter(dump, 1, "inputCol", "ArrDelayBucket"); },
     Errc::unsupported,
     "has indexer, which indexes ArrDelayBucket, a column that bucketizer gives"},
    {[](auto& dump) { set_parameter(dump, 1, "handleInvalid", "skip"); },
     Errc::unsupported,
     "has indexer with handleInvalid = skip, by which Spark drops flights unanswered"},
    {[](auto& dump) { set_parameter(dump, 2, "handleInvalid", "skip"); },
     Errc::unsupported,
     "has assembler with handleInvalid = skip"},
    {[](auto& dump) { set_parameter(dump, 1, "outputCol", "features_VEC"); },
     Errc::unsupported,
     "two parts that give the column Features_vec"},
    {[](auto& dump) { set_parameter(dump, 2, "inputCols", {"DepDelay", "Features_vec"}); },
     Errc::corrupt,
     "has assembler, which takes the column Features_vec before it is there"},
    {[](auto& dump) {
         dump["in_order"] = true;
         std::ranges::rotate(dump["parts"].as_array(), &dump["parts"].as_array()[1]);
         std::swap(nth_part(dump, 0), nth_part(dump, 1));
     },
     Errc::corrupt,
     "has assembler, which takes the column Carrier_index before it is there; save the pipeline"},
};

const Fault kWrongTrees[] = {
    {[](auto& dump) { node_field(dump, 1, 1) = 2; },
     Errc::corrupt,
     "tree 0 of the forest: node 2 stands where node 1 should"},
    {[](auto& dump) { node_field(dump, 0, 3) = 3; }, Errc::corrupt, "a child that is not there"},
    {[](auto& dump) { node_field(dump, 0, 2) = 0; }, Errc::corrupt, "a child that is not there"},
    {[](auto& dump) { node_field(dump, 0, 4) = 2; }, Errc::corrupt, "an unknown feature"},
    {[](auto& dump) { node_field(dump, 0, 4) = -1; }, Errc::corrupt, "has no feature"},
    {[](auto& dump) { node_field(dump, 3, 6) = {1, 5}; }, Errc::corrupt, "a category that is not"},
    {[](auto& dump) { node_field(dump, 3, 6) = {1, 1}; }, Errc::corrupt, "a category twice"},
    {[](auto& dump) { node_field(dump, 3, 5) = 2'000'000; }, Errc::corrupt, "number of categories"},
    {[](auto& dump) { node_field(dump, 1, 7) = {bits(1)}; }, Errc::corrupt, "has not 4 classes"},
    {[](auto& dump) { node_field(dump, 1, 7) = {bits(0), bits(0), bits(0), bits(0)}; },
     Errc::corrupt,
     "no share at all"},
    {[](auto& dump) { nth_part(dump, 0)["nodes"].as_array().resize(3); },
     Errc::corrupt,
     "no nodes of tree 1"},
    {[](auto& dump) { nth_part(dump, 0)["nodes"].as_array().push_back(leaf(2, 0, {1, 0, 0, 0})); },
     Errc::corrupt,
     "is of a tree that the forest does not have"},
};

void check_refusal(const json::object& dump, Errc code, const std::string& message) {
    const auto bundle = import(dump, SparkMode::corrected);
    ASSERT_FALSE(bundle) << message;
    EXPECT_EQ(bundle.error().code, code) << message;
    EXPECT_THAT(bundle.error().detail, HasSubstr(message));
}

void check_fault(const Fault& fault) {
    json::object dump = make_dump();
    fault.make(dump);
    check_refusal(dump, fault.code, fault.message);
}

TEST(Importer, NamesWhatIsWrongWithThePipeline) {
    // Goal: each part that is absent, foreign or contradicts another is named.
    for (const Fault& fault : kWrongParts) check_fault(fault);
}

TEST(Importer, RefusesWhatItWouldComputeOtherwise) {
    // Goal: whatever of a pipeline could change an answer is refused by the name of its part.
    for (const Fault& fault : kOtherPipelines) check_fault(fault);
}

TEST(Importer, TakesTheFeaturesFromTheColumns) {
    // Goal: what a feature is made of counts, not what its column is called; assemblers are joined.
    json::object dump = make_dump();
    set_parameter(dump, 1, "inputCol", "Dest");
    set_parameter(dump, 1, "outputCol", "place");
    set_parameter(dump, 1, "handleInvalid", "keep");
    set_parameter(dump, 2, "inputCols", {"place"});
    set_parameter(dump, 2, "outputCol", "first");
    json::object second = part(
        "second",
        "feature.VectorAssembler",
        {{"inputCols", {"DepDelay", "first"}}, {"outputCol", "Features_vec"}}
    );
    dump["parts"].as_array().insert(dump["parts"].as_array().begin(), second);
    const auto pipeline = parse_spark_pipeline(json::serialize(dump), "models");
    ASSERT_TRUE(pipeline) << pipeline.error().detail;
    ASSERT_EQ(pipeline->features.size(), 2U);
    EXPECT_EQ(pipeline->features[0].name, "DepDelay");
    EXPECT_EQ(pipeline->features[1].name, "Dest_index");
    EXPECT_EQ(pipeline->features[1].column, "place");
    EXPECT_THAT(pipeline->strict_parts, ElementsAre("second", "assembler"));
    EXPECT_EQ(import(dump, SparkMode::corrected)->schema.features[1].name, "Dest_index");
    const auto as_deployed = import(dump, SparkMode::as_deployed);
    ASSERT_FALSE(as_deployed);
    EXPECT_THAT(
        as_deployed.error().detail,
        HasSubstr(
            "the column place, which the original job calls Dest_index; with --mode corrected"
        )
    );
}

TEST(Importer, TakesPipelinesAndSearchesOfAnyDepth) {
    // Goal: what only holds other parts computes nothing, by whichever language it was saved.
    json::object dump = make_dump();
    json::array& parts = dump["parts"].as_array();
    dump["in_order"] = true;
    std::ranges::rotate(parts, parts.begin() + 1);  // The forest comes last.
    for (const char* kind : {"PipelineModel", "tuning.CrossValidatorModel"}) {
        parts.insert(parts.begin(), part("holder", kind, {{"stageUids", {"a", "b"}}}));
        parts[0].as_object()["metadata"].as_object()["sparkVersion"] = "4.3.0";
    }
    parts[1].as_object()["metadata"].as_object()["class"] = "pyspark.ml.pipeline.PipelineModel";
    const auto bundle = import(dump, SparkMode::corrected);
    ASSERT_TRUE(bundle) << bundle.error().detail;
    EXPECT_EQ(bundle->version, import(make_dump(), SparkMode::corrected)->version);
}

TEST(Importer, RefusesPartsBeforeWhatTheyTake) {
    // Goal: a pipeline whose forest, or whose names of classes, come too early fails in Spark, too.
    json::object dump = make_dump();
    json::array& parts = dump["parts"].as_array();
    dump["in_order"] = true;
    const std::string why = "before it is there; save the pipeline with its parts in order";
    check_refusal(dump, Errc::corrupt, "takes the column Features_vec " + why);
    std::ranges::rotate(parts, parts.begin() + 1);  // The forest comes last.
    ASSERT_TRUE(import(dump, SparkMode::corrected));
    parts.insert(
        parts.begin(),
        part(
            "names",
            "feature.IndexToString",
            {{"inputCol", "Prediction"}, {"outputCol", "name"}, {"labels", {"a", "b", "c", "d"}}}
        )
    );
    check_refusal(dump, Errc::corrupt, "has names, which takes the column Prediction " + why);
    std::ranges::rotate(parts, parts.begin() + 1);
    EXPECT_TRUE(import(dump, SparkMode::corrected));
}

TEST(Importer, PassesOverNamesOfClasses) {
    // Goal: a part that names the answered class changes nothing; one that does more is refused.
    json::object dump = make_dump();
    dump["parts"].as_array().push_back(part(
        "names",
        "feature.IndexToString",
        {{"inputCol", "prediction"}, {"outputCol", "name"}, {"labels", {"a", "b", "c", "d"}}}
    ));
    const auto bundle = import(dump, SparkMode::corrected);
    ASSERT_TRUE(bundle) << bundle.error().detail;
    EXPECT_EQ(bundle->version, import(make_dump(), SparkMode::corrected)->version);
    for (const char* taken : {"Prediction", "probability", "Features_vec", "carrier", "DepDelay"}) {
        set_parameter(dump, 4, "outputCol", taken);
        check_refusal(dump, Errc::unsupported, "has names, which gives the column");
    }
    set_parameter(dump, 4, "outputCol", "name");
    set_parameter(dump, 4, "labels", {"a", "b", "c"});
    check_refusal(dump, Errc::unsupported, "has no name for each of the 4 classes");
    set_parameter(dump, 4, "inputCol", "Carrier_index");
    check_refusal(dump, Errc::unsupported, "turns the index Carrier_index into text");
}

TEST(Importer, ReadsBucketizersOfSeveralColumns) {
    // Goal: of several bucketed columns the one that was learned tells the classes.
    json::object dump = make_dump();
    set_about(
        dump,
        3,
        "paramMap",
        {{"inputCols", {"DepDelay", "ArrDelay"}},
         {"outputCols", {"late", "ArrDelayBucket"}},
         {"splitsArray", {{"-Inf", 0.0, "Inf"}, {"-Inf", -15.0, 0.0, 30.0, "Inf"}}}}
    );
    EXPECT_TRUE(import(dump, SparkMode::corrected));
    set_parameter(dump, 0, "labelCol", "late");
    check_refusal(dump, Errc::unsupported, "-Inf, 0E0, Inf of DepDelay");
    set_parameter(dump, 3, "splitsArray", {{"-Inf", 0.0, "Inf"}});
    check_refusal(dump, Errc::corrupt, "another number of columns than of splits");
}

TEST(Importer, NamesWhatIsWrongWithTheTrees) {
    // Goal: tables that are no trees are refused with the tree and the node.
    for (const Fault& fault : kWrongTrees) check_fault(fault);
}

TEST(Importer, RefusesWhatIsNoDump) {
    // Goal: text that the tool never writes is an error, not an end.
    for (const char* text : {"", "[]", "{}", "{\"parts\": [{}]}", "{\"parts\": 1}", "Traceback"}) {
        const auto pipeline = parse_spark_pipeline(text, "models");
        ASSERT_FALSE(pipeline) << text;
        EXPECT_EQ(pipeline.error().code, Errc::corrupt);
        EXPECT_THAT(
            pipeline.error().detail, AllOf(StartsWith("models has"), HasSubstr("another layout"))
        );
    }
}

}  // namespace
}  // namespace flightcast::importer
