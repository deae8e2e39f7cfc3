// SPDX-License-Identifier: Apache-2.0
//
// The page of how the server is: asks the API every two seconds and shows the answer. Cards are made
// once and only their contents change, so a reader's place is kept.

import { byId, element } from "./dom.js";
import { draw, lineChart } from "./plot.js";
import { readStatus } from "./status_data.js";
import { ADMIN_KEY, TokenForm } from "./token.js";

const AGAIN_MS = 2000;
const STATE_LOOK = {
    critical: "bad", warning: "warning", pending: "warning", failing: "bad", note: "warning", error: "bad", ok: "good",
};

function stateText(state) {
    return element("span", { class: `state state-${STATE_LOOK[state] ?? "warning"}` }, state);
}

/** A card with a table; columns are told by their places: `numbers`, and `short` ones, which stay on a line. */
class TableCard {
    #body = element("tbody");
    #room;
    #nothing;
    #numbers;
    #short;

    constructor({ title, head, nothing, numbers = [], short = [], isWide = false }) {
        this.#numbers = numbers;
        this.#short = short;
        this.#nothing = element("p", { class: "nothing" }, nothing);
        const heads = head.map((text, i) => element("th", { scope: "col", ...this.#look(i) }, text));
        this.#room = element(
            "div",
            { class: "table-room", tabindex: "0", role: "region", "aria-label": title },
            element("table", { class: "values" }, element("thead", {}, element("tr", {}, ...heads)), this.#body),
        );
        this.node = element(
            "section",
            { class: `card chart${isWide ? " is-wide" : ""}` },
            element("h2", {}, title), this.#nothing, this.#room,
        );
    }

    #look(column) {
        if (this.#numbers.includes(column)) return { class: "is-number" };
        return this.#short.includes(column) ? { class: "is-short" } : {};
    }

    show(rows) {
        this.#nothing.hidden = rows.length > 0;
        this.#room.hidden = rows.length === 0;
        this.#body.replaceChildren(
            ...rows.map(([first, ...rest]) =>
                element(
                    "tr",
                    {},
                    element("th", { scope: "row" }, first),
                    ...rest.map((cell, i) => element("td", this.#look(i + 1), cell)),
                ),
            ),
        );
    }
}

/** A card with a small plot of the last hour. */
class PlotCard {
    #sentence = element("p", { class: "chart-sentence" });
    #room = element("div");

    constructor(title) {
        this.node = element(
            "figure",
            { class: "card chart" },
            element("figcaption", {}, element("h2", {}, title), this.#sentence),
            this.#room,
        );
    }

    show(plot) {
        const isEmpty = plot.series.every(({ points }) => points.every((point) => point === null));
        this.#sentence.textContent = plot.sentence;
        this.#room.replaceChildren(...(isEmpty ? [] : [draw(lineChart(plot))]));
    }
}

class StatusView {
    #alarms = new TableCard({ title: "Alarms", head: ["Alarm", "State", "Since", "Cause"], nothing: "None.", short: [0, 1, 2], isWide: true });
    #errors = new TableCard({ title: "Warnings and errors", head: ["Message", "Level", "Part", "Times", "Last", "Reason"], nothing: "None since the start.", numbers: [3], short: [1, 2, 4], isWide: true });
    #checks = new TableCard({ title: "Health", head: ["Check", "State", "Reason"], nothing: "No checks." });
    #latency = new TableCard({ title: "Times", head: ["Step", "Count", "50 %", "90 %", "99 %"], nothing: "Nothing was measured in this time.", numbers: [1, 2, 3, 4] });
    #lag = new TableCard({ title: "Lag", head: ["Group", "Partition", "Records"], nothing: "No group is known yet.", numbers: [2] });
    #model = new TableCard({ title: "Model", head: ["Role", "Model"], nothing: "None.", isWide: true });
    #counts = new TableCard({ title: "Connections, queues and resources", head: ["Count", "Now"], nothing: "None.", numbers: [1] });
    #plots = [];

    show(status) {
        byId("about").textContent = status.about;
        const note = byId("note"); // Read out only when it changes.
        if (note.textContent !== status.summary) note.textContent = status.summary;
        byId("tiles").replaceChildren(
            ...status.tiles.map(([name, value, more]) =>
                element(
                    "div",
                    { class: "tile" },
                    element("dt", {}, name), element("dd", {}, value), element("dd", { class: "tile-more" }, more),
                ),
            ),
        );
        this.#alarms.show(status.alarms.map(({ name, state, since, text }) => [name, stateText(state), since, text]));
        this.#errors.show(
            status.errors.map(({ message, level, stage, count, last, detail }) => [message, stateText(level), stage, count, last, detail]),
        );
        this.#checks.show(status.checks.map(({ name, state, reason }) => [name, stateText(state), reason]));
        this.#latency.show(status.latency);
        this.#lag.show(status.lag);
        this.#model.show(status.model);
        this.#counts.show(status.counts);
        if (this.#plots.length === 0) {
            this.#plots = status.plots.map(({ title }) => new PlotCard(title));
            const tables = [this.#checks, this.#latency, this.#lag, this.#counts, this.#model];
            byId("charts").replaceChildren(...[this.#alarms, ...this.#plots, this.#errors, ...tables].map(({ node }) => node));
        }
        status.plots.forEach((plot, i) => this.#plots[i].show(plot));
    }
}

class StatusPage {
    #token = new TokenForm(() => this.#ask(), ADMIN_KEY);
    #view = new StatusView();
    #timer = null;

    start() {
        // Without a token the first answer would be a refusal.
        if (this.#token.value === "") return this.#want();
        this.#ask();
    }

    #want() {
        this.#token.ask();
        this.#say("down", "Admin token needed");
        byId("note").textContent = "The server wants its admin token to show its status.";
    }

    #say(state, text) {
        byId("link-state").dataset.state = state;
        byId("link-state").textContent = text;
    }

    async #ask() {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#ask(), AGAIN_MS);
        if (document.hidden) return;
        const headers = { Accept: "application/json", Authorization: `Bearer ${this.#token.value}` };
        try {
            const answer = await fetch("api/v1/status", { headers });
            if (answer.status === 401) {
                clearTimeout(this.#timer);
                return this.#want();
            }
            const body = await answer.json();
            if (!answer.ok) {
                this.#say("down", "No status");
                byId("note").textContent = body.detail ?? "The server gives no status.";
                return;
            }
            this.#token.accepted();
            this.#say("up", "Live");
            this.#view.show(readStatus(body));
        } catch {
            this.#say("down", "No answer");
            byId("note").textContent = "The server does not answer; these figures are the last ones.";
        }
    }
}

new StatusPage().start();
