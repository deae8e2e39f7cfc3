// SPDX-License-Identifier: Apache-2.0
//
// Draws the figures of performance_data.js. Every chart has its values in a table beside it, for
// screen readers, keyboards and whoever wants the numbers.

import { CLASSES } from "./classes.js";
import { byId, element } from "./dom.js";
import { formatFigure, formatPercent } from "./format.js";
import { barChart, calibrationChart, draw, lineChart } from "./plot.js";

const NOT_ENOUGH = "not enough";
const NOT_ENOUGH_TEXT = "There are not enough judged flights.";
const SERIES = [
    { kind: "model", name: "Model" },
    { kind: "shares", name: "Always the class shares of these flights" },
    { kind: "departure", name: "Their class shares by departure delay" },
];

const number = (value) => value.toLocaleString("en");
const percent = (value) => `${(value * 100).toFixed(1)} %`;

function figureText(point, format) {
    return point === null ? NOT_ENOUGH : format(point.value);
}

function rangeText(point, format) {
    return point?.low === undefined ? "" : `${format(point.low)} to ${format(point.high)}`;
}

function tile(name, value, more = "") {
    const box = element("div", { class: "tile" }, element("dt", {}, name), element("dd", {}, value));
    if (more !== "") box.append(element("dd", { class: "tile-more" }, more));
    return box;
}

function judgedMore(others, waiting) {
    const parts = [];
    if (others > 0) parts.push(`${number(others)} cancelled or diverted`);
    if (waiting !== null) parts.push(`${number(waiting)} wait for an arrival`);
    return parts.join(", ");
}

/** @param {import("./performance_data.js").ModelFigures} model */
export function showTiles(model, counts, delays) {
    const others = counts.cancelled + counts.diverted;
    byId("tiles").replaceChildren(
        tile("Accuracy", figureText(model.accuracy, percent), rangeText(model.accuracy, percent)),
        tile("Log loss", figureText(model.logLoss, formatFigure), rangeText(model.logLoss, formatFigure)),
        tile("Calibration error", figureText(model.calibrationError, formatFigure)),
        tile("Flights judged", number(model.judged), judgedMore(others, counts.waiting)),
        tile("Half is known within", delays.half ?? NOT_ENOUGH, delays.most === null ? "" : `nine of ten within ${delays.most}`),
    );
}

function table(name, head, rows, attributes = {}) {
    return element(
        "div",
        { class: "table-room", tabindex: "0", role: "region", "aria-label": name },
        element(
            "table",
            { class: "values", ...attributes },
            element("thead", {}, element("tr", {}, ...head.map((text) => element("th", { scope: "col" }, text)))),
            element(
                "tbody",
                {},
                ...rows.map(([first, ...rest]) =>
                    element("tr", {}, element("th", { scope: "row" }, first), ...rest.map((cell) => (typeof cell === "string" ? element("td", {}, cell) : cell))),
                ),
            ),
        ),
    );
}

function chart(title, sentence, ...parts) {
    return element(
        "figure",
        { class: "card chart" },
        element("figcaption", {}, element("h2", {}, title), element("p", { class: "chart-sentence" }, sentence)),
        ...parts,
    );
}

function folded(name, values) {
    return element("details", {}, element("summary", {}, name), values);
}

function legend(series) {
    return element("ul", { class: "legend" }, ...series.map(({ kind, name }) => element("li", { class: `plot-${kind}` }, name)));
}

function overTime(title, figure, days, format) {
    const enough = days.filter((day) => day[figure].model !== null);
    const series = SERIES.filter(({ kind }) => days.some((day) => day[figure][kind] !== null));
    if (enough.length === 0) return chart(title, "There are not enough judged flights on any day.");
    const last = enough.at(-1);
    const sentence = `On ${last.label} it was ${format(last[figure].model.value)}, of ${number(last.judged)} flights.`;
    const picture = draw(
        lineChart({
            title,
            sentence,
            labels: days.map(({ label }) => label.replace(/^\d{4}-/, "")),
            series: series.map(({ kind }) => ({ kind, points: days.map((day) => day[figure][kind]) })),
            format,
        }),
    );
    const rows = days.map((day) => [
        day.label,
        number(day.judged),
        ...series.map(({ kind }) => figureText(day[figure][kind], format)),
        rangeText(day[figure].model, format),
    ]);
    const head = ["Day", "Flights", ...series.map(({ name }) => name), "Range of the model (95 %)"];
    return chart(title, sentence, legend(series), picture, folded(`${title}: values`, table(`${title} by day`, head, rows)));
}

function calibration({ reliability, calibrationError }) {
    const title = "Probabilities beside what came";
    const classes = reliability.map((bins) => bins.filter(({ flights }) => flights > 0));
    if (calibrationError === null || classes.length === 0 || classes.every((bins) => bins.length === 0)) return chart(title, NOT_ENOUGH_TEXT);
    const sentence = `On the line, flights given 70 % came in 70 of 100 cases. The mean distance is ${formatFigure(calibrationError.value)}.`;
    const picture = draw(calibrationChart({ title, sentence, classes }));
    const rows = classes.flatMap((bins, i) =>
        bins.map(({ probability, came, flights }) => [CLASSES[i].name, percent(probability), percent(came), number(flights)]),
    );
    const names = element("ul", { class: "legend" }, ...CLASSES.map(({ name }, i) => element("li", { class: `plot-class-${i}` }, name)));
    return chart(title, sentence, names, picture, folded(`${title}: values`, table(title, ["Class", "Probability given", "Share that came", "Flights"], rows)));
}

function confusion({ confusion: counts, accuracy }) {
    const title = "Answered and observed";
    if (accuracy === null || counts.length === 0) return chart(title, NOT_ENOUGH_TEXT);
    const rows = counts.map((row, observed) => {
        const all = row.reduce((sum, count) => sum + count, 0);
        return [
            CLASSES[observed].name,
            ...row.map((count, answered) => {
                const share = all === 0 ? 0 : count / all;
                const cell = element("td", answered === observed ? { class: "is-hit" } : {}, `${number(count)} (${formatPercent(share)})`);
                cell.style.setProperty("--share", share.toFixed(3));
                return cell;
            }),
        ];
    });
    const head = ["Observed", ...CLASSES.map(({ name }) => name)];
    return chart(
        title,
        "One row for each class that came, one column for each that was answered; right answers are framed.",
        table(title, head, rows, { class: "values confusion" }),
    );
}

function worstRoutes(routes) {
    const title = "Worst routes";
    if (routes.length === 0) return chart(title, "No route has enough judged flights yet.");
    const rows = routes.map(({ route, judged, logLoss, accuracy }) => [route, number(judged), formatFigure(logLoss), percent(accuracy)]);
    return chart(title, "Those with the largest log loss, of at least 20 flights.", table(title, ["Route", "Flights", "Log loss", "Accuracy"], rows));
}

function labelDelay({ bars, half }) {
    const title = "How late the truth comes";
    if (half === null) return chart(title, NOT_ENOUGH_TEXT);
    const sentence = `Half of the arrivals are known within ${half} of the request.`;
    const picture = draw(barChart({ title, sentence, bars, format: (value) => formatPercent(value) }));
    const rows = bars.map(({ label, value }) => [label, percent(value)]);
    return chart(title, sentence, picture, folded(`${title}: values`, table(title, ["Up to", "Share of flights"], rows)));
}

// A place in the charts that keyboards can be at, by its words.
function placeOf(node) {
    return node?.closest?.("#charts") ? (node.getAttribute("aria-label") ?? node.textContent) : null;
}

/** Draws all charts anew; those that are open stay open, and the keyboard stays where it is. */
export function showCharts({ model, days, routes, delays }) {
    const room = byId("charts");
    const open = new Set([...room.querySelectorAll("details[open] > summary")].map(({ textContent }) => textContent));
    const place = placeOf(document.activeElement);
    room.replaceChildren(
        overTime("Accuracy over time", "accuracy", days, percent),
        overTime("Log loss over time", "logLoss", days, formatFigure),
        calibration(model),
        confusion(model),
        worstRoutes(routes),
        labelDelay(delays),
    );
    for (const summary of room.querySelectorAll("summary")) {
        summary.parentElement.open = open.has(summary.textContent);
    }
    if (place === null) return;
    [...room.querySelectorAll("summary, [tabindex]")].find((node) => placeOf(node) === place)?.focus({ preventScroll: true });
}
