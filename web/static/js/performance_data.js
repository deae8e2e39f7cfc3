// SPDX-License-Identifier: Apache-2.0
//
// The answers of GET /api/v1/performance, checked and in the form that the page draws. Pure
// functions; a figure that is missing or of too few flights is null, which the page calls "not
// enough".

const ROUTES_SHOWN = 10;
const CLASS_COUNT = 4;

/** @typedef {{value: number, low?: number, high?: number} | null} Figure */
/**
 * @typedef {object} ModelFigures
 * @property {string} name
 * @property {number} judged
 * @property {Figure} accuracy
 * @property {Figure} logLoss
 * @property {Figure} calibrationError
 * @property {number[][]} confusion by class observed, then answered
 * @property {{probability: number, came: number, flights: number}[][]} reliability by class
 */

const count = (value) => (Number.isSafeInteger(value) && value >= 0 ? value : 0);
const list = (value) => (Array.isArray(value) ? value : []);
const figure = (value) => (Number.isFinite(value) ? { value } : null);

/**
 * A share with its 95 % interval (Wilson's).
 *
 * @param {number} share @param {number} flights
 * @returns {Figure}
 */
export function shareFigure(share, flights) {
    if (!Number.isFinite(share) || flights <= 0) return null;
    const z = 1.96;
    const scale = 1 + (z * z) / flights;
    const centre = (share + (z * z) / (2 * flights)) / scale;
    const half = (z / scale) * Math.sqrt((share * (1 - share)) / flights + (z * z) / (4 * flights * flights));
    return { value: share, low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

function readConfusion(value) {
    const rows = list(value).map((row) => list(row).map(count));
    const isWhole = rows.length === CLASS_COUNT && rows.every((row) => row.length === CLASS_COUNT);
    return isWhole ? rows : null;
}

// What one gets who gives every flight the class shares of these very flights.
function constantAnswer(confusion) {
    const observed = confusion.map((row) => row.reduce((sum, flights) => sum + flights, 0));
    const all = observed.reduce((sum, flights) => sum + flights, 0);
    if (all === 0) return { accuracy: null, logLoss: null };
    const shares = observed.map((flights) => flights / all);
    const loss = shares.reduce((sum, share) => (share === 0 ? sum : sum - share * Math.log(share)), 0);
    return { accuracy: { value: Math.max(...shares) }, logLoss: { value: loss } };
}

function readModel(group) {
    const judged = count(group?.flights);
    const figures = group?.enough === true ? group.figures : {};
    return {
        name: String(group?.name ?? ""),
        judged,
        accuracy: shareFigure(figures?.accuracy, judged),
        logLoss: figure(figures?.log_loss),
        calibrationError: figure(figures?.calibration_error),
        confusion: readConfusion(figures?.confusion) ?? [],
        reliability: list(figures?.reliability).map((bins) =>
            list(bins).map((bin) => ({
                probability: Number(bin?.probability),
                came: Number(bin?.observed),
                flights: count(bin?.flights),
            })),
        ),
    };
}

function readDay(group) {
    const day = readModel(group);
    const constant = constantAnswer(day.confusion);
    return {
        label: day.name,
        judged: day.judged,
        accuracy: { model: day.accuracy, shares: constant.accuracy },
        logLoss: { model: day.logLoss, shares: constant.logLoss },
    };
}

function readRoutes(groups) {
    return groups
        .filter((group) => group?.enough === true && Number.isFinite(group.figures?.log_loss))
        .map(({ name, flights, figures }) => ({
            route: String(name),
            judged: count(flights),
            logLoss: figures.log_loss,
            accuracy: Number(figures.accuracy),
        }))
        .sort((a, b) => b.logLoss - a.logLoss)
        .slice(0, ROUTES_SHOWN);
}

const delayLabel = (minutes) => (minutes < 60 ? `${minutes} min` : minutes < 2_880 ? `${minutes / 60} h` : `${minutes / 1_440} days`);

/**
 * How late the truth came: shares of flights by time, and the time by which half is known.
 *
 * @param {{minutes: number | null, flights: number}[]} buckets rising; the last has no bound
 */
export function readDelays(buckets) {
    const counts = list(buckets).map((bucket) => ({ minutes: bucket?.minutes, flights: count(bucket?.flights) }));
    const all = counts.reduce((sum, { flights }) => sum + flights, 0);
    if (all === 0) return { bars: [], half: null, most: null };
    const by = (share) => {
        let known = 0;
        return counts.find(({ flights }) => (known += flights) >= share * all)?.minutes ?? null;
    };
    const last = counts.findLastIndex(({ flights }) => flights > 0);
    const bars = counts.slice(0, last + 1).map(({ minutes, flights }) => ({
        label: Number.isFinite(minutes) ? delayLabel(minutes) : "later",
        value: flights / all,
    }));
    const half = by(0.5);
    const most = by(0.9);
    return { bars, half: half === null ? null : delayLabel(half), most: most === null ? null : delayLabel(most) };
}

/** @param {object} byModel @param {object} byDay @param {object} byRoute the API's answers */
export function readPerformance(byModel, byDay, byRoute) {
    return {
        models: list(byModel?.groups).map(readModel).sort((a, b) => b.judged - a.judged),
        counts: {
            cancelled: count(byModel?.cancelled),
            diverted: count(byModel?.diverted),
            ambiguous: count(byModel?.ambiguous),
        },
        days: list(byDay?.groups).map(readDay),
        routes: readRoutes(list(byRoute?.groups)),
        delays: readDelays(byModel?.label_delay),
    };
}
