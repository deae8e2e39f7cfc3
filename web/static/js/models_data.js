// SPDX-License-Identifier: Apache-2.0
//
// The answer of GET /api/v1/models as the page shows it. Pure functions; every one accepts what a
// server may have left out.

const INSIDE = "the model inside the program";

/** @param {string} time "2026-11-30T12:00:00.000000Z" @returns {string} "2026-11-30 12:00 UTC" */
export function minuteOf(time) {
    const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(time ?? "");
    return match === null ? "" : `${match[1]} ${match[2]} UTC`;
}

function figureOf(card, name) {
    const metrics = card?.metrics ?? {};
    const own = metrics.forest ?? Object.values(metrics)[0] ?? {};
    return typeof own[name] === "number" ? own[name] : null;
}

/** @returns {string} a change in words: "champion is march@1f0c" */
export function eventText(record) {
    const model = record.Model ?? INSIDE;
    switch (record.Kind) {
        case "alias_set":
            return record.Way === "rollback" ? `${record.Alias} back to ${model}` : `${record.Alias} is ${model}`;
        case "version_added":
            return `added ${model}`;
        case "version_removed":
            return `removed ${model}`;
        case "experiment_started":
            return `experiment ${record.Experiment} started`;
        case "experiment_stopped":
            return `experiment ${record.Experiment} stopped`;
        case "experiment_decided":
            return `${model}: ${record.Decision}${record.Sets ? `, champion back to ${record.Sets.Model ?? INSIDE}` : ""}`;
        default:
            return record.Kind ?? "";
    }
}

/** @returns {{champion: string, inUse: string, pinned: string, versions: object[], history: object[]}} */
export function readModels(answer) {
    const names = new Map();
    for (const { alias, model } of answer.aliases ?? []) {
        if (model !== null) names.set(model, [...(names.get(model) ?? []), alias]);
    }
    const versions = (answer.versions ?? [])
        .filter(({ removed }) => !removed)
        .map(({ model, added, author, card }) => ({
            model,
            aliases: names.get(model) ?? [],
            added: minuteOf(added),
            author,
            learned: card?.trained_on?.first_day ? `${card.trained_on.first_day} to ${card.trained_on.last_day}` : "",
            logLoss: figureOf(card, "log_loss"),
            accuracy: figureOf(card, "accuracy"),
        }))
        .reverse();
    const history = (answer.history ?? [])
        .map(({ appended, record }) => ({
            time: minuteOf(appended),
            author: record.Author ?? "",
            text: eventText(record),
            reason: record.Reason ?? "",
        }))
        .reverse();
    return {
        champion: answer.champion ?? INSIDE,
        inUse: answer.in_use ?? "",
        pinned: answer.pinned ?? "",
        challengers: answer.challengers ?? [],
        versions,
        history,
    };
}

const NOT_ENOUGH = "not enough flights";

function shiftText({ verdict, psi, threshold } = {}) {
    if (typeof psi !== "number") return NOT_ENOUGH;
    const beside = `${psi.toFixed(3)} (alarm above ${threshold.toFixed(3)})`;
    return verdict === "drift" ? `drift: ${beside}` : beside;
}

function shareText({ share, error } = {}) {
    return typeof share === "number"
        ? `${(share * 100).toFixed(1)} % ± ${(error * 100).toFixed(1)}`
        : NOT_ENOUGH;
}

/** The answer of GET /api/v1/drift: rows of texts, and a sentence. */
export function readDrift(answer) {
    const features = answer.features ?? [];
    const all = answer.answers === undefined ? features : [...features, answer.answers];
    const found = all.filter(({ training, last_week }) => [training?.verdict, last_week?.verdict].includes("drift"));
    const accuracy = answer.accuracy ?? {};
    return {
        sentence:
            found.length > 0
                ? `Others than before: ${found.map(({ name }) => name).join(", ")}.`
                : `No drift among ${(answer.flights ?? 0).toLocaleString("en")} requests of ${answer.model ?? ""}.`,
        hint:
            features.length === 0
                ? "The model in use does not tell what it learned from; one trained by this version does."
                : "",
        rows: all.map(({ name, training, last_week }) => [name, shiftText(training), shiftText(last_week)]),
        accuracy: [
            ["expected, of all requests", shareText(accuracy.expected)],
            ["expected, of those that landed", shareText(accuracy.expected_of_judged)],
            ["true, of those that landed", shareText(accuracy.judged)],
        ],
    };
}

function splitText(split) {
    if (split === undefined) return "";
    const all = split.challenger + split.champion;
    const share = `it answered ${split.challenger.toLocaleString("en")} of ${all.toLocaleString("en")} clients, expected ${(split.expected * 100).toFixed(1)} %`;
    return split.skewed ? `Skewed: ${share}. Arms do not get their shares; look at the logs of the scorers.` : `Of them ${share}.`;
}

/**
 * The pairs of GET /api/v1/experiments, ready to draw: points are the mean difference of the log
 * losses with its bounds, which hold at all times.
 */
export function readPairs(answer) {
    return (answer.pairs ?? []).map(({ experiment, challenger, champion, judged, hours, verdict, sequence, split }) => ({
        title: experiment === "" ? `${challenger} since its promotion` : `${challenger} in ${experiment}`,
        champion,
        judged,
        hours,
        verdict,
        split: splitText(split),
        labels: (sequence ?? []).map(({ time }) => minuteOf(time).replace(/^\d{4}-/, "").replace(" UTC", "")),
        points: (sequence ?? []).map(({ mean, lower, upper }) => ({ value: mean, low: lower, high: upper })),
    }));
}
