// SPDX-License-Identifier: Apache-2.0
//
// The page of the registry of models: asks the API now and then, and shows versions and changes.

import { byId, element } from "./dom.js";
import { formatFigure } from "./format.js";
import { readDrift, readModels, readPairs } from "./models_data.js";
import { draw, lineChart } from "./plot.js";
import { TokenForm } from "./token.js";

const AGAIN_MS = 5000;
const percent = (value) => `${(value * 100).toFixed(1)} %`;

function tile(name, value, more = "") {
    const box = element("div", { class: "tile" }, element("dt", {}, name), element("dd", {}, value));
    if (more !== "") box.append(element("dd", { class: "tile-more" }, more));
    return box;
}

// Without rows `empty` tells what to do.
function card(title, sentence, head, rows, empty = "") {
    if (rows.length === 0 && empty !== "") sentence = empty;
    const cells = ([first, ...rest]) =>
        element("tr", {}, element("th", { scope: "row" }, first), ...rest.map((text) => element("td", {}, text)));
    return element(
        "figure",
        { class: "card chart" },
        element("figcaption", {}, element("h2", {}, title), element("p", { class: "chart-sentence" }, sentence)),
        element(
            "div",
            { class: "table-room", tabindex: "0", role: "region", "aria-label": title },
            element(
                "table",
                { class: "values" },
                element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))),
                element("tbody", {}, ...rows.map(cells)),
            ),
        ),
    );
}

function signed(value) {
    return `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(4)}`;
}

// A pair of models under judgement: the bounds are drawn as they were after each block.
function pairCard({ title, champion, judged, hours, verdict, split, labels, points }) {
    const sentence = `Log loss beside ${champion}, above 0 is worse: ${verdict}, after ${judged.toLocaleString("en")} flights in ${hours} hours. ${split}`.trim();
    const head = ["Until (UTC)", "Mean difference", "Lower bound", "Upper bound"];
    const rows = points.map(({ value, low, high }, i) => [labels[i], signed(value), signed(low), signed(high)]);
    const figure = card(title, sentence, head, rows);
    if (points.length > 0) {
        const series = [{ kind: "model", points }];
        figure.querySelector("figcaption").after(draw(lineChart({ title, sentence, labels, series, format: signed })));
    }
    return figure;
}

function driftCards(drift) {
    if (drift === null) return [];
    const { sentence, hint, rows, accuracy } = drift;
    return [
        card(
            "Drift",
            hint === "" ? sentence : `${sentence} ${hint}`,
            ["Of the last 24 hours", "PSI against training", "PSI against the week before"],
            rows,
        ),
        card(
            "Accuracy before flights land",
            "What the probabilities of the last 24 hours promise, beside what came. It is blind to a change of what follows from the same features.",
            ["Accuracy", "Share of right classes"],
            accuracy,
        ),
    ];
}

function show({ champion, inUse, pinned, challengers, versions, history }, pairs, drift) {
    byId("tiles").replaceChildren(
        tile("Champion", champion, inUse !== "" && inUse !== champion ? `this server answers by ${inUse}` : ""),
        tile("Challengers", challengers.length === 0 ? "none" : challengers.join(", ")),
        tile("Versions", String(versions.length)),
    );
    byId("charts").replaceChildren(
        ...pairs.map(pairCard),
        ...driftCards(drift),
        card(
            "Versions",
            "The newest first; figures are those of the days after the ones it learned from.",
            ["Version", "Aliases", "Log loss", "Accuracy", "Learned from", "Added"],
            versions.map((version) => [
                version.model,
                version.aliases.join(", "),
                version.logLoss === null ? "" : formatFigure(version.logLoss),
                version.accuracy === null ? "" : percent(version.accuracy),
                version.learned,
                `${version.added} by ${version.author}`,
            ]),
            "None yet: flightcast models add DIR makes the model in a folder of flightcast train a version.",
        ),
        card(
            "Changes",
            "The newest first.",
            ["Time", "Change", "Author", "Reason"],
            history.map(({ time, text, author, reason }) => [time, text, author, reason]),
            "None yet: flightcast models promote NAME makes a version the champion.",
        ),
    );
    byId("note").textContent = pinned;
}

class ModelsPage {
    #token = new TokenForm(() => this.#ask());
    #timer = null;

    start() {
        this.#ask();
    }

    async #ask() {
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.#ask(), AGAIN_MS);
        if (document.hidden) return;
        const headers = { Accept: "application/json" };
        if (this.#token.value !== "") headers.Authorization = `Bearer ${this.#token.value}`;
        try {
            const answer = await fetch("api/v1/models", { headers });
            if (answer.status === 401) {
                this.#token.ask();
                byId("note").textContent = "The server wants a token to show its models.";
                return;
            }
            const body = await answer.json();
            if (!answer.ok) {
                byId("note").textContent = body.detail ?? "The registry of models is off.";
                return;
            }
            this.#token.accepted();
            const pairs = await fetch("api/v1/experiments", { headers });
            const drift = await fetch("api/v1/drift", { headers });
            show(
                readModels(body),
                pairs.ok ? readPairs(await pairs.json()) : [],
                drift.ok ? readDrift(await drift.json()) : null,
            );
        } catch {
            byId("note").textContent = "The server does not answer; asking again soon.";
        }
    }
}

new ModelsPage().start();
