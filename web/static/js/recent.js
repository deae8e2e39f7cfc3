// SPDX-License-Identifier: Apache-2.0
//
// This browser's recent predictions. A request id is a secret that opens its result, so the list
// lives in localStorage and nowhere else. Every change reads the stored list first: several tabs
// share it.
//
// An entry: {id, flight, askedAt, state, outcome, reason}
//   state    "waiting" | "overdue" (waiting, the server gave up telling) | "done" | "failed"
//   askedAt  milliseconds since 1970
//   outcome  as readPrediction gives it, and tookMs when this page saw it happen; null until done
//   reason   why it failed, else null

import { isRequestId, readFlight, readShares } from "./flight.js";
import { CLASSES } from "./classes.js";
import { readContributions } from "./reasons.js";
import { keptToday } from "./today.js";

export const RECENT_MAX = 20;
const KEY = "flightcast.recent.1";
const STATES = ["waiting", "overdue", "done", "failed"];

/** @returns {object[]} what is usable of a stored list, newest first, at most RECENT_MAX. */
export function parseRecent(text) {
    let stored;
    try {
        stored = JSON.parse(text ?? "[]");
    } catch {
        return [];
    }
    if (!Array.isArray(stored)) return [];
    return stored
        .slice(0, RECENT_MAX)
        .map(readEntry)
        .filter((entry) => entry !== null);
}

/** @returns {object[]} `entries` with `entry` in place of the one with its id, else in front. */
export function withEntry(entries, entry) {
    const known = entries.some(({ id }) => id === entry.id);
    const changed = known
        ? entries.map((old) => (old.id === entry.id ? entry : old))
        : [entry, ...entries];
    return changed.slice(0, RECENT_MAX);
}

/** The list behind the page. */
export class Recent {
    #storage;
    #fallback = null;

    /** @param {() => Storage} storage called for every access: the mere mention may be refused. */
    constructor(storage = () => globalThis.localStorage) {
        this.#storage = storage;
    }

    list() {
        return parseRecent(this.#read());
    }

    find(id) {
        return this.list().find((entry) => entry.id === id) ?? null;
    }

    /** @returns {string[]} ids that still have no final outcome. */
    pending() {
        return this.list()
            .filter(isOpen)
            .map(({ id }) => id);
    }

    put(entry) {
        this.#write(JSON.stringify(withEntry(this.list(), entry)));
    }

    clear() {
        this.#write("[]");
    }

    /** @returns {boolean} whether a `storage` event of another tab concerns this list. */
    static concerns(event) {
        return event.key === KEY || event.key === null;
    }

    // Private windows and full disks refuse storage; then the list lasts as long as the page.
    #read() {
        if (this.#fallback !== null) return this.#fallback;
        try {
            return this.#storage().getItem(KEY);
        } catch {
            return null;
        }
    }

    #write(text) {
        try {
            this.#storage().setItem(KEY, text);
            this.#fallback = null;
        } catch {
            this.#fallback = text;
        }
    }
}

/** @returns {boolean} whether an outcome may still come. */
export function isOpen(entry) {
    return entry.state === "waiting" || entry.state === "overdue";
}

function readEntry(value) {
    if (typeof value !== "object" || value === null || !isRequestId(value.id)) return null;
    if (!STATES.includes(value.state)) return null;
    const outcome = value.state === "done" ? readOutcome(value.outcome) : null;
    if (value.state === "done" && outcome === null) return null;
    return {
        id: value.id,
        flight: readFlight(value.flight),
        askedAt: Number.isFinite(value.askedAt) ? value.askedAt : 0,
        state: value.state,
        outcome,
        reason: typeof value.reason === "string" ? value.reason.slice(0, 500) : null,
    };
}

function readOutcome(value) {
    if (CLASSES[value?.prediction] === undefined) return null;
    return {
        prediction: value.prediction,
        probabilities: readShares(value.probabilities),
        model: typeof value.model === "string" ? value.model.slice(0, 200) : null,
        contributions: keptContributions(value.contributions),
        today: keptToday(value.today),
        tookMs: Number.isFinite(value.tookMs) ? value.tookMs : null,
    };
}

// As they were stored, with the checks that they had when they came.
function keptContributions(value) {
    if (!Array.isArray(value?.changes)) return null;
    const pairs = value.changes.filter((pair) => Array.isArray(pair));
    return readContributions({ ...Object.fromEntries(pairs), Base: value.base });
}
