// SPDX-License-Identifier: Apache-2.0
//
// Small charts in SVG. A chart is a tree of plain arrays, [tag, attributes, ...children], which
// tests can look at and draw() turns into elements. Colours and type come from the style sheet by
// class names; each chart has its values in a table beside it, so a picture needs no reading out
// but its title and one sentence.

const SVG = "http://www.w3.org/2000/svg";
// Small, so that letters stay readable when a phone shrinks it.
const WIDTH = 420;
const HEIGHT = 220;
const MARGIN = { left: 60, right: 10, top: 10, bottom: 30 };
const TICKS = 5;

/** @typedef {[string, Record<string, string | number>, ...(Tree | string)[]]} Tree */
/** @typedef {{value: number, low?: number, high?: number} | null} Point */

/** @param {Tree} tree @returns {SVGElement} */
export function draw([tag, attributes, ...children]) {
    const node = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, String(value));
    node.append(...children.map((child) => (typeof child === "string" ? child : draw(child))));
    return node;
}

/**
 * Round numbers that cover a range, about `count` of them.
 *
 * @param {number} low @param {number} high @param {number} [count]
 * @param {number} [stepMin] the least distance between two
 * @returns {number[]} rising; the first is at most `low`, the last at least `high`
 */
export function niceTicks(low, high, count = TICKS, stepMin = 0) {
    const span = high > low ? high - low : Math.abs(low) || 1;
    const rough = Math.max(span / Math.max(1, count - 1), stepMin);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map((unit) => unit * power).find((unit) => unit >= rough * 0.999);
    const first = Math.floor(low / step + 1e-9);
    const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
    const ticks = [];
    for (let i = first; i <= last; ++i) ticks.push(Number((i * step).toPrecision(12)));
    return ticks;
}

// Rounded, so that trees are short and the same everywhere.
const round = (value) => Math.round(value * 10) / 10;

function scale([from, to], [start, end]) {
    return (value) => round(start + ((value - from) / (to - from || 1)) * (end - start));
}

function frame({ title, sentence }, ...children) {
    return [
        "svg",
        { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "plot" },
        ["title", {}, title],
        ["desc", {}, sentence],
        ...children,
    ];
}

function yAxis(ticks, y, format) {
    return ticks.flatMap((tick) => [
        ["line", { class: "plot-grid", x1: MARGIN.left, x2: WIDTH - MARGIN.right, y1: y(tick), y2: y(tick) }],
        ["text", { class: "plot-tick", x: MARGIN.left - 8, y: y(tick) + 4, "text-anchor": "end" }, format(tick)],
    ]);
}

// At most six labels, the first and the last among them.
function xAxis(labels, x) {
    const every = Math.max(1, Math.ceil((labels.length - 1) / 5));
    return labels.flatMap((label, i) => {
        const isLast = i === labels.length - 1;
        const isNearLast = labels.length - 1 - i < every && !isLast;
        if ((i % every !== 0 && !isLast) || (isNearLast && i !== 0)) return [];
        const anchor = labels.length === 1 ? "middle" : i === 0 ? "start" : isLast ? "end" : "middle";
        return [["text", { class: "plot-tick", x: x(i), y: HEIGHT - 10, "text-anchor": anchor }, label]];
    });
}

// Runs of points without a gap.
function runs(points) {
    const found = [];
    let run = [];
    points.forEach((point, i) => {
        if (point === null) {
            if (run.length > 0) found.push(run);
            run = [];
        } else {
            run.push({ ...point, i });
        }
    });
    if (run.length > 0) found.push(run);
    return found;
}

function seriesTree({ points, kind }, x, y) {
    const parts = [];
    for (const run of runs(points)) {
        if (run.every(({ low, high }) => low !== undefined && high !== undefined)) {
            const upper = run.map(({ i, high }) => `${x(i)},${y(high)}`);
            const lower = run.map(({ i, low }) => `${x(i)},${y(low)}`).reverse();
            parts.push(["polygon", { class: "plot-band", points: [...upper, ...lower].join(" ") }]);
        }
        parts.push(["polyline", { class: "plot-line", points: run.map(({ i, value }) => `${x(i)},${y(value)}`).join(" ") }]);
        if (run.length === 1) parts.push(["circle", { class: "plot-dot", cx: x(run[0].i), cy: y(run[0].value), r: 4 }]);
    }
    return ["g", { class: `plot-series plot-${kind}` }, ...parts];
}

/**
 * Values over time, each series a line with its range.
 *
 * @param {object} chart
 * @param {string} chart.title
 * @param {string} chart.sentence the one thing that the picture tells
 * @param {string[]} chart.labels of the points, from the earliest on
 * @param {{kind: string, points: Point[]}[]} chart.series null where there is not enough
 * @param {(value: number) => string} chart.format
 * @param {boolean} [chart.isFromZero] the axis begins at 0, for amounts
 * @param {number} [chart.stepMin] the least distance between two marks of the axis: 1 for counts
 * @returns {Tree}
 */
export function lineChart({ title, sentence, labels, series, format, isFromZero = false, stepMin = 0 }) {
    const values = series.flatMap(({ points }) =>
        points.filter((point) => point !== null).flatMap(({ value, low, high }) => [low ?? value, value, high ?? value]),
    );
    if (values.length === 0) return frame({ title, sentence });
    const ticks = niceTicks(Math.min(...values, ...(isFromZero ? [0] : [])), Math.max(...values), TICKS, stepMin);
    const x = scale([0, Math.max(1, labels.length - 1)], [MARGIN.left + 6, WIDTH - MARGIN.right - 6]);
    const y = scale([ticks[0], ticks.at(-1)], [HEIGHT - MARGIN.bottom, MARGIN.top]);
    return frame(
        { title, sentence },
        ...yAxis(ticks, y, format),
        ...xAxis(labels, x),
        ...series.map((one) => seriesTree(one, x, y)),
    );
}

/**
 * Shares that came beside the probabilities that were given: on the diagonal they are equal.
 *
 * @param {object} chart
 * @param {string} chart.title
 * @param {string} chart.sentence
 * @param {{probability: number, came: number, flights: number}[][]} chart.classes by class
 * @returns {Tree}
 */
export function calibrationChart({ title, sentence, classes }) {
    const ticks = [0, 0.25, 0.5, 0.75, 1];
    const percent = (value) => `${Math.round(value * 100)} %`;
    const x = scale([0, 1], [MARGIN.left, WIDTH - MARGIN.right]);
    const y = scale([0, 1], [HEIGHT - MARGIN.bottom, MARGIN.top]);
    const most = Math.max(1, ...classes.flat().map(({ flights }) => flights));
    const dots = classes.map((bins, i) => [
        "g",
        { class: `plot-series plot-class-${i}` },
        ...bins.map(({ probability, came, flights }) => [
            "circle",
            { class: "plot-dot", cx: x(probability), cy: y(came), r: round(2 + 6 * Math.sqrt(flights / most)) },
        ]),
    ]);
    return frame(
        { title, sentence },
        ...yAxis(ticks, y, percent),
        ...ticks.map((tick) => ["text", { class: "plot-tick", x: x(tick), y: HEIGHT - 10, "text-anchor": tick === 1 ? "end" : "middle" }, percent(tick)]),
        ["line", { class: "plot-diagonal", x1: x(0), y1: y(0), x2: x(1), y2: y(1) }],
        ...dots,
    );
}

/**
 * Values as bars from 0.
 *
 * @param {object} chart
 * @param {string} chart.title
 * @param {string} chart.sentence
 * @param {{label: string, value: number}[]} chart.bars
 * @param {(value: number) => string} chart.format
 * @returns {Tree}
 */
export function barChart({ title, sentence, bars, format }) {
    const ticks = niceTicks(0, Math.max(...bars.map(({ value }) => value), 1e-9));
    const y = scale([0, ticks.at(-1)], [HEIGHT - MARGIN.bottom, MARGIN.top]);
    const room = (WIDTH - MARGIN.left - MARGIN.right) / Math.max(1, bars.length);
    return frame(
        { title, sentence },
        ...yAxis(ticks, y, format),
        ...bars.flatMap(({ label, value }, i) => {
            const left = round(MARGIN.left + room * i);
            return [
                ["rect", { class: "plot-bar", x: round(left + room * 0.15), width: round(room * 0.7), y: y(value), height: round(y(0) - y(value)) }],
                ["text", { class: "plot-tick", x: round(left + room / 2), y: HEIGHT - 10, "text-anchor": "middle" }, label],
            ];
        }),
    );
}
