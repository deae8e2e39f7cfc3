// SPDX-License-Identifier: Apache-2.0
//
// What travels between page and server, checked as it comes in: a page must not fall over what an
// older server, another scorer or a neighbouring tab has written.

import { CLASSES } from "./classes.js";
import { readContributions } from "./reasons.js";
import { readToday } from "./today.js";

/** The fields of the form, in its order; all but the flight number are needed. */
export const FIELDS = Object.freeze([
    "DepDelay",
    "Carrier",
    "FlightDate",
    "Origin",
    "Dest",
    "FlightNum",
]);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** @returns {boolean} whether `value` is a request id as the server makes them. */
export function isRequestId(value) {
    return typeof value === "string" && UUID.test(value);
}

/**
 * What the page insists on before it asks the server, whose rules are wider.
 *
 * @param {Record<string, string>} flight by field
 * @returns {{field: string, message: string}[]} in the order of the form; empty when all is well.
 */
export function checkFlight(flight) {
    const missing = {
        DepDelay: "Give the delay as a number of minutes, such as 5 or -3.",
        Carrier: "Choose an airline, such as AA.",
        FlightDate: "Choose the day of departure.",
        Origin: "Choose the airport of departure, such as ATL.",
        Dest: "Choose the airport of arrival, such as SFO.",
    };
    const isMissing = (field) => field in missing && (flight[field] ?? "").trim() === "";
    return FIELDS.filter(isMissing).map((field) => ({
        field,
        message: missing[field],
    }));
}

/**
 * Finds the place of a refusal. Older servers send no `field`; then the message starts with it.
 *
 * @param {{message?: unknown, field?: unknown}} answer
 * @returns {{field: string | null, message: string}} `field` is null for what concerns no field.
 */
export function placeError(answer) {
    const message =
        typeof answer.message === "string" && answer.message !== ""
            ? answer.message
            : "the server gave no reason";
    const prefix = /^([A-Za-z]+):\s*/.exec(message);
    const named = typeof answer.field === "string" ? answer.field : prefix?.[1];
    const field = FIELDS.find((name) => name === named) ?? null;
    if (field === null) return { field, message };
    const text = prefix?.[1] === field ? message.slice(prefix[0].length) : message;
    return { field, message: text.charAt(0).toUpperCase() + text.slice(1) };
}

/**
 * Reads a `prediction_ready` payload (or the `prediction` of the polling answer).
 *
 * @returns {{id: string, flight: object, outcome: object} | null} null when it is none. `outcome`
 *     has `prediction` 0..3, `probabilities` (four shares, or null), `model` (or null),
 *     `contributions` (as readContributions gives them) and `today` (as readToday does).
 */
export function readPrediction(record) {
    if (typeof record !== "object" || record === null || !isRequestId(record.UUID)) return null;
    const prediction = record.Prediction;
    if (!Number.isInteger(prediction) || CLASSES[prediction] === undefined) return null;
    return {
        id: record.UUID,
        flight: readFlight(record),
        outcome: {
            prediction,
            probabilities: readShares(record.Probabilities),
            model: typeof record.Model === "string" ? record.Model : null,
            contributions: readContributions(record.Contributions),
            today: readToday(record.Online),
        },
    };
}

/**
 * Reads a `prediction_failed` payload.
 *
 * @returns {{id: string, isFinal: boolean, message: string} | null} null when it is none. Not final:
 *     only the server's wait is over, the outcome may still come.
 */
export function readFailure(payload) {
    if (!isRequestId(payload?.request_id)) return null;
    const texts = [payload.message, payload.reason].filter(
        (text) => typeof text === "string" && text !== "",
    );
    return {
        id: payload.request_id.toLowerCase(),
        isFinal: payload.final === true,
        message: (texts[0] ?? "no reason was given").slice(0, 500),
    };
}

/** @returns {Record<string, string>} the fields as short strings, "" where there is none. */
export function readFlight(record) {
    return Object.fromEntries(FIELDS.map((field) => [field, readField(record?.[field])]));
}

// The store's extended JSON wraps dates: {"$date": "2016-12-25T00:00:00Z"}.
function readField(value) {
    const plain = typeof value === "object" && value !== null ? value.$date : value;
    return typeof plain === "string" || typeof plain === "number" ? String(plain).slice(0, 64) : "";
}

/** @returns {number[] | null} one share for every class, or nothing. */
export function readShares(value) {
    const isShare = (share) => typeof share === "number" && share >= 0 && share <= 1;
    const fits = Array.isArray(value) && value.length === CLASSES.length && value.every(isShare);
    return fits ? value : null;
}
