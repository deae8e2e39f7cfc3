// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";

import { airportChoices, exactChoice, findChoices } from "../static/js/choices.js";

const AIRPORTS = [
    {
        code: "ATL",
        city: "Atlanta",
        state: "Georgia",
        name: "Hartsfield–Jackson Atlanta International",
    },
    { code: "GUM", city: "Hagåtña", state: "Guam", name: "Antonio B. Won Pat International" },
    { code: "ORD", city: "Chicago", state: "Illinois", name: "O'Hare International" },
    {
        code: "SFO",
        city: "San Francisco",
        state: "California",
        name: "San Francisco International",
    },
    { code: "SAN", city: "San Diego", state: "California", name: "San Diego International" },
];
const ROUTES = { ATL: { SFO: 2139, ORD: 606 } };
const codesOf = (choices) => choices.map(({ code }) => code);

test("a text finds codes, cities and words of names", () => {
    // Goal: the code first, then beginnings of words; accents and apostrophes may be left out.
    const choices = airportChoices(AIRPORTS, ROUTES);
    for (const [text, codes] of [
        ["", ["ATL", "GUM", "ORD", "SFO", "SAN"]],
        ["zzz", []],
        ["lanta", []],
        ["atl", ["ATL"]],
        ["san", ["SAN", "SFO"]],
        ["hagat", ["GUM"]],
        ["ohare", ["ORD"]],
        ["jackson", ["ATL"]],
        [" San  Fr", ["SFO"]],
    ])
        assert.deepEqual(codesOf(findChoices(choices, text)), codes, text);
});

test("destinations that the origin reaches come first", () => {
    // Goal: the others are offered, too, but marked; an origin without routes marks none.
    const choices = airportChoices(AIRPORTS, ROUTES, "ATL");
    assert.deepEqual(codesOf(choices), ["ORD", "SFO", "ATL", "GUM", "SAN"]);
    assert.deepEqual(codesOf(findChoices(choices, "san")), ["SFO", "SAN"]);
    assert.equal(choices[1].miles, 2139);
    assert.equal(choices[4].group, "No known route from ATL");
    assert.ok(airportChoices(AIRPORTS, ROUTES, "SAN").every(({ group }) => group === ""));
});

test("a code is known whatever its case", () => {
    // Goal: "sfo " is SFO, a part of a code is none.
    const choices = airportChoices(AIRPORTS, ROUTES);
    assert.equal(exactChoice(choices, "sfo ").code, "SFO");
    assert.equal(exactChoice(choices, "SF"), null);
    assert.equal(exactChoice(choices, ""), null);
});
