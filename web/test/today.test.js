// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";

import { describeExpected, describeToday, keptToday, readToday } from "../static/js/today.js";

const VALUES = Array.from({ length: 19 }, () => null);
VALUES[9] = 14.2;
VALUES[10] = -0.2;
VALUES[12] = -6;
const ONLINE = { Fold: 1, ExpectedArrDelay: 12.4, Low: -5.2, High: 29.6, Values: VALUES };

test("the day is read or left out", () => {
    // Goal: three minutes and a list of numbers, missing ones null; anything else is nothing. What
    // was stored is read back as it was.
    const read = readToday(ONLINE);
    assert.deepEqual(read, {
        expected: 12.4,
        low: -5.2,
        high: 29.6,
        dest: 14.2,
        origin: -0.2,
        route: -6,
    });
    assert.deepEqual(keptToday(JSON.parse(JSON.stringify(read))), read);
    for (const odd of [
        undefined,
        null,
        7,
        {},
        { ...ONLINE, Low: "1" },
        { ...ONLINE, Values: 3 },
        { ...ONLINE, Values: new Array(65).fill(0) },
    ]) {
        assert.equal(readToday(odd), null, JSON.stringify(odd));
    }
    assert.equal(keptToday(null), null);
});

test("the day is told in words", () => {
    // Goal: minutes won and lost by place, noughts left out; nothing to say is an empty text.
    const flight = { Origin: "ATL", Dest: "SFO" };
    const today = readToday(ONLINE);
    assert.equal(
        describeToday(today, flight),
        "In the last hours flights into SFO lost 14 min, those from ATL to SFO won 6 min.",
    );
    assert.equal(describeToday({ dest: null, origin: 0.3, route: null }, flight), "");
    assert.equal(
        describeExpected(today),
        "12 min late; four in five from 5 min early to 30 min late",
    );
    assert.equal(describeExpected({ expected: -0.2, low: -9, high: 9 }).split(";")[0], "on time");
});
