// SPDX-License-Identifier: Apache-2.0

import { byId } from "./dom.js";

/** Draws the flight's way over the map of airports. Decoration: the words say it, too. */
export class RouteMap {
    #places = new Map();

    setAirports(airports) {
        this.#places = new Map(airports.map(({ code, at }) => [code, at]));
    }

    show(origin, dest) {
        const from = this.#places.get(origin) ?? null;
        const to = this.#places.get(dest) ?? null;
        byId("map-ends").setAttribute("d", [from, to].map(dot).join(""));
        byId("map-route").setAttribute("d", from !== null && to !== null ? arc(from, to) : "");
    }
}

function dot(at) {
    return at === null ? "" : `M${at[0]} ${at[1]}h0`;
}

/** @returns {string} a path that bows upwards by a fifth of the way between its ends. */
export function arc([x1, y1], [x2, y2]) {
    const lift = Math.hypot(x2 - x1, y2 - y1) / 5;
    const middle = [(x1 + x2) / 2, (y1 + y2) / 2 - 2 * lift];
    return `M${x1} ${y1}Q${middle[0].toFixed(1)} ${middle[1].toFixed(1)} ${x2} ${y2}`;
}
