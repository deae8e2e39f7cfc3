// SPDX-License-Identifier: Apache-2.0

import { readFile } from "node:fs/promises";

/**
 * Reads the table of flown routes (JSON lines of Origin, Dest, Distance in miles).
 *
 * @param {string} file
 * @returns {Promise<Record<string, Record<string, number>>>} whole miles by origin and destination,
 *     both in alphabetical order; the first of repeated routes wins.
 */
export async function readRoutes(file) {
    const lines = (await readFile(file, "utf8")).split("\n").filter((line) => line !== "");
    const rows = lines.map((line) => JSON.parse(line));
    rows.sort((a, b) => compare(a.Origin, b.Origin) || compare(a.Dest, b.Dest));
    const routes = {};
    for (const { Origin, Dest, Distance } of rows) {
        routes[Origin] ??= {};
        routes[Origin][Dest] ??= Math.round(Distance);
    }
    return routes;
}

function compare(a, b) {
    return a < b ? -1 : Number(a > b);
}
