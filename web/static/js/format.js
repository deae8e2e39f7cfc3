// SPDX-License-Identifier: Apache-2.0
//
// Values as people read them. Pure functions; every one accepts what a server or an older version
// of the page may have left out.

/** @param {number} share 0..1. @returns {string} "48 %"; "<1 %" rather than a false nought. */
export function formatPercent(share) {
    const percent = share * 100;
    if (percent > 0 && percent < 0.5) return "<1 %";
    if (percent < 100 && percent > 99.5) return ">99 %";
    return `${Math.round(percent)} %`;
}

/** @param {number} ms @returns {string} "12 ms", "1.2 s" or "3 min 5 s". */
export function formatDuration(ms) {
    if (ms < 1000) return `${Math.max(1, Math.round(ms))} ms`;
    if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
    const seconds = Math.round(ms / 1000);
    return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** @param {string|number|null} minutes @returns {string} "5 min late", "3 min early", "on time". */
export function formatDelay(minutes) {
    const value = Number(minutes);
    if (minutes === null || minutes === "" || !Number.isFinite(value)) return "delay unknown";
    if (value === 0) return "on time";
    return `${Math.abs(value).toLocaleString("en")} min ${value < 0 ? "early" : "late"}`;
}

/** @param {string} date YYYY-MM-DD and more. @returns {string} "25 Dec 2016", else as given. */
export function formatDate(date) {
    const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(date);
    if (match === null) return date;
    const [, year, month, day] = match.map(Number);
    const time = new Date(Date.UTC(year, month - 1, day));
    if (time.getUTCMonth() !== month - 1) return date;
    return time.toLocaleDateString("en-GB", {
        day: "numeric",
        month: "short",
        year: "numeric",
        timeZone: "UTC",
    });
}

/** @param {number} miles @returns {string} "2,139 mi" */
export function formatMiles(miles) {
    return `${Math.round(miles).toLocaleString("en")} mi`;
}

/** @param {number} value a figure such as a log loss. @returns {string} "0.8255" */
export function formatFigure(value) {
    return value.toFixed(4);
}

/** Splits "Early (15+ Minutes Early)" into ["Early ", "(15+ Minutes Early)"]. */
export function splitClassText(text) {
    const at = text.indexOf("(");
    return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at)];
}
