// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import { eventText, minuteOf, readDrift, readModels, readPairs } from "../static/js/models_data.js";

test("times are told to the minute, and nothing for another text", () => {
    assert.equal(minuteOf("2026-11-30T12:34:56.000000Z"), "2026-11-30 12:34 UTC");
    assert.equal(minuteOf("yesterday"), "");
    assert.equal(minuteOf(undefined), "");
});

test("changes are told in words", () => {
    assert.equal(eventText({ Kind: "alias_set", Alias: "champion", Model: "m@1", Way: "promote" }), "champion is m@1");
    assert.equal(
        eventText({ Kind: "alias_set", Alias: "champion", Model: null, Way: "rollback" }),
        "champion back to the model inside the program",
    );
    assert.equal(
        eventText({ Kind: "experiment_decided", Model: "m@2", Decision: "harm", Sets: { Model: "m@1" } }),
        "m@2: harm, champion back to m@1",
    );
    assert.equal(eventText({ Kind: "moon_landed" }), "moon_landed");
});

test("versions carry their aliases and figures, the newest first; removed ones are left out", () => {
    const card = { metrics: { forest: { log_loss: 0.8, accuracy: 0.6 } }, trained_on: { first_day: "2008-01-01", last_day: "2008-01-31" } };
    const shown = readModels({
        champion: "m@2",
        aliases: [{ alias: "champion", model: "m@2" }, { alias: "nightly", model: null }],
        versions: [
            { model: "m@1", added: "2026-11-30T12:00:00.000000Z", author: "ann", removed: false, card: {} },
            { model: "m@2", added: "2026-11-30T13:00:00.000000Z", author: "bob", removed: false, card },
            { model: "m@3", removed: true },
        ],
        history: [],
    });
    assert.deepEqual(shown.versions.map(({ model, aliases, logLoss }) => [model, aliases, logLoss]), [
        ["m@2", ["champion"], 0.8],
        ["m@1", [], null],
    ]);
    assert.equal(shown.versions[0].learned, "2008-01-01 to 2008-01-31");
    assert.equal(readModels({}).champion, "the model inside the program");
});

test("pairs of models become points with their bounds", () => {
    const [pair] = readPairs({
        pairs: [
            {
                experiment: "",
                challenger: "m@2",
                champion: "m@1",
                judged: 1200,
                hours: 12,
                verdict: "not enough",
                split: { challenger: 100, champion: 900, expected: 0.25, chi_squared: 120, skewed: true },
                sequence: [{ time: "2026-11-30T12:00:00.000000Z", mean: 0.01, lower: -0.02, upper: 0.04 }],
            },
        ],
    });
    assert.equal(pair.title, "m@2 since its promotion");
    assert.match(pair.split, /^Skewed: it answered 100 of 1,000 clients, expected 25.0 %/);
    assert.equal(readPairs({ pairs: [{ experiment: "e" }] })[0].split, "");
    assert.deepEqual(pair.labels, ["11-30 12:00"]);
    assert.deepEqual(pair.points, [{ value: 0.01, low: -0.02, high: 0.04 }]);
    assert.deepEqual(readPairs({}), []);
});

test("drift is told by feature, beside the accuracy that is expected", () => {
    const none = { verdict: "none", psi: 0.0123, threshold: 0.1, flights: 900, reference: 5000 };
    const few = { verdict: "not enough", flights: 900, reference: 0 };
    const shown = readDrift({
        model: "m@1",
        flights: 900,
        features: [{ name: "DepDelay", training: { ...none, verdict: "drift", psi: 0.3 }, last_week: few }],
        answers: { name: "answers", training: none, last_week: few },
        accuracy: { expected: { flights: 900, share: 0.612, error: 0.016 }, judged: { flights: 3 } },
    });
    assert.deepEqual(shown.rows, [
        ["DepDelay", "drift: 0.300 (alarm above 0.100)", "not enough flights"],
        ["answers", "0.012 (alarm above 0.100)", "not enough flights"],
    ]);
    assert.equal(shown.sentence, "Others than before: DepDelay.");
    assert.equal(shown.hint, "");
    assert.deepEqual(shown.accuracy.map(([, text]) => text), ["61.2 % ± 1.6", "not enough flights", "not enough flights"]);
    assert.match(readDrift({ features: [], answers: { name: "answers" } }).hint, /does not tell/);
    assert.deepEqual(readDrift({}).rows, []);
});
