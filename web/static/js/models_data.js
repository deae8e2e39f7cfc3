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

/**
 * The pairs of GET /api/v1/experiments, ready to draw: points are the mean difference of the log
 * losses with its bounds, which hold at all times.
 */
export function readPairs(answer) {
    return (answer.pairs ?? []).map(({ experiment, challenger, champion, judged, hours, verdict, sequence }) => ({
        title: experiment === "" ? `${challenger} since its promotion` : `${challenger} in ${experiment}`,
        champion,
        judged,
        hours,
        verdict,
        labels: (sequence ?? []).map(({ time }) => minuteOf(time).replace(/^\d{4}-/, "").replace(" UTC", "")),
        points: (sequence ?? []).map(({ mean, lower, upper }) => ({ value: mean, low: lower, high: upper })),
    }));
}
