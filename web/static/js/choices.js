// SPDX-License-Identifier: Apache-2.0
//
// What a choice field offers for a typed text. A choice is {code, title, detail, group}; the lists
// have a few hundred entries, so they are searched whole.

/** @returns {string} lower case, without accents, apostrophes and double blanks. */
export function fold(text) {
    return text
        .normalize("NFD")
        .replace(/[\u0300-\u036f'’.]/g, "")
        .replace(/[\s/–-]+/g, " ")
        .trim()
        .toLowerCase();
}

/**
 * Choices whose code starts with the text, then those with a word that starts with it. Groups stay
 * together, in the order of `choices`.
 *
 * @param {{code: string, title: string, detail: string, group: string}[]} choices
 * @param {string} text as typed; an empty one finds everything.
 */
export function findChoices(choices, text) {
    const wanted = fold(text);
    const ranked = choices
        .map((choice, index) => ({ choice, index, rank: rankOf(choice, wanted) }))
        .filter(({ rank }) => rank < Infinity);
    const groups = [...new Set(choices.map(({ group }) => group))];
    const place = ({ choice }) => groups.indexOf(choice.group);
    ranked.sort((a, b) => place(a) - place(b) || a.rank - b.rank || a.index - b.index);
    return ranked.map(({ choice }) => choice);
}

/** @returns the choice whose code is `text`, whatever its case, or null. */
export function exactChoice(choices, text) {
    const code = text.trim().toUpperCase();
    return choices.find((choice) => choice.code === code) ?? null;
}

function rankOf({ code, title, detail }, wanted) {
    if (wanted === "") return 3;
    const folded = code.toLowerCase();
    if (folded === wanted) return 0;
    if (folded.startsWith(wanted)) return 1;
    if (fold(title).startsWith(wanted)) return 2;
    return ` ${fold(title)} ${fold(detail)}`.includes(` ${wanted}`) ? 3 : Infinity;
}

/** Choices for the carrier field. */
export function carrierChoices(carriers) {
    return carriers.map(({ code, name }) => ({ code, title: name, detail: "", group: "" }));
}

/**
 * Choices for an airport field: those that a flight from `origin` reaches come first, with their
 * distance; without an origin (or with one that no route starts at) all are alike.
 */
export function airportChoices(airports, routes, origin = null) {
    const reached = origin === null ? undefined : routes[origin];
    const choices = airports.map(({ code, city, state, name }) => ({
        code,
        title: state === "" ? city : `${city}, ${state}`,
        detail: name,
        miles: reached?.[code] ?? null,
        group: groupOf(reached, origin, code),
    }));
    if (reached === undefined) return choices;
    return choices.sort((a, b) => (a.miles === null) - (b.miles === null));
}

function groupOf(reached, origin, code) {
    if (reached === undefined) return "";
    return reached[code] === undefined ? `No known route from ${origin}` : `From ${origin}`;
}
