# SPDX-License-Identifier: Apache-2.0
"""Random pipelines of Spark ML, fitted, saved and answered by the Spark of this Python.

usage: random_pipelines.py FOLDER SEED FIRST COUNT     needs pyspark and Java

Pipeline number N of a seed is always made of the same stages. FOLDER/N gets `model` (as Spark saved
it), `flights.jsonl` (as 'flightcast predict' reads them) and `expected.json`: what the pipeline
consists of, and Spark's answers as [prediction, [probabilities]] by flight, null for a flight that
Spark dropped; or the words with which Spark failed.
"""

import datetime
import json
import pathlib
import random
import shutil
import sys

from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import (
    DecisionTreeClassifier, LogisticRegression, OneVsRest, RandomForestClassifier)
from pyspark.ml.evaluation import MulticlassClassificationEvaluator
from pyspark.ml.feature import (
    Binarizer, Bucketizer, ElementwiseProduct, Imputer, IndexToString, MaxAbsScaler, MinMaxScaler,
    Normalizer, OneHotEncoder, PCA, PolynomialExpansion, QuantileDiscretizer, RobustScaler,
    SQLTransformer, StandardScaler, StringIndexer, VectorAssembler, VectorIndexer, VectorSizeHint,
    VectorSlicer)
from pyspark.ml.regression import RandomForestRegressor
from pyspark.ml.tuning import CrossValidator, ParamGridBuilder, TrainValidationSplit
from pyspark.sql import SparkSession

NUMBERS = ["DepDelay", "Distance", "DayOfMonth", "DayOfWeek", "DayOfYear"]
TEXTS = ["Carrier", "Origin", "Dest", "Route"]
SCHEMA = ("FlightDate string, Carrier string, Origin string, Dest string, Route string, DepDelay double,"
          " Distance double, DayOfMonth int, DayOfWeek int, DayOfYear int, ArrDelay double,"
          " weight double, row int")
INF = float("inf")
BOUNDS = [-INF, -15.0, 0.0, 30.0, INF]
TRAIN_ROWS, JUDGED_ROWS = 160, 40
SPARK_ENDED = 75  # exit code, as prove.py knows it: the same command goes on where it ended


# ---- flights

def make_flight(rng, row, airports, carriers):
    date = datetime.date(2015, 1, 1) + datetime.timedelta(days=rng.randrange(365))
    origin, dest = rng.sample(airports, 2)
    carrier = rng.choice(carriers)
    delay = float(rng.choice([rng.randint(-20, 20), rng.randint(-5, 120), rng.randint(-9, 9) / 2]))
    lost = 5 * airports.index(dest) - 6 * carriers.index(carrier) + rng.gauss(-4, 14)
    return {
        "FlightDate": date.isoformat(), "Carrier": carrier, "Origin": origin, "Dest": dest,
        "Route": f"{origin}-{dest}", "DepDelay": delay, "Distance": float(rng.randint(60, 2700)),
        "DayOfMonth": date.day, "DayOfWeek": date.isoweekday(), "DayOfYear": date.timetuple().tm_yday,
        "ArrDelay": float(round(delay + lost)), "weight": rng.choice([0.5, 1.0, 2.5]), "row": row,
    }


def make_flights(rng):
    airports = [f"Q{letter}7" for letter in "ABCDEFGH"]  # No airport of the distance table.
    carriers = ["AA", "DL", "WN", "é9", "b6"]
    train = [make_flight(rng, i, airports, carriers) for i in range(TRAIN_ROWS)]
    known = {f["Route"] for f in train}
    judged = []
    while len(judged) < JUDGED_ROWS:
        flight = make_flight(rng, len(judged), airports, carriers)
        if flight["Route"] in known:
            judged.append(flight)
    return train, judged


def spoil(rng, flights):
    """Flights with something missing or never seen."""
    for flight in rng.sample(flights, len(flights) // 3):
        name = rng.choice(["DepDelay", "Distance", "Carrier", "Origin", "unseen", "unseen"])
        if name == "unseen":
            flight[rng.choice(["Carrier", "Origin", "Dest"])] = rng.choice(["ZZ", "", "aa"])
        else:
            flight[name] = None
        both = flight["Origin"] is not None
        flight["Route"] = f"{flight['Origin']}-{flight['Dest']}" if both else None


# ---- stages

class Recipe:
    """What one random pipeline is made of, in words and in stages."""

    def __init__(self, rng):
        self.rng = rng
        self.words = []
        self.stages = []
        self.handling = set()

    def chance(self, percent):
        return self.rng.random() * 100 < percent

    def say(self, word):
        self.words.append(word)

    def invalid(self, what, keep=70, error=24):
        handling = self.rng.choices(["keep", "error", "skip"], [keep, error, 100 - keep - error])[0]
        self.handling.add(handling)
        if handling != "keep":
            self.say(f"{what} {handling}")
        return handling

    def add_bucketizer(self):
        self.label = self.rng.choice(["ArrDelayBucket", "label", "klass"])
        splits, source = BOUNDS, "ArrDelay"
        if self.chance(4):
            splits = [-INF, -10.0, 0.0, 30.0, INF]
            self.say("other splits")
        elif self.chance(4):
            splits = [-INF, 0.0, 30.0, INF]
            self.say("three classes")
        elif self.chance(4):
            source = "DepDelay"
            self.say("bucketizer of DepDelay")
        handling = self.rng.choices(["error", "keep", "skip"], [80, 14, 6])[0]
        if handling != "error":
            self.say(f"bucketizer {handling}")
        if self.chance(20):
            self.say("bucketizer of two columns")
            self.stages.append(Bucketizer(
                inputCols=["DepDelay", source], outputCols=["dep_bucket", self.label],
                splitsArray=[[-INF, 0.0, INF], splits], handleInvalid=handling))
        else:
            self.stages.append(Bucketizer(
                inputCol=source, outputCol=self.label, splits=splits, handleInvalid=handling))

    def add_indexers(self, texts):
        odd = self.chance(40)
        names = {text: f"{text[0].lower()}{i}" if odd else f"{text}_index"
                 for i, text in enumerate(texts)}
        orders = ["frequencyDesc", "frequencyAsc", "alphabetDesc", "alphabetAsc"]
        if len(texts) > 1 and self.chance(35):
            self.say("indexer of several columns")
            self.stages.append(StringIndexer(
                inputCols=texts, outputCols=[names[t] for t in texts],
                stringOrderType=self.rng.choice(orders), handleInvalid=self.invalid("indexer")))
        else:
            for text in texts:
                self.stages.append(StringIndexer(
                    inputCol=text, outputCol=names[text], stringOrderType=self.rng.choice(orders),
                    handleInvalid=self.invalid("indexer", keep=86, error=12)))
        return [names[t] for t in texts]

    def add_assemblers(self, columns):
        """The name of the vector with all `columns`."""
        if len(columns) > 1 and self.chance(30):
            self.say("two assemblers")
            cut = self.rng.randrange(1, len(columns))
            self.stages.append(VectorAssembler(
                inputCols=columns[:cut], outputCol="first",
                handleInvalid=self.invalid("assembler", keep=60, error=34)))
            columns = ["first"] + columns[cut:]
            self.rng.shuffle(columns)
        vector = self.rng.choice(["Features_vec", "features", "x"])
        self.stages.append(VectorAssembler(
            inputCols=columns, outputCol=vector,
            handleInvalid=self.invalid("assembler", keep=60, error=34)))
        return vector

    def add_column_stage(self, columns):
        """A stage before the assembler; gives the columns to assemble."""
        kind = self.rng.choice(["imputer", "sql double", "sql same", "one hot", "binarizer",
                                "quantiles", "bucket feature"])
        self.say(kind)
        made = "made"
        if kind == "imputer":
            stage = Imputer(inputCols=["DepDelay"], outputCols=[made])
        elif kind == "sql double":
            stage = SQLTransformer(statement="SELECT *, DepDelay * 2 AS made FROM __THIS__")
        elif kind == "sql same":
            self.stages.append(SQLTransformer(statement="SELECT * FROM __THIS__"))
            return columns
        elif kind == "one hot":
            stage = OneHotEncoder(inputCols=["DayOfWeek"], outputCols=[made])
        elif kind == "binarizer":
            stage = Binarizer(inputCol="DepDelay", outputCol=made, threshold=3.0)
        elif kind == "quantiles":
            stage = QuantileDiscretizer(inputCol="DepDelay", outputCol=made, numBuckets=4)
        else:
            stage = Bucketizer(inputCol="DepDelay", outputCol=made, splits=[-INF, 0.0, 15.0, INF])
        self.stages.append(stage)
        if self.chance(25):
            self.say("unused")
            return columns
        return columns + [made]

    def add_vector_stage(self, vector):
        """A stage behind the assembler; gives the vector to learn from."""
        scalers = {"standard scaler": StandardScaler, "min-max scaler": MinMaxScaler,
                   "max-abs scaler": MaxAbsScaler, "robust scaler": RobustScaler}
        kind = self.rng.choice(["vector indexer", "vector indexer", "normalizer", "pca", "product",
                                "slicer", "polynomial", "size hint", *scalers])
        self.say(kind)
        names = {"inputCol": vector, "outputCol": "made_vector"}
        if kind in scalers:
            stage = scalers[kind](**names)
        elif kind == "vector indexer":
            stage = VectorIndexer(maxCategories=self.rng.choice([2, 5, 20]), handleInvalid="keep", **names)
        elif kind == "normalizer":
            stage = Normalizer(**names)
        elif kind == "pca":
            stage = PCA(k=1, **names)
        elif kind == "product":
            stage = ElementwiseProduct(scalingVec=[2.0] * self.size, **names)
        elif kind == "slicer":
            stage = VectorSlicer(indices=[0], **names)
        elif kind == "polynomial":
            stage = PolynomialExpansion(degree=2, **names)
        else:
            self.stages.append(VectorSizeHint(inputCol=vector, size=self.size, handleInvalid="optimistic"))
            return vector
        self.stages.append(stage)
        if self.chance(25):
            self.say("unused")
            return vector
        return "made_vector"

    def add_learner(self, vector):
        rng = self.rng
        names = {"featuresCol": vector, "labelCol": self.label}
        kind = rng.choices(["forest", "tree", "regression", "logistic", "one vs rest"], [92, 2, 2, 2, 2])[0]
        if kind != "forest":
            self.say(kind)
        if kind == "tree":
            self.stages.append(DecisionTreeClassifier(maxBins=200, **names))
            return
        if kind == "regression":
            self.stages.append(RandomForestRegressor(maxBins=200, numTrees=3, **names))
            return
        if kind == "logistic":
            self.stages.append(LogisticRegression(maxIter=3, **names))
            return
        forest = RandomForestClassifier(
            numTrees=rng.randint(1, 6), maxDepth=rng.randint(1, 6), maxBins=rng.choice([64, 200]),
            impurity=rng.choice(["gini", "entropy"]), minInstancesPerNode=rng.choice([1, 1, 4]),
            subsamplingRate=rng.choice([1.0, 0.7]), seed=rng.randrange(1000),
            featureSubsetStrategy=rng.choice(["auto", "all", "onethird"]), bootstrap=rng.random() < 0.8,
            **names)
        if self.chance(10):
            self.say("weights")
            forest.setWeightCol("weight")
        if self.chance(8):
            self.say("thresholds")
            forest.setThresholds(rng.choice([[0.05, 1.0, 1.0, 0.2], [1.0, 1.0, 1.0, 1.0]]))
        if self.chance(15):
            forest.setLeafCol("leaf")
        if self.chance(8):
            self.say("no raw prediction")
            forest.setRawPredictionCol("")
        if kind == "one vs rest":
            self.stages.append(OneVsRest(classifier=forest, **names))
            return
        self.stages.append(forest)


def make_recipe(rng):
    recipe = Recipe(rng)
    recipe.add_bucketizer()
    numbers = rng.sample(NUMBERS, rng.randint(1, 5))
    texts = rng.sample(TEXTS, rng.randint(0, 4))
    columns = numbers + (recipe.add_indexers(texts) if texts else [])
    rng.shuffle(columns)
    if recipe.chance(15):
        columns = recipe.add_column_stage(columns)
    if recipe.chance(3):
        recipe.say("column twice")
        columns = columns + [columns[0]]
    recipe.size = len(columns)
    vector = recipe.add_assemblers(columns)
    if recipe.chance(15):
        vector = recipe.add_vector_stage(vector)
    if recipe.chance(2):
        recipe.say("label indexed again")
        recipe.stages.append(StringIndexer(inputCol=recipe.label, outputCol="by_frequency"))
        recipe.label = "by_frequency"
    recipe.add_learner(vector)
    if recipe.chance(3):
        recipe.say("class names")
        recipe.stages.append(IndexToString(
            inputCol="prediction", outputCol="class_name", labels=["a", "b", "c", "d"]))
    return recipe


# ---- containers

def nest(rng, stages, depth):
    if depth == 0 or len(stages) < 2:
        return Pipeline(stages=stages)
    cut = rng.randrange(1, len(stages))
    if rng.random() < 0.5:
        return Pipeline(stages=[nest(rng, stages[:cut], depth - 1), *stages[cut:]])
    return Pipeline(stages=[*stages[:cut], nest(rng, stages[cut:], depth - 1)])


def fit_and_save(recipe, train, folder):
    """The fitted model; saved as one, or in parts as the original system does."""
    kind = recipe.rng.choices(
        ["pipeline", "nested", "deep", "cross validator", "split validator", "parts", "two parts"],
        [42, 18, 10, 4, 4, 14, 8])[0]
    if kind != "pipeline":
        recipe.say(kind)
    depth = {"nested": 1, "deep": 3}.get(kind, 0)
    pipeline = nest(recipe.rng, recipe.stages, depth)
    if kind in ("cross validator", "split validator"):
        evaluator = MulticlassClassificationEvaluator(labelCol=recipe.label)
        options = {"estimator": pipeline, "evaluator": evaluator, "seed": 1,
                   "estimatorParamMaps": ParamGridBuilder().build()}
        search = (CrossValidator(numFolds=2, **options) if kind == "cross validator"
                  else TrainValidationSplit(trainRatio=0.8, **options))
        model = search.fit(train)
        model.write().save(str(folder))
        return model
    model = pipeline.fit(train)
    if kind == "parts":
        numbered = list(enumerate(model.stages))
        recipe.rng.shuffle(numbered)
        for place, (_, stage) in enumerate(numbered):
            stage.write().save(str(folder / f"part_{place}"))
    elif kind == "two parts":
        PipelineModel(stages=model.stages[:-1]).write().save(str(folder / "prepare"))
        model.stages[-1].write().save(str(folder / "learner"))
    else:
        model.write().save(str(folder))
    return model


# ---- changed by hand after it was saved

def metadata_files(folder):
    return sorted(p for p in folder.rglob("part-*") if p.parent.name == "metadata")


def change(rng, folder):
    """Changes one parameter in the saved files; says which, or nothing when none fits."""
    choices = []
    for path in metadata_files(folder):
        about = json.loads(path.read_text())
        params = about["paramMap"]
        kind = about["class"].rpartition(".")[2]
        if kind == "PipelineModel" and len(params["stageUids"]) > 2:
            choices.append((path, about, "stageUids"))
        if kind == "RandomForestClassificationModel":
            choices += [(path, about, "featuresCol"), (path, about, "thresholds")]
        if kind == "VectorAssembler" and len(params["inputCols"]) > 1:
            choices.append((path, about, "inputCols"))
        if kind == "StringIndexerModel" and params.get("inputCol") in ("Origin", "Dest"):
            choices.append((path, about, "inputCol"))
    if not choices:
        return None
    path, about, name = rng.choice(choices)
    params = about["paramMap"]
    if name == "stageUids":
        uids, stages = params["stageUids"], path.parent.parent / "stages"
        i, j = rng.sample(range(len(uids)), 2)
        width = len(str(len(uids)))
        first, second = (stages / f"{k:0{width}}_{uids[k]}" for k in (i, j))
        uids[i], uids[j] = uids[j], uids[i]
        first.rename(stages / f"{j:0{width}}_{uids[j]}")
        second.rename(stages / f"{i:0{width}}_{uids[i]}")
    elif name == "featuresCol":
        params[name] = rng.choice(["first", "features", "other"])
    elif name == "thresholds":
        params[name] = [0.3, 1.0, 0.5, 0.2]
    elif name == "inputCols":
        rng.shuffle(params[name])
    else:
        params[name] = {"Origin": "Dest", "Dest": "Origin"}[params[name]]
    for crc in path.parent.glob(".*.crc"):
        crc.unlink()
    path.write_text(json.dumps(about) + "\n")
    return name


# ---- answers

def answers_of(model, judged, names, rows):
    """By row; null where Spark gave none."""
    answers = [None] * rows
    table = model.transform(judged)
    columns = ["row", names[0]] + ([names[1]] if names[1] in table.columns else [])
    for row in table.select(*columns).collect():
        shares = row[2].toArray().tolist() if len(row) > 2 else None
        answers[row[0]] = [row[1], shares]
    return answers


def write_flights(path, flights):
    """As the topic of the original system has them: Monday is 0 there, and 1 in the training data."""
    with path.open("w") as file:
        for flight in flights:
            sent = {k: v for k, v in flight.items() if k not in ("Route", "ArrDelay", "weight", "row")}
            sent["DayOfWeek"] -= 1
            file.write(json.dumps(sent, ensure_ascii=False) + "\n")


def to_table(spark, flights):
    names = [part.split()[0] for part in SCHEMA.split(",")]
    return spark.createDataFrame([tuple(f[n] for n in names) for f in flights], SCHEMA).coalesce(1)


def make_one(spark, seed, number, folder):
    rng = random.Random(f"{seed}/{number}")
    train, judged = make_flights(rng)
    recipe = make_recipe(rng)
    may_spoil = recipe.handling <= {"keep"} or "skip" in recipe.handling
    if may_spoil and rng.random() < 0.6:
        recipe.say("spoiled flights")
        spoil(rng, judged)
    folder.mkdir(parents=True)
    write_flights(folder / "flights.jsonl", judged)
    expected = {"spark": spark.version, "seed": seed, "number": number}
    try:
        model = fit_and_save(recipe, to_table(spark, train).cache(), folder / "model")
        if rng.random() < 0.15 and (folder / "model/metadata").is_dir():
            changed = change(rng, folder / "model")
            if changed:
                recipe.say(f"changed {changed}")
                expected["words"] = ", ".join(recipe.words)
                model = type(model).load(str(folder / "model"))
        expected["answers"] = answers_of(
            model, to_table(spark, judged), ("prediction", "probability"), len(judged))
    except Exception as error:  # noqa: BLE001  What Spark refuses is an outcome here.
        expected["fails"] = str(error).strip().splitlines()[0][:200]
    expected["words"] = ", ".join(recipe.words) or "plain"
    (folder / "expected.json").write_text(json.dumps(expected))


def start_spark():
    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.memory", "1g")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    return spark


def is_alive(spark):
    try:
        return spark.range(1).count() == 1
    except Exception:  # noqa: BLE001  Whatever a lost JVM raises.
        return False


def main(argv):
    folder, seed, first, count = pathlib.Path(argv[1]), argv[2], int(argv[3]), int(argv[4])
    try:
        spark = start_spark()
    except Exception as error:  # noqa: BLE001
        print(f"Spark does not start: {error}", file=sys.stderr)
        sys.exit(SPARK_ENDED)
    for number in range(first, first + count):
        target = folder / str(number)
        if (target / "expected.json").exists():
            continue
        shutil.rmtree(target, ignore_errors=True)
        make_one(spark, seed, number, target)
        if not is_alive(spark):  # Then its last answers say nothing of the pipeline.
            shutil.rmtree(target)
            print(f"Spark has ended at pipeline {number}", file=sys.stderr)
            sys.exit(SPARK_ENDED)
        if (number - first) % 10 == 9:
            print(f"{number - first + 1} of {count} made by Spark {spark.version}", file=sys.stderr, flush=True)
    spark.stop()


if __name__ == "__main__":
    main(sys.argv)
