// SPDX-License-Identifier: Apache-2.0

import { arc } from "./arc.js";
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
