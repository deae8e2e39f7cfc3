// SPDX-License-Identifier: Apache-2.0

/** The four classes, by the number a prediction has. `text` is the wording clients rely on. */
export const CLASSES = Object.freeze([
    { name: "Early", range: "15+ min early", text: "Early (15+ Minutes Early)" },
    { name: "Slightly early", range: "0–15 min early", text: "Slightly Early (0-15 Minute Early)" },
    { name: "Slightly late", range: "0–30 min late", text: "Slightly Late (0-30 Minute Delay)" },
    { name: "Very late", range: "30+ min late", text: "Very Late (30+ Minutes Late)" },
]);
