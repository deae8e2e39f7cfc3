// SPDX-License-Identifier: Apache-2.0

import { isRequestId, placeError } from "./flight.js";

const TIMEOUT_MS = 30_000;

/**
 * The fields of a form as they are sent: a flight number that is left empty is none.
 *
 * @param {Iterable<[string, string]>} fields
 */
export function sentFields(fields) {
    const sent = new URLSearchParams([...fields]);
    const number = (sent.get("FlightNum") ?? "").trim();
    if (number === "") sent.delete("FlightNum");
    else sent.set("FlightNum", number);
    return sent;
}

/**
 * Posts the form as the browser would.
 *
 * @param {HTMLFormElement} form
 * @param {string} token what the server wants to see; empty: nothing
 * @returns {Promise<{id: string} | {field: string | null, message: string, isStranger?: boolean}>}
 *     the number of the accepted request, or why there is none; `isStranger` for want of a token.
 *     Never rejects.
 */
export async function submitFlight(form, token) {
    let text;
    try {
        const response = await fetch(form.action, {
            method: "POST",
            body: sentFields(new FormData(form)),
            headers: token === "" ? {} : { Authorization: `Bearer ${token}` },
            signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        if (response.status === 401) {
            return { field: null, isStranger: true, message: "Error: the server wants a token" };
        }
        text = await response.text();
    } catch {
        return {
            field: null,
            message: "Error submitting request: the server cannot be reached. Try again.",
        };
    }
    return readAnswer(text);
}

/** Reads the body of the answer; see submitFlight. */
export function readAnswer(text) {
    let answer;
    try {
        answer = JSON.parse(text);
    } catch {
        return {
            field: null,
            message: "Error submitting request: the answer is not readable. Try again.",
        };
    }
    if (answer?.status === "OK" && isRequestId(answer.id)) return { id: answer.id };
    const { field, message } = placeError(answer ?? {});
    return { field, message: field === null ? `Error: ${message}` : message };
}
