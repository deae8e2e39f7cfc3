// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

import { listAirports } from "../tools/airports.js";
import { listCarriers } from "../tools/carriers.js";
import { compress } from "../tools/compress.js";
import { project } from "../tools/map.js";
import { readRoutes } from "../tools/routes.js";
import { versionOf } from "../tools/version.js";

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

test("what is compressed can be read again, and is smaller", () => {
    // Goal: both forms hold the same; what is short or random stays as it is.
    const text = Buffer.from("the same words again and again\n".repeat(100));
    const forms = compress(text);
    assert.deepEqual([...forms.keys()], [".br", ".gz"]);
    assert.deepEqual(brotliDecompressSync(forms.get(".br")), text);
    assert.deepEqual(gunzipSync(forms.get(".gz")), text);
    assert.equal(compress(text.subarray(0, 999)).size, 0);
    assert.equal(compress(randomBytes(5000)).size, 0);
});

test("a version stands for every name and byte", async () => {
    // Goal: a change of content, of name or of place makes another version; nothing else does.
    const folder = await mkdtemp(path.join(tmpdir(), "flightcast-version-"));
    try {
        const seen = [];
        const note = async () => seen.push(await versionOf(folder));
        await writeFile(path.join(folder, "a.js"), "1");
        await note();
        await writeFile(path.join(folder, "a.js"), "2");
        await note();
        await rename(path.join(folder, "a.js"), path.join(folder, "b.js"));
        await note();
        await mkdir(path.join(folder, "js"));
        await note();
        await rename(path.join(folder, "b.js"), path.join(folder, "js/b.js"));
        await note();
        assert.match(seen[0], /^[0-9a-f]{12}$/);
        assert.equal(seen[3], seen[2]);
        assert.equal(new Set(seen).size, 4);
    } finally {
        await rm(folder, { recursive: true });
    }
});
