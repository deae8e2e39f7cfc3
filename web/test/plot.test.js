// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";

import { barChart, calibrationChart, lineChart, niceTicks } from "../static/js/plot.js";

/** All subtrees with this class. */
function find(tree, name) {
    if (typeof tree === "string") return [];
    const [, attributes, ...children] = tree;
    const here = (attributes.class ?? "").split(" ").includes(name) ? [tree] : [];
    return [...here, ...children.flatMap((child) => find(child, name))];
}

test("ticks are round and cover the range", () => {
    // Goal: axes read well for every size of number, and one value alone has an axis, too.
    assert.deepEqual(niceTicks(0, 1), [0, 0.25, 0.5, 0.75, 1]);
    assert.deepEqual(niceTicks(0.81, 0.93), [0.8, 0.85, 0.9, 0.95]);
    assert.deepEqual(niceTicks(0, 23_456), [0, 10_000, 20_000, 30_000]);
    assert.deepEqual(niceTicks(0, 1, 5, 1), [0, 1]);
    assert.deepEqual(niceTicks(0, 40, 5, 1), [0, 10, 20, 30, 40]);
    assert.deepEqual(niceTicks(5, 5).length >= 2, true);
    assert.deepEqual(niceTicks(0, 0).length >= 2, true);
    for (const [low, high] of [[0.001, 0.0011], [-3, 8], [1e6, 1e6 + 3], [0.5799, 0.58]]) {
        const ticks = niceTicks(low, high);
        assert.ok(ticks[0] <= low && ticks.at(-1) >= high, `${low} ${high}: ${ticks}`);
        assert.ok(ticks.length >= 2 && ticks.length <= 8, `${ticks}`);
    }
});

test("a line breaks where there is not enough", () => {
    // Goal: gaps stay gaps, a lonely value is a dot, ranges are bands, and higher is further up.
    const tree = lineChart({
        title: "Accuracy",
        sentence: "It rises.",
        labels: ["1", "2", "3", "4", "5"],
        series: [
            { kind: "model", points: [{ value: 0.5, low: 0.4, high: 0.6 }, { value: 0.6, low: 0.5, high: 0.7 }, null, { value: 0.55, low: 0.5, high: 0.6 }, null] },
            { kind: "shares", points: [null, null, null, null, null] },
        ],
        format: String,
    });
    assert.equal(find(tree, "plot-line").length, 2);
    assert.equal(find(tree, "plot-band").length, 2);
    assert.equal(find(tree, "plot-dot").length, 1);
    const [first, second] = find(tree, "plot-line")[0][1].points.split(" ").map((pair) => pair.split(",").map(Number));
    assert.ok(first[0] < second[0] && first[1] > second[1]);
    assert.equal(JSON.stringify(tree).includes("NaN"), false);
});

test("the axis of an amount begins at 0", () => {
    // Goal: a change of a hundredth does not look like a fall to nothing.
    const chart = { title: "t", sentence: "s", labels: ["1", "2"], series: [{ kind: "model", points: [{ value: 99 }, { value: 100 }] }], format: String };
    const marks = (tree) => find(tree, "plot-tick").map((node) => node.at(-1));
    assert.equal(marks(lineChart(chart))[0], "99");
    assert.equal(marks(lineChart({ ...chart, isFromZero: true }))[0], "0");
});

test("charts without values are empty, not broken", () => {
    // Goal: the first minutes of a server draw nothing strange.
    for (const tree of [
        lineChart({ title: "t", sentence: "s", labels: [], series: [], format: String }),
        lineChart({ title: "t", sentence: "s", labels: ["1"], series: [{ kind: "model", points: [{ value: 1 }] }], format: String }),
        calibrationChart({ title: "t", sentence: "s", classes: [[], [], [], []] }),
        barChart({ title: "t", sentence: "s", bars: [], format: String }),
    ]) {
        const text = JSON.stringify(tree);
        assert.doesNotMatch(text, /NaN|Infinity|null/);
        assert.match(text, /"title"/);
    }
});

test("what came lies on the diagonal when it equals what was said", () => {
    // Goal: the plot of calibration has equal scales for both.
    const tree = calibrationChart({
        title: "t",
        sentence: "s",
        classes: [[{ probability: 0, came: 0, flights: 4 }, { probability: 1, came: 1, flights: 1 }], [], [], []],
    });
    const [, diagonal] = find(tree, "plot-diagonal")[0];
    const [low, high] = find(tree, "plot-dot").map(([, attributes]) => attributes);
    assert.deepEqual([low.cx, low.cy], [diagonal.x1, diagonal.y1]);
    assert.deepEqual([high.cx, high.cy], [diagonal.x2, diagonal.y2]);
    assert.ok(low.r > high.r);
});
