// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { listAirports } from "../tools/airports.js";
import { listCarriers } from "../tools/carriers.js";
import { project } from "../tools/map.js";
import { readRoutes } from "../tools/routes.js";

const DISTANCES = fileURLToPath(new URL("../../data/origin_dest_distances.jsonl", import.meta.url));

test("every airport of the table has a name and a place", async () => {
    // Goal: an update of a data package that loses an airport is noticed here.
    const airports = listAirports(await readRoutes(DISTANCES));
    assert.equal(airports.length, 322);
    for (const { code, city, state, name } of airports) {
        assert.ok(city !== code && state !== "" && name !== code, code);
    }
    const off = airports.filter(({ at }) => at === null).map(({ code }) => code);
    assert.deepEqual(off, ["GUM", "PPG"]);
});

test("carriers are those of the flights", () => {
    // Goal: names of the years the data are from, not of who has the code today.
    const names = new Map(listCarriers().map(({ code, name }) => [code, name]));
    assert.equal(names.size, 22);
    assert.equal(names.get("AA"), "American Airlines");
    assert.equal(names.get("CO"), "Continental Airlines");
});

test("the map has north above and west to the left", () => {
    // Goal: the projection, by its order and by the drawing's bounds.
    const [seattle, miami, boston] = [
        project(-122.3, 47.4),
        project(-80.3, 25.8),
        project(-71, 42.4),
    ];
    assert.ok(seattle[0] < miami[0] && miami[0] < boston[0]);
    assert.ok(seattle[1] < miami[1]);
    for (const [x, y] of [seattle, miami, boston]) assert.ok(x > 0 && x < 960 && y > 0 && y < 560);
    assert.equal(project(144.8, 13.5), null);
});
