// SPDX-License-Identifier: Apache-2.0
//
// A map of the United States made of its airports: Albers' equal-area conic projection (Snyder, Map
// Projections: A Working Manual, 1987, section 14), with Alaska, Hawaii and the Caribbean moved in
// below. The drawing is 960 x 560 units.

import { arc } from "../static/js/arc.js";

const SCALE = 1150;
const CENTRE = { x: 470, y: 262 };

// Degrees; `at` is where the region's centre is drawn, `scale` is relative to the mainland's.
const REGIONS = [
    {
        holds: (lon, lat) => lat > 50,
        parallels: [55, 65],
        centre: [-154, 60],
        at: { x: 105, y: 490 },
        scale: 0.33,
    },
    {
        holds: (lon, lat) => lon > -162 && lon < -150 && lat < 25,
        parallels: [8, 18],
        centre: [-157, 20.5],
        at: { x: 275, y: 530 },
        scale: 0.9,
    },
    {
        holds: (lon, lat) => lon > -68 && lon < -60 && lat < 20,
        parallels: [8, 18],
        centre: [-66, 18],
        at: { x: 850, y: 535 },
        scale: 1,
    },
    {
        holds: (lon, lat) => lon > -126 && lon < -66 && lat > 24,
        parallels: [29.5, 45.5],
        centre: [-96.6, 38.7],
        at: CENTRE,
        scale: 1,
    },
];

/**
 * @param {number} lon degrees east
 * @param {number} lat degrees north
 * @returns {number[] | null} x and y on the drawing; null outside of every region.
 */
export function project(lon, lat) {
    const region = REGIONS.find(({ holds }) => holds(lon, lat));
    if (region === undefined) return null;
    const [x, y] = albers(region, lon, lat);
    const scale = SCALE * region.scale;
    return [round(region.at.x + scale * x), round(region.at.y - scale * y)];
}

/** @returns {string} a path that a round line cap turns into one dot for every airport. */
export function dotPath(airports) {
    return airports
        .filter(({ at }) => at !== null)
        .map(({ at: [x, y] }) => `M${x} ${y}h0`)
        .join("");
}

/** @returns {string} the ways of routes such as "ATL-SFO", as the prediction page draws one. */
export function routePath(airports, routes) {
    const places = new Map(airports.map(({ code, at }) => [code, at]));
    return routes.map((route) => arc(...route.split("-").map((code) => places.get(code)))).join("");
}

function albers({ parallels, centre }, lon, lat) {
    const [south, north] = parallels.map(radians);
    const n = (Math.sin(south) + Math.sin(north)) / 2;
    const c = Math.cos(south) ** 2 + 2 * n * Math.sin(south);
    const radius = (phi) => Math.sqrt(c - 2 * n * Math.sin(phi)) / n;
    const rho = radius(radians(lat));
    const theta = n * radians(lon - centre[0]);
    return [rho * Math.sin(theta), radius(radians(centre[1])) - rho * Math.cos(theta)];
}

function radians(degrees) {
    return (degrees * Math.PI) / 180;
}

function round(value) {
    return Math.round(value * 10) / 10;
}
