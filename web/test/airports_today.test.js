// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";

import { describeAsOf, readAirports, signed } from "../static/js/airports_today.js";

const SFO = {
    code: "SFO",
    minutes_lost: 14.2,
    usual_minutes_lost: -1.3,
    deviation: 15.5,
    dep_delay: 21,
    expected_arr_delay: 35.2,
    flights: 37.4,
    age_seconds: 420,
};

test("the airports are read or left out", () => {
    // Goal: an airport that lacks a number is left out alone, anything that is no answer is null,
    // and no more rows are drawn than a page holds.
    const read = readAirports({ as_of: "2008-04-01T12:00:00Z", airports: [SFO, { code: "X" }, 7] });
    assert.deepEqual(read, {
        asOf: "2008-04-01T12:00:00Z",
        airports: [{ code: "SFO", lost: 14.2, usual: -1.3, expected: 35.2, flights: 37.4 }],
    });
    assert.deepEqual(readAirports({ as_of: null, airports: [] }), { asOf: null, airports: [] });
    for (const odd of [undefined, null, 7, {}, { airports: "x" }]) {
        assert.equal(readAirports(odd), null, JSON.stringify(odd));
    }
    assert.equal(readAirports({ airports: new Array(100).fill(SFO) }).airports.length, 20);
});

test("minutes have a sign and the time its zone", () => {
    // Goal: a rounded nought has no sign.
    assert.deepEqual([14.2, -3.4, 0.2, -0.2].map(signed), ["+14", "-3", "0", "0"]);
    assert.equal(describeAsOf("2008-04-01T12:05:00.000000Z"), "As of 1 Apr 2008, 12:05 UTC");
    assert.equal(describeAsOf(null), "");
});
