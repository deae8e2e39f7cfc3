// SPDX-License-Identifier: Apache-2.0
//
// The airports by minutes lost now: the answer of GET /api/v1/today and the event `airports` of the
// namespace /live, checked, and as a table.

import { byId, element } from "./dom.js";

const SHOWN = 20;
const NUMBERS = ["minutes_lost", "usual_minutes_lost", "expected_arr_delay", "flights"];
const HEAD = ["Airport", "Minutes lost now", "Usual", "Arrival delay to expect", "Flights"];

/**
 * @returns {{asOf: string | null, airports: {code: string, lost: number, usual: number,
 *     expected: number, flights: number}[]} | null} most minutes lost first; null when it is none.
 */
export function readAirports(payload) {
    if (typeof payload !== "object" || payload === null || !Array.isArray(payload.airports)) {
        return null;
    }
    const isWhole = (airport) =>
        typeof airport?.code === "string" && NUMBERS.every((name) => Number.isFinite(airport[name]));
    return {
        asOf: typeof payload.as_of === "string" ? payload.as_of : null,
        airports: payload.airports
            .filter(isWhole)
            .slice(0, SHOWN)
            .map((airport) => ({
                code: airport.code.slice(0, 8),
                lost: airport.minutes_lost,
                usual: airport.usual_minutes_lost,
                expected: airport.expected_arr_delay,
                flights: airport.flights,
            })),
    };
}

/** @returns {string} "+14", "-3", "0" */
export function signed(minutes) {
    const whole = Math.round(minutes);
    return whole > 0 ? `+${whole}` : String(whole + 0);
}

/** @returns {string} "As of 1 Apr 2008, 12:00 UTC" */
export function describeAsOf(asOf) {
    const time = new Date(asOf ?? "");
    if (Number.isNaN(time.getTime())) return "";
    const text = time.toLocaleString("en-GB", {
        day: "numeric",
        month: "short",
        year: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        timeZone: "UTC",
    });
    return `As of ${text} UTC`;
}

/** Draws the table; hides it while no airport has enough flights. */
export function showAirports(read) {
    const rows = read?.airports ?? [];
    byId("airports-today").hidden = rows.length === 0;
    if (rows.length === 0) return;
    byId("airports-as-of").textContent = describeAsOf(read.asOf);
    byId("airports-table").replaceChildren(
        element(
            "thead",
            {},
            element("tr", {}, ...HEAD.map((text) => element("th", { scope: "col" }, text))),
        ),
        element("tbody", {}, ...rows.map(drawAirport)),
    );
}

function drawAirport({ code, lost, usual, expected, flights }) {
    return element(
        "tr",
        {},
        element("th", { scope: "row" }, code),
        element("td", {}, signed(lost)),
        element("td", {}, signed(usual)),
        element("td", {}, `${signed(expected)} min`),
        element("td", {}, String(Math.round(flights))),
    );
}
