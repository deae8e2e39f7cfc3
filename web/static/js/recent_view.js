// SPDX-License-Identifier: Apache-2.0

import { CLASSES } from "./classes.js";
import { byId, element } from "./dom.js";
import { formatPercent } from "./format.js";
import { describeFlight } from "./answer_view.js";

const WORDS = { waiting: "Processing...", overdue: "No answer yet", failed: "Failed" };

/**
 * Draws the list of recent predictions: links, so that each can be opened, kept or sent on.
 *
 * @param {object[]} entries as recent.js describes them
 * @param {string | null} shownId the one in the answer card
 */
export function showRecent(entries, shownId) {
    byId("recent").hidden = entries.length === 0;
    byId("recent-list").replaceChildren(...entries.map((entry) => drawEntry(entry, shownId)));
}

function drawEntry(entry, shownId) {
    const { id, flight, outcome } = entry;
    const attributes = { class: "recent-link", href: `#${id}` };
    if (id === shownId) attributes["aria-current"] = "true";
    const verdict = outcome === null ? "is-open" : `delay-${outcome.prediction}`;
    return element(
        "li",
        {},
        element(
            "a",
            attributes,
            element(
                "span",
                { class: "recent-route" },
                `${flight.Origin || "?"} → ${flight.Dest || "?"}`,
            ),
            " ",
            element("span", { class: `recent-verdict ${verdict}` }, describeVerdict(entry)),
            " ",
            element("span", { class: "recent-flight" }, describeFlight(flight)),
        ),
    );
}

function describeVerdict({ state, outcome }) {
    if (outcome === null) return WORDS[state];
    const share = outcome.probabilities?.[outcome.prediction];
    const { name } = CLASSES[outcome.prediction];
    return share === undefined ? name : `${name}, ${formatPercent(share)}`;
}
