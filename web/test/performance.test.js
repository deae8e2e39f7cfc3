// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";

import { meanFigure, readDelays, readPerformance, shareFigure } from "../static/js/performance_data.js";

const CONFUSION = [
    [10, 10, 0, 0],
    [0, 20, 10, 0],
    [0, 10, 30, 0],
    [0, 0, 0, 10],
];

test("an interval holds its share and narrows with flights", () => {
    // Goal: Wilson's interval, whose ends are known for 7 of 10: 0.397 and 0.892.
    const few = shareFigure(0.7, 10);
    assert.ok(Math.abs(few.low - 0.397) < 0.001 && Math.abs(few.high - 0.892) < 0.001, JSON.stringify(few));
    const many = shareFigure(0.7, 10_000);
    assert.ok(many.low > 0.69 && many.high < 0.71);
    assert.equal(shareFigure(1, 20).high, 1);
    assert.equal(shareFigure(0, 20).low, 0);
    assert.equal(shareFigure(undefined, 20), null);
    assert.equal(shareFigure(0.5, 0), null);
});

test("figures of too few flights are not there", () => {
    // Goal: what the server holds back is "not enough" and never a nought.
    const { models, days, routes } = readPerformance(
        { groups: [{ name: "m@1", flights: 19, enough: false }] },
        { groups: [{ name: "2008-04-01", flights: 3, enough: false }] },
        { groups: [{ name: "ATL-SFO", flights: 3, enough: false }] },
    );
    assert.equal(models[0].accuracy, null);
    assert.equal(models[0].logLoss, null);
    assert.deepEqual(days[0].accuracy, { model: null, shares: null, departure: null });
    assert.deepEqual(routes, []);
});

test("a day is set beside its two baselines", () => {
    // Goal: the server's figures, and the log loss with its range of two standard errors.
    const figures = { accuracy: 0.7, log_loss: 0.8, log_loss_error: 0.1, calibration_error: 0.01, confusion: CONFUSION, reliability: [] };
    const baselines = { class_shares: { accuracy: 0.4, log_loss: 1.28 }, departure_delay: { accuracy: 0.6, log_loss: 0.9 } };
    const group = { name: "2008-04-01", flights: 100, enough: true, figures, baselines };
    const { days, models, counts } = readPerformance({ groups: [group], waiting: 7 }, { groups: [group] }, {});
    assert.equal(days[0].accuracy.shares.value, 0.4);
    assert.equal(days[0].logLoss.shares.value, 1.28);
    assert.equal(days[0].accuracy.departure.value, 0.6);
    assert.equal(days[0].logLoss.departure.value, 0.9);
    assert.deepEqual(models[0].logLoss, { value: 0.8, low: 0.8 - 0.196, high: 0.8 + 0.196 });
    assert.deepEqual(models[0].confusion, CONFUSION);
    assert.equal(counts.waiting, 7);
    assert.deepEqual(meanFigure(0.8, undefined), { value: 0.8 });
    assert.equal(readPerformance({ waiting: null }, {}, {}).counts.waiting, null);
});

test("the worst routes come first", () => {
    // Goal: by log loss, ten at most, only those with enough flights.
    const groups = Array.from({ length: 15 }, (_, i) => ({
        name: `R${i}`, flights: 20 + i, enough: i !== 14, figures: { accuracy: 0.5, log_loss: i / 10 },
    }));
    const { routes } = readPerformance({}, {}, { groups });
    assert.equal(routes.length, 10);
    assert.equal(routes[0].route, "R13");
});

test("delays of the truth tell when half is known", () => {
    // Goal: the bucket in which half of the flights are known; the last bucket has no bound.
    const delays = readDelays([{ minutes: 30, flights: 1 }, { minutes: 60, flights: 5 }, { minutes: 120, flights: 3 }, { minutes: null, flights: 1 }]);
    assert.equal(delays.half, "1 h");
    assert.equal(delays.most, "2 h");
    assert.deepEqual(delays.bars.map(({ label }) => label), ["30 min", "1 h", "2 h", "later"]);
    assert.deepEqual(readDelays([]), { bars: [], half: null, most: null });
    assert.equal(readDelays([{ minutes: null, flights: 5 }]).half, null);
});

test("odd answers do no harm", () => {
    // Goal: a page of an older or newer server draws nothing rather than breaking.
    for (const odd of [undefined, null, {}, { groups: 5 }, { groups: [null, 5, { enough: true }] }]) {
        assert.doesNotThrow(() => readPerformance(odd, odd, odd), JSON.stringify(odd));
    }
});
