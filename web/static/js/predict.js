// SPDX-License-Identifier: Apache-2.0
//
// The prediction page: posts the form, waits for the outcome, keeps what this browser asked. The
// part of the address after # is the id of the request in the answer card, so that a reload, the
// back button and a kept link all show it again.

import { revealAnswer, showEntry, showMessage } from "./answer_view.js";
import { submitFlight } from "./api.js";
import { byId } from "./dom.js";
import { isRequestId, readFailure, readFlight, readPrediction } from "./flight.js";
import { FlightForm } from "./form.js";
import { openLink } from "./link.js";
import { Recent, isOpen } from "./recent.js";
import { showRecent } from "./recent_view.js";
import { RouteMap } from "./route_map.js";
import { TokenForm } from "./token.js";

const TABLES = ["carriers", "airports", "routes"];
const ASK_AGAIN_MS = 30_000; // After the server has given up telling.

class PredictPage {
    #recent = new Recent();
    #map = new RouteMap();
    #form = new FlightForm(() => this.#drawRoute());
    #token = new TokenForm(() => this.#link.comeBack());
    #link = null;
    #busy = false;
    #shownId = null;
    #postedAt = new Map(); // id -> performance.now(), until its outcome comes

    start() {
        this.#form.element.addEventListener("submit", (event) => {
            event.preventDefault();
            this.#submit();
        });
        byId("ask-again").addEventListener("click", () => this.#askAgain());
        byId("recent-clear").addEventListener("click", () => this.#clear());
        window.addEventListener("hashchange", () => {
            this.#show();
            if (this.#shownId !== null) revealAnswer();
        });
        window.addEventListener("storage", (event) => Recent.concerns(event) && this.#refresh());
        this.#link = openLink(globalThis.io, {
            pending: () => this.#pending(),
            token: () => this.#token.value,
            stranger: () => this.#wantToken(),
            state: (isUp) => this.#showLink(isUp),
            prediction: (record) => this.#onPrediction(record),
            failure: (failure) => this.#onFailure(failure),
        });
        this.#show();
        this.#loadTables();
    }

    // Without its tables the form still works: it takes codes as typed.
    async #loadTables() {
        const load = async (name) => [
            name,
            await (await fetch(new URL(`../data/${name}.json`, import.meta.url))).json(),
        ];
        const tables = Object.fromEntries(await Promise.all(TABLES.map(load)));
        this.#map.setAirports(tables.airports);
        this.#form.setTables(tables);
        this.#drawRoute();
    }

    async #submit() {
        if (this.#busy || !this.#form.check()) return;
        const flight = this.#form.flight;
        const postedAt = performance.now();
        this.#setBusy(true);
        showMessage("waiting", "Submitting...");
        const answer = await submitFlight(this.#form.element, this.#token.value);
        this.#setBusy(false);
        if (answer.id === undefined) {
            this.#refused(answer);
            return;
        }
        this.#postedAt.set(answer.id, postedAt);
        this.#recent.put({ ...blankEntry(answer.id), flight, askedAt: Date.now() });
        location.hash = answer.id;
        this.#link.watch(answer.id);
    }

    #refused({ field, message, isStranger }) {
        this.#forgetShown();
        if (isStranger) this.#wantToken();
        if (field === null) {
            showMessage("refused", message);
            return;
        }
        showMessage("refused", "Error: please correct the marked field");
        this.#form.showError(field, message);
    }

    #onPrediction(record) {
        const read = readPrediction(record);
        const entry = read === null ? null : this.#openEntry(read.id);
        if (entry === null) return;
        const postedAt = this.#postedAt.get(read.id);
        const tookMs = postedAt === undefined ? null : performance.now() - postedAt;
        const flight = entry.askedAt === 0 ? read.flight : entry.flight;
        this.#settle({ ...entry, flight, state: "done", outcome: { ...read.outcome, tookMs } });
    }

    #onFailure(payload) {
        const read = readFailure(payload);
        const entry = read === null ? null : this.#openEntry(read.id);
        if (entry === null) return;
        const state = read.isFinal ? "failed" : "overdue";
        this.#settle({ ...entry, state, reason: read.message });
        if (!read.isFinal) setTimeout(() => this.#watchIfOpen(read.id), ASK_AGAIN_MS);
    }

    // Without a sign on the page: it says already that the answer takes longer.
    #watchIfOpen(id) {
        if (this.#openEntry(id) !== null) this.#link.watch(id);
    }

    /** The entry that an outcome may change: known or shown, and still open (first wins). */
    #openEntry(id) {
        const entry = this.#recent.find(id) ?? (id === this.#shownId ? blankEntry(id) : null);
        return entry !== null && isOpen(entry) ? entry : null;
    }

    #settle(entry) {
        if (!isOpen(entry)) this.#postedAt.delete(entry.id);
        this.#recent.put(entry);
        this.#refresh();
    }

    #pending() {
        const shown = this.#shownEntry();
        const ids = this.#recent.pending();
        if (shown !== null && isOpen(shown)) ids.push(shown.id);
        return [...new Set(ids)];
    }

    #shownEntry() {
        if (this.#shownId === null) return null;
        return this.#recent.find(this.#shownId) ?? blankEntry(this.#shownId);
    }

    /** The address names another request: show it, and ask for its outcome if it has none yet. */
    #show() {
        // Other anchors of the page, the skip link's for one, leave the card as it is.
        if (location.hash === "" || hashId() !== null) this.#shownId = hashId();
        const entry = this.#shownEntry();
        if (entry === null) showMessage("idle", "", "Submit a flight to see its prediction here.");
        else if (isOpen(entry)) this.#link.watch(entry.id);
        this.#refresh();
    }

    #refresh() {
        const entry = this.#shownEntry();
        if (entry !== null) showEntry(entry);
        showRecent(this.#recent.list(), this.#shownId);
        this.#drawRoute();
    }

    #drawRoute() {
        const { Origin, Dest } = this.#shownEntry()?.flight ?? this.#form.flight;
        const known = Origin !== "" && Dest !== "";
        byId("route").textContent = known ? `${Origin} → ${Dest}` : "";
        this.#map.show(Origin, Dest);
    }

    #askAgain() {
        const entry = this.#shownEntry();
        if (entry === null) return;
        this.#settle({ ...entry, state: "waiting" });
        this.#link.watch(entry.id);
    }

    #clear() {
        this.#recent.clear();
        this.#forgetShown();
        this.#show();
        this.#form.element.querySelector("input").focus();
    }

    #forgetShown() {
        history.replaceState(null, "", location.pathname);
        this.#shownId = null;
        showRecent(this.#recent.list(), null);
        this.#drawRoute();
    }

    #setBusy(isBusy) {
        this.#busy = isBusy;
        this.#form.setBusy(isBusy);
    }

    #wantToken() {
        this.#token.ask();
        byId("link-state").textContent = "Access token needed";
    }

    #showLink(isUp) {
        if (isUp) this.#token.accepted();
        const state = byId("link-state");
        state.dataset.state = isUp ? "up" : "down";
        state.textContent = isUp ? "Connected" : "Connection lost, reconnecting...";
    }
}

function hashId() {
    const id = location.hash.slice(1);
    return isRequestId(id) ? id.toLowerCase() : null;
}

// What is known of a request that another browser has posted.
function blankEntry(id) {
    return {
        id,
        flight: readFlight({}),
        askedAt: 0,
        state: "waiting",
        outcome: null,
        reason: null,
    };
}

new PredictPage().start();
