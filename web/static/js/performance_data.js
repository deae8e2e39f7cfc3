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

/**
 * A mean with its 95 % interval.
 *
 * @param {number} value @param {number} error the standard error
 * @returns {Figure}
 */
export function meanFigure(value, error) {
    if (!Number.isFinite(value)) return null;
    if (!Number.isFinite(error) || error <= 0) return { value };
    return { value, low: Math.max(0, value - 1.96 * error), high: value + 1.96 * error };
}

// How good a simple answer would have been on the same flights; nulls of too few.
function readBaseline(baseline) {
    return { accuracy: figure(baseline?.accuracy), logLoss: figure(baseline?.log_loss) };
}

function readModel(group) {
    const judged = count(group?.flights);
    const figures = group?.enough === true ? group.figures : {};
    return {
        name: String(group?.name ?? ""),
        judged,
        accuracy: shareFigure(figures?.accuracy, judged),
        logLoss: meanFigure(figures?.log_loss, figures?.log_loss_error),
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
    const shares = readBaseline(group?.baselines?.class_shares);
    const departure = readBaseline(group?.baselines?.departure_delay);
    return {
        label: day.name,
        judged: day.judged,
        accuracy: { model: day.accuracy, shares: shares.accuracy, departure: departure.accuracy },
        logLoss: { model: day.logLoss, shares: shares.logLoss, departure: departure.logLoss },
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
            waiting: byModel?.waiting === null || byModel?.waiting === undefined ? null : count(byModel.waiting),
        },
        days: list(byDay?.groups).map(readDay),
        routes: readRoutes(list(byRoute?.groups)),
        delays: readDelays(byModel?.label_delay),
    };
}
