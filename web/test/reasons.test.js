// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";

import { readContributions, reasonsOf } from "../static/js/reasons.js";

test("contributions are read or left out", () => {
    // Goal: numbers by name with a base; anything else is nothing, so that no page breaks.
    const read = readContributions({ Base: 0.3, DepDelay: 0.25, Carrier: -0.05 });
    assert.deepEqual(read, {
        base: 0.3,
        changes: [
            ["DepDelay", 0.25],
            ["Carrier", -0.05],
        ],
    });
    for (const odd of [
        undefined,
        null,
        7,
        [0.3],
        {},
        { DepDelay: 0.2 },
        { Base: "0.3" },
        { Base: 0.3, DepDelay: null },
        { Base: 0.3, DepDelay: 2 },
        { Base: 0.3, ["x".repeat(65)]: 0.1 },
    ]) {
        assert.equal(readContributions(odd), null, JSON.stringify(odd));
    }
});

test("reasons come by size, in people's words", () => {
    // Goal: what is one thing to people is one reason, also of unknown features; noughts are none.
    const changes = [
        ["DepDelay", 0.251],
        ["Carrier", -0.02],
        ["CarrierMinutesLost", -0.38],
        ["Distance", 0.004],
        ["Weather", 0.01],
    ];
    const reasons = reasonsOf({ base: 0.3, changes });
    assert.deepEqual(
        reasons.map(({ name, points }) => `${name} ${points}`),
        ["Carrier \u221240", "Departure delay +25", "Weather +1"],
    );
    assert.deepEqual(reasonsOf({ base: 0.3, changes: [] }), []);
});
