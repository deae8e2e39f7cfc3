// SPDX-License-Identifier: Apache-2.0
//
// The card with the answer. It draws one entry of the recent list, or says why there is none.

import { CLASSES } from "./classes.js";
import { byId, element } from "./dom.js";
import {
    formatDate,
    formatDelay,
    formatDuration,
    formatPercent,
    splitClassText,
} from "./format.js";
import { FIELDS } from "./flight.js";
import { reasonsOf } from "./reasons.js";
import { describeExpected, describeToday } from "./today.js";

const NOTES = {
    waiting: "Your flight is on record. The answer appears here.",
    overdue:
        "It takes longer than usual. Your flight is on record and will get its answer; " +
        "leave this page open: it asks again by itself.",
    failed: "This flight gets no prediction. You may correct it and submit it again.",
};

/** Says something that is not about a stored request: a hint, progress, a refusal. */
export function showMessage(state, text, note = "") {
    setState(state);
    byId("result").textContent = text;
    byId("result-note").textContent = note;
    byId("details").hidden = true;
    byId("reasons").hidden = true;
    byId("facts").replaceChildren();
}

/** @param {object} entry as recent.js describes it */
export function showEntry(entry) {
    setState(entry.state, entry.outcome?.prediction);
    byId("result").replaceChildren(...describeResult(entry));
    byId("result-note").textContent = NOTES[entry.state] ?? "";
    byId("ask-again").hidden = entry.state !== "overdue";
    drawBars(entry.outcome);
    drawReasons(entry);
    byId("facts").replaceChildren(...describeFacts(entry).flatMap(drawFact));
}

/** Scrolls to the card where the answer would be out of sight, as on a phone. */
export function revealAnswer() {
    const { top, bottom } = byId("result").getBoundingClientRect();
    if (top < 0 || bottom > window.innerHeight) byId("answer").scrollIntoView({ block: "start" });
}

function setState(state, prediction = null) {
    const card = byId("answer");
    card.dataset.state = state;
    card.classList.remove(...CLASSES.map((_, index) => `delay-${index}`));
    if (prediction !== null) card.classList.add(`delay-${prediction}`);
    byId("ask-again").hidden = true;
}

function describeResult({ state, outcome, reason }) {
    if (state === "done") {
        const [name, range] = splitClassText(CLASSES[outcome.prediction].text);
        return [element("strong", {}, name), element("span", { class: "range" }, range)];
    }
    if (state === "failed") return [`Error: ${reason ?? "no reason was given"}`];
    return [state === "overdue" ? "No answer yet" : "Processing..."];
}

function drawBars(outcome) {
    const shares = outcome?.probabilities ?? null;
    byId("details").hidden = shares === null;
    if (shares === null) return;
    const bars = shares.map((share, index) => drawBar(share, index, index === outcome.prediction));
    byId("bars").replaceChildren(...bars);
}

function drawBar(share, index, isPredicted) {
    const { name, range } = CLASSES[index];
    const fill = element("span", { class: "bar-fill" });
    fill.style.transform = `scaleX(${share})`;
    return element(
        "li",
        { class: `bar delay-${index}${isPredicted ? " is-predicted" : ""}` },
        element("span", { class: "bar-name" }, name, isPredicted ? hidden(" (predicted)") : ""),
        " ",
        element("span", { class: "bar-range" }, range),
        " ",
        element("span", { class: "bar-share" }, formatPercent(share)),
        element("span", { class: "bar-track", "aria-hidden": "true" }, fill),
    );
}

function drawReasons({ outcome, flight }) {
    const contributions = outcome?.contributions ?? null;
    const reasons = contributions === null ? [] : reasonsOf(contributions);
    byId("reasons").hidden = reasons.length === 0;
    if (reasons.length === 0) return;
    byId("reasons-today").textContent = outcome.today ? describeToday(outcome.today, flight) : "";
    const name = CLASSES[outcome.prediction].name.toLowerCase();
    byId("reasons-base").textContent =
        `Points by which each made \u201c${name}\u201d more or less likely than the ` +
        `${formatPercent(contributions.base)} of all flights.`;
    const largest = Math.abs(reasons[0].change);
    byId("reasons-list").replaceChildren(...reasons.map((reason) => drawReason(reason, largest)));
}

function drawReason({ name, change, points }, largest) {
    const fill = element("span", { class: change > 0 ? "reason-fill is-more" : "reason-fill" });
    fill.style.transform = `scaleX(${Math.abs(change) / largest})`;
    return element(
        "li",
        { class: "reason" },
        element("span", { class: "reason-name" }, name),
        " ",
        element("span", { class: "reason-track", "aria-hidden": "true" }, fill),
        " ",
        element("span", { class: "reason-points" }, points, hidden(" points")),
    );
}

function hidden(text) {
    return element("span", { class: "visually-hidden" }, text);
}

function describeFacts({ id, flight, outcome }) {
    const isKnown = FIELDS.some((field) => flight[field] !== "");
    return [
        ["Flight", isKnown ? describeFlight(flight) : null],
        ["Expected", outcome?.today ? describeExpected(outcome.today) : null],
        ["Model", outcome?.model ?? null],
        ["Time taken", Number.isFinite(outcome?.tookMs) ? formatDuration(outcome.tookMs) : null],
        ["Request", id],
    ].filter(([, value]) => value !== null);
}

/** @returns {string} "AA 12 · 25 Dec 2016 · left 5 min late" */
export function describeFlight({ Carrier, FlightNum, FlightDate, DepDelay }) {
    const name = [Carrier, FlightNum].filter((part) => part !== "").join(" ");
    return [name, formatDate(FlightDate), `left ${formatDelay(DepDelay)}`]
        .filter((part) => part !== "")
        .join(" · ");
}

function drawFact([name, value]) {
    return [element("dt", {}, name), element("dd", {}, value)];
}
