// SPDX-License-Identifier: Apache-2.0
//
// The answer of GET /api/v1/status as the page shows it. Pure functions; every one accepts what a
// server may have left out.

const MINUTE_S = 60;
const SECONDS_UNTIL_S = 3 * MINUTE_S; // Neighbours on an axis would be the same minute.

/** @param {number} seconds @returns {string} "0 ms", "0.4 ms", "12 ms", "1.2 s" */
export function secondsText(seconds) {
    const ms = seconds * 1000;
    if (ms === 0) return "0 ms";
    if (ms < 10) return `${ms.toFixed(1)} ms`;
    if (ms < 1000) return `${Math.round(ms)} ms`;
    return `${seconds.toFixed(1)} s`;
}

/** @returns {string} "512 B", "12.3 MB" */
export function bytesText(bytes) {
    let value = bytes;
    let unit = "B";
    for (const next of ["kB", "MB", "GB", "TB"]) {
        if (value < 1000) break;
        value /= 1000;
        unit = next;
    }
    return unit === "B" ? `${value} B` : `${value.toFixed(value < 100 ? 1 : 0)} ${unit}`;
}

/** @returns {string} "0", "0.25", "1,234" */
export function rateText(rate) {
    if (rate === 0 || rate >= 10) return Math.round(rate).toLocaleString("en");
    return rate.toFixed(rate < 1 ? 2 : 1);
}

/** @returns {string} "45 s", "12 min", "3 h 5 min", "2 d 4 h" */
export function ageText(seconds) {
    const minutes = Math.floor(seconds / MINUTE_S);
    if (minutes < 1) return `${Math.floor(seconds)} s`;
    if (minutes < 60) return `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    if (hours < 24) return `${hours} h ${minutes % 60} min`;
    return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

// Whole, but for the marks of an axis.
const countText = (count) => count.toLocaleString("en", { maximumFractionDigits: 1 });

const listOf = (value) => (Array.isArray(value) ? value : []);
const numberOf = (value) => (typeof value === "number" ? value : 0);

function since(time, now) {
    const passed = (Date.parse(now) - Date.parse(time)) / 1000;
    return Number.isFinite(passed) ? `${ageText(Math.max(0, passed))} ago` : "";
}

// Where in the last hour each sample is: "-20 min", "now".
function timeLabels(count, every) {
    return Array.from({ length: count }, (_, i) => {
        const ago = (count - 1 - i) * every;
        if (ago === 0) return "now";
        return ago < SECONDS_UNTIL_S ? `-${ago} s` : `-${Math.round(ago / MINUTE_S)} min`;
    });
}

const pointsOf = (values) =>
    listOf(values).map((value) => (typeof value === "number" ? { value } : null));

function latest(values) {
    return listOf(values).findLast((value) => typeof value === "number") ?? 0;
}

const NOTHING = (samples) =>
    samples === 0 ? "Nothing yet: the first sample comes after ten seconds." : "Nothing was measured in this hour.";

function plotsOf(history) {
    const count = listOf(history.accepted).length;
    const labels = timeLabels(count, numberOf(history.every_s));
    // All are amounts; marks of an axis that would have the same text are too close.
    const plot = (title, sentence, format, stepMin, ...series) => ({
        title, labels, format, stepMin, isFromZero: true,
        sentence: series.some(([, values]) => listOf(values).some(Number.isFinite)) ? sentence : NOTHING(count),
        series: series.map(([kind, values]) => ({ kind, points: pointsOf(values) })),
    });
    const { accepted, pushed, p50, p99, lag, connections, cpu, memory_bytes: memory } = history;
    return [
        plot("Flights a second", `Accepted ${rateText(latest(accepted))}, pushed ${rateText(latest(pushed))} (dotted).`,
            rateText, 0.1, ["model", accepted], ["shares", pushed]),
        plot("From acceptance to push", `Half within ${secondsText(latest(p50))}, 99 % within ${secondsText(latest(p99))} (dashed).`,
            secondsText, 0.0001, ["model", p50], ["departure", p99]),
        plot("Records that wait", `${countText(latest(lag))} wait for the groups that read them.`, countText, 1, ["model", lag]),
        plot("Connections", `${countText(latest(connections))} are open.`, countText, 1, ["model", connections]),
        plot("Processor", `${latest(cpu).toFixed(2)} cores are busy.`, (value) => String(Number(value.toFixed(3))), 0.01, ["model", cpu]),
        plot("Memory", `${bytesText(latest(memory))} are in use.`, bytesText, 0, ["model", memory]),
    ];
}

const LATENCY_NAMES = {
    accept: "Accept: POST to durable",
    score: "Score",
    archive: "Archive",
    total: "Acceptance to push",
    commit: "Commit to the disk",
    store_find: "Look-up in the store",
    kafka_producer: "Broker's answer",
};

function latencyRows(latency) {
    return Object.entries(LATENCY_NAMES)
        .filter(([name]) => latency[name])
        .map(([name, text]) => {
            const { count, p50, p90, p99 } = latency[name];
            return [text, numberOf(count).toLocaleString("en"), ...[p50, p90, p99].map((value) => secondsText(numberOf(value)))];
        });
}

function lagRows(lag) {
    return listOf(lag).flatMap(({ group, records, partitions }) => {
        const all = listOf(partitions);
        const total = [group, all.length === 1 ? `${all[0].topic} 0` : "all", numberOf(records).toLocaleString("en")];
        if (all.length < 2) return [total];
        return [total, ...all.map(({ topic, partition, records: own }) => [group, `${topic} ${partition}`, numberOf(own).toLocaleString("en")])];
    });
}

// Counts that are there, with readable names.
function countRows({ connections = {}, queues = {}, dropped = {}, resources = {} }) {
    const rows = [];
    const add = (name, value, format = (number) => number.toLocaleString("en")) => {
        if (typeof value === "number") rows.push([name, format(value)]);
    };
    add("Connections: HTTP", connections.http);
    add("Connections: websocket", connections.websocket);
    add("Connections: polling", connections.polling);
    add("Clients that wait for an outcome", connections.waiters);
    for (const [queue, records] of Object.entries(queues)) add(`Queue: ${queue}`, records);
    for (const [what, count] of Object.entries(dropped)) if (count > 0) add(`Given up: ${what}`, count);
    add("Memory", resources.memory_bytes, bytesText);
    add("Outcomes kept for late joins", resources.cache_bytes, bytesText);
    add("Database", resources.database_bytes, bytesText);
    add("Write-ahead log", resources.wal_bytes, bytesText);
    add("Free on its disk", resources.free_bytes, bytesText);
    add("Open files", resources.open_files);
    return rows;
}

function modelRows(model) {
    const rows = [
        ["Answers", model.in_use ?? "the model of the scorers"], // A gateway has none.
        ["Champion", model.champion ?? "the model inside the program"],
    ];
    if (model.pinned) rows.push(["Pinned", model.pinned]);
    if (listOf(model.challengers).length > 0) rows.push(["Challengers", model.challengers.join(", ")]);
    if (model.experiment?.running) rows.push(["Experiment", model.experiment.running]);
    for (const { challenger, champion, verdict, judged } of listOf(model.experiment?.pairs)) {
        rows.push([`${challenger} beside ${champion}`, `${verdict}, after ${numberOf(judged).toLocaleString("en")} flights`]);
    }
    return rows;
}

function summaryOf({ alarms, healthy }) {
    const firing = alarms.filter(({ state }) => state === "firing").length;
    const pending = alarms.length - firing;
    const later = pending > 0 ? `; ${pending} may follow` : "";
    if (firing > 0) return `${firing} ${firing === 1 ? "alarm is" : "alarms are"} in force${later}.`;
    if (!healthy) return `A check of /readyz fails; no alarm is in force${later}.`;
    return `No alarm is in force${later}.`;
}

/** @returns {object} everything that the page shows, as texts and plots */
export function readStatus(answer) {
    const status = answer ?? {};
    const now = status.time;
    const alarms = listOf(status.alarms);
    const { throughput = {}, latency = {}, connections = {}, resources = {}, model = {} } = status;
    const waiting = listOf(status.lag).reduce((sum, { records }) => sum + numberOf(records), 0);
    const total = latency.total ?? null;
    const open = ["http", "websocket", "polling"].reduce((sum, name) => sum + numberOf(connections[name]), 0);
    return {
        about: `${status.role ?? "server"} ${status.version ?? ""}, up for ${ageText(numberOf(status.uptime_s))}; rates and times of the last ${Math.round(numberOf(status.window_s))} s.`,
        summary: summaryOf({ alarms, healthy: status.healthy !== false }),
        tiles: [
            ["Accepted", `${rateText(numberOf(throughput.accepted))} /s`, `${rateText(numberOf(throughput.refused) + numberOf(throughput.unanswered))} /s not taken`],
            ["Pushed", `${rateText(numberOf(throughput.pushed))} /s`, `${rateText(numberOf(throughput.failed))} /s cannot be scored`],
            ["Acceptance to push", total ? secondsText(total.p50) : "-", total ? `99 % within ${secondsText(total.p99)}` : "no push in this time"],
            ["Records that wait", waiting.toLocaleString("en"), "for all groups"],
            ["Connections", open.toLocaleString("en"), `${numberOf(connections.waiters).toLocaleString("en")} wait for an outcome`],
            ["Processor", numberOf(resources.cpu).toFixed(2), `cores busy; ${bytesText(numberOf(resources.memory_bytes))} of memory`],
        ],
        alarms: alarms.map(({ name, severity, state, since: start, text }) => ({
            name, text, since: since(start, now), state: state === "firing" ? severity : "pending", isBad: state === "firing" && severity === "critical",
        })),
        checks: listOf(status.checks).map(({ name, state, reason }) => ({ name, state, reason })),
        errors: listOf(status.errors).map(({ level, stage, message, detail, count, last }) => ({
            level, stage, message, detail, count: numberOf(count).toLocaleString("en"), last: since(last, now),
        })),
        latency: latencyRows(latency),
        lag: lagRows(status.lag),
        counts: countRows(status),
        model: modelRows(model),
        plots: plotsOf(status.history ?? {}),
    };
}
