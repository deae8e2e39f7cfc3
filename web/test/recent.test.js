// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { test } from "node:test";

import { RECENT_MAX, Recent, isOpen, parseRecent, withEntry } from "../static/js/recent.js";

const idOf = (n) => `8e90da7e-63f5-45f9-8f3d-${String(n).padStart(12, "0")}`;

function entryOf(n, state = "waiting") {
    const outcome = {
        prediction: 2,
        probabilities: [0.1, 0.2, 0.6, 0.1],
        model: "m",
        contributions: { base: 0.5, changes: [["DepDelay", 0.1]] },
        today: null,
        tookMs: 12,
    };
    const flight = {
        DepDelay: "5",
        Carrier: "AA",
        FlightNum: "",
        FlightDate: "2016-12-25",
        Origin: "ATL",
        Dest: "SFO",
    };
    return {
        id: idOf(n),
        flight,
        askedAt: n,
        state,
        outcome: state === "done" ? outcome : null,
        reason: null,
    };
}

function memory() {
    const items = new Map();
    return {
        getItem: (key) => items.get(key) ?? null,
        setItem: (key, value) => void items.set(key, value),
    };
}

test("the list is bounded, newest first", () => {
    // Goal: the oldest goes when a new one comes; a changed one keeps its place.
    let entries = [];
    for (let n = 0; n < RECENT_MAX + 5; n++) entries = withEntry(entries, entryOf(n));
    assert.equal(entries.length, RECENT_MAX);
    assert.equal(entries[0].id, idOf(RECENT_MAX + 4));
    const changed = withEntry(entries, entryOf(10, "done"));
    assert.equal(changed.length, RECENT_MAX);
    assert.deepEqual(
        changed.map(({ id }) => id),
        entries.map(({ id }) => id),
    );
    assert.equal(changed.find(({ id }) => id === idOf(10)).state, "done");
});

test("what is stored is not trusted", () => {
    // Goal: another version, another tab or a curious hand may have written anything.
    for (const text of [null, "", "{", "7", "null", "{}", "[null, 7, {}]"]) {
        assert.deepEqual(parseRecent(text), [], String(text));
    }
    const odd = [
        { ...entryOf(1), state: "gone" },
        { ...entryOf(2), id: "<b>" },
        { ...entryOf(3, "done"), outcome: { prediction: 9 } },
        { ...entryOf(4), flight: null, askedAt: "x", reason: {} },
    ];
    const [kept, ...rest] = parseRecent(JSON.stringify(odd));
    assert.deepEqual(rest, []);
    assert.equal(kept.id, idOf(4));
    assert.equal(kept.flight.Origin, "");
    assert.equal(kept.reason, null);
});

test("entries survive storing", () => {
    // Goal: what goes in comes out, and two lists over one storage (two tabs) see each other.
    const storage = memory();
    const [one, other] = [new Recent(() => storage), new Recent(() => storage)];
    one.put(entryOf(1));
    other.put(entryOf(2, "done"));
    assert.deepEqual(one.list(), [entryOf(2, "done"), entryOf(1)]);
    assert.deepEqual(one.pending(), [idOf(1)]);
    assert.deepEqual(other.find(idOf(1)), entryOf(1));
    one.clear();
    assert.deepEqual(other.list(), []);
});

test("a browser that refuses storage still has a list", () => {
    // Goal: the page works in private windows; the list lasts as long as the page.
    const recent = new Recent(() => {
        throw new Error("refused");
    });
    recent.put(entryOf(1));
    recent.put(entryOf(1, "done"));
    assert.deepEqual(recent.list(), [entryOf(1, "done")]);
});

test("only a final outcome closes a request", () => {
    // Goal: a timeout ends a wait, not a request.
    assert.deepEqual(
        ["waiting", "overdue", "done", "failed"].map((state) => isOpen({ state })),
        [true, true, false, false],
    );
});
