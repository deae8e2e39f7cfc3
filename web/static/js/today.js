// SPDX-License-Identifier: Apache-2.0
//
// How the day goes, in the answers of models that follow arrivals: the arrival delay to be expected,
// and the minutes that flights like this one lost in the last hours. The record's "Online" has them;
// its values stand in the order of docs/training.md.

import { formatDelay } from "./format.js";

const PLACES = { dest: 9, origin: 10, route: 12 };
const VALUES_MAX = 64;

/**
 * @returns {{expected: number, low: number, high: number, dest: number | null,
 *     origin: number | null, route: number | null} | null} minutes; null when it is none.
 */
export function readToday(online) {
    if (typeof online !== "object" || online === null) return null;
    const { ExpectedArrDelay: expected, Low: low, High: high, Values: values } = online;
    if (![expected, low, high].every(Number.isFinite)) return null;
    if (!Array.isArray(values) || values.length > VALUES_MAX) return null;
    const minutes = Object.entries(PLACES).map(([name, place]) => [
        name,
        Number.isFinite(values[place]) ? values[place] : null,
    ]);
    return { expected, low, high, ...Object.fromEntries(minutes) };
}

/** Reads what readToday gave, as it was stored. */
export function keptToday(value) {
    if (typeof value !== "object" || value === null) return null;
    const values = [];
    for (const [name, place] of Object.entries(PLACES)) values[place] = value[name];
    return readToday({
        ExpectedArrDelay: value.expected,
        Low: value.low,
        High: value.high,
        Values: values,
    });
}

/** @returns {string} "12 min late; four in five from 5 min early to 29 min late" */
export function describeExpected({ expected, low, high }) {
    const [middle, first, last] = [expected, low, high].map((value) =>
        formatDelay(Math.round(value) + 0),
    );
    return `${middle}; four in five from ${first} to ${last}`;
}

/** @returns {string} "Flights into SFO lost 14 min in the last hours, ..."; empty without any. */
export function describeToday({ dest, origin, route }, { Origin, Dest }) {
    const parts = [
        [`into ${Dest}`, dest],
        [`out of ${Origin}`, origin],
        [`from ${Origin} to ${Dest}`, route],
    ]
        .map(([where, minutes]) => [where, minutes === null ? 0 : Math.round(minutes)])
        .filter(([, minutes]) => minutes !== 0)
        .map(([where, minutes]) => `${where} ${minutes > 0 ? "lost" : "won"} ${Math.abs(minutes)} min`);
    if (parts.length === 0) return "";
    return `In the last hours flights ${parts.join(", those ")}.`;
}
