// SPDX-License-Identifier: Apache-2.0
//
// The page of how good predictions were: asks the API for the window that is chosen, draws it, and
// again when the server tells that flights were judged. The part of the address after # keeps the
// choice.

import { readAirports, showAirports } from "./airports_today.js";
import { byId, element } from "./dom.js";
import { openLive } from "./live.js";
import { readPerformance } from "./performance_data.js";
import { showCharts, showTiles } from "./performance_view.js";
import { TokenForm } from "./token.js";

const WINDOWS = ["1h", "24h", "7d", "30d"];
const GROUPS = ["model", "day", "route"];
const REDRAW_MS_MIN = 1000; // Pushes may come faster than people read.

class PerformancePage {
    #token = new TokenForm(() => this.#comeBack());
    #live = null;
    #window = "7d";
    #model = null;
    #shown = null;
    #asked = 0; // the number of the last question: older answers are dropped
    #timer = null;

    start() {
        this.#readAddress();
        byId("choices").addEventListener("change", (event) => this.#choose(event.target));
        byId("choices").addEventListener("submit", (event) => event.preventDefault());
        window.addEventListener("hashchange", () => {
            this.#readAddress();
            this.#ask();
        });
        this.#live = openLive(globalThis.io, {
            token: () => this.#token.value,
            stranger: () => this.#token.ask(),
            state: (isUp) => this.#showLink(isUp),
            events: {
                performance: () => this.#askSoon(),
                airports: (payload) => showAirports(readAirports(payload)),
            },
        });
        this.#ask();
        this.#askAirports();
    }

    #comeBack() {
        this.#live.comeBack();
        this.#ask();
        this.#askAirports();
    }

    #readAddress() {
        const wanted = location.hash.slice(1);
        if (WINDOWS.includes(wanted)) this.#window = wanted;
        for (const choice of document.querySelectorAll('[name="window"]')) {
            choice.checked = choice.value === this.#window;
        }
    }

    #choose(target) {
        if (target.name === "window") {
            this.#window = target.value;
            history.replaceState(null, "", `#${this.#window}`);
            this.#ask();
        } else {
            this.#model = target.value;
            this.#show();
        }
    }

    // At most once in a while, and never forgotten.
    #askSoon() {
        if (this.#timer !== null) return;
        this.#timer = setTimeout(() => {
            this.#timer = null;
            this.#ask();
        }, REDRAW_MS_MIN);
    }

    async #ask() {
        const number = ++this.#asked;
        try {
            const answers = await Promise.all(GROUPS.map((by) => this.#fetch(by)));
            if (number !== this.#asked || answers.includes(null)) return;
            this.#shown = readPerformance(...answers);
            this.#token.accepted();
            this.#show();
        } catch {
            if (number === this.#asked) this.#say("The server does not answer; asking again soon.");
            this.#askSoon();
        }
    }

    // Once; later the server tells of them. Without arrivals there is no table.
    async #askAirports() {
        try {
            const answer = await this.#get("api/v1/today");
            if (answer.ok) showAirports(readAirports(await answer.json()));
        } catch {
            // The figures say that the server does not answer.
        }
    }

    #get(url) {
        const headers = { Accept: "application/json" };
        if (this.#token.value !== "") headers.Authorization = `Bearer ${this.#token.value}`;
        return fetch(url, { headers });
    }

    // Null when the server wants a token, or has no figures.
    async #fetch(by) {
        const answer = await this.#get(`api/v1/performance?window=${this.#window}&by=${by}`);
        if (answer.ok) return answer.json();
        if (answer.status === 401) {
            this.#token.ask();
            this.#say("The server wants a token to show its figures.");
            return null;
        }
        if (answer.status === 404) {
            this.#say("This server judges no predictions.");
            return null;
        }
        throw new Error(`status ${answer.status}`);
    }

    #show() {
        const { models, counts, delays } = this.#shown;
        byId("model-choice").hidden = models.length < 2;
        const names = models.map(({ name }) => name);
        if (!names.includes(this.#model)) this.#model = names[0] ?? null;
        byId("model").replaceChildren(...names.map((name) => element("option", name === this.#model ? { selected: "" } : {}, name)));
        const model = models.find(({ name }) => name === this.#model);
        if (model === undefined) {
            byId("tiles").replaceChildren();
            byId("charts").replaceChildren();
            this.#say("No flight was judged in this time. Report arrivals, or start the server with --demo.");
            return;
        }
        showTiles(model, counts, delays);
        showCharts({ ...this.#shown, model });
        this.#say(models.length < 2 ? `Model ${model.name}` : "");
    }

    // Only when it changes, so that screen readers are not told the same again.
    #say(text) {
        if (byId("note").textContent !== text) byId("note").textContent = text;
    }

    #showLink(isUp) {
        const state = byId("link-state");
        state.dataset.state = isUp ? "up" : "down";
        state.textContent = isUp ? "Live" : "Not connected";
    }
}

new PerformancePage().start();
