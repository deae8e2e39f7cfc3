// SPDX-License-Identifier: Apache-2.0
import assert from "node:assert/strict";
import { test } from "node:test";

import { ageText, bytesText, rateText, readStatus, secondsText } from "../static/js/status_data.js";

test("figures are told as people read them", () => {
    assert.deepEqual([0, 0.0004, 0.0123, 1.25].map(secondsText), ["0 ms", "0.4 ms", "12 ms", "1.3 s"]);
    assert.deepEqual([0, 999, 12_345, 250_000_000].map(bytesText), ["0 B", "999 B", "12.3 kB", "250 MB"]);
    assert.deepEqual([0, 0.126, 3.14, 1234.5].map(rateText), ["0", "0.13", "3.1", "1,235"]);
    assert.deepEqual([5, 65, 3700, 100_000].map(ageText), ["5 s", "1 min", "1 h 1 min", "1 d 3 h"]);
});

test("an answer without members shows nothing rather than breaking", () => {
    for (const odd of [undefined, null, {}, { alarms: 5, lag: "x", history: {} }]) {
        const status = readStatus(odd);
        assert.equal(status.summary, "No alarm is in force.");
        assert.equal(status.tiles[0][1], "0 /s");
        assert.deepEqual(status.lag, []);
        assert.equal(status.plots.length, 6);
    }
});

test("alarms in force are counted apart from those that may follow", () => {
    const alarm = (state, severity) => ({ name: "A", severity, state, since: "2026-01-01T00:00:00Z", text: "t" });
    const at = { time: "2026-01-01T00:02:05Z" };
    assert.equal(readStatus({ ...at, alarms: [alarm("firing", "critical")] }).summary, "1 alarm is in force.");
    const both = readStatus({ ...at, alarms: [alarm("firing", "warning"), alarm("firing", "critical"), alarm("pending", "critical")] });
    assert.equal(both.summary, "2 alarms are in force; 1 may follow.");
    assert.deepEqual(both.alarms.map(({ state, since }) => [state, since]), [
        ["warning", "2 min ago"], ["critical", "2 min ago"], ["pending", "2 min ago"],
    ]);
    assert.equal(readStatus({ healthy: false }).summary, "A check of /readyz fails; no alarm is in force.");
});

test("lag stands by group, and by partition where there are several", () => {
    const partitions = [{ topic: "t", partition: 0, records: 1200 }, { topic: "t", partition: 1, records: 5 }];
    assert.deepEqual(
        readStatus({ lag: [{ group: "scorer", records: 1205, partitions }, { group: "archiver", records: 0, partitions: partitions.slice(1) }] }).lag,
        [["scorer", "all", "1,205"], ["scorer", "t 0", "1,200"], ["scorer", "t 1", "5"], ["archiver", "t 0", "0"]],
    );
});

test("the last hour has a label for each sample and gaps where nothing was measured", () => {
    const history = { every_s: 10, accepted: [1, 2, 3], pushed: [1, 2, 3], p50: [0.001, null, 0.003], p99: [null, null, null] };
    const [throughput, times] = readStatus({ history }).plots;
    assert.deepEqual(throughput.labels, ["-20 s", "-10 s", "now"]);
    assert.deepEqual(times.series[0].points, [{ value: 0.001 }, null, { value: 0.003 }]);
    assert.match(times.sentence, /Half within 3.0 ms/);
    assert.match(readStatus({ history: { every_s: 10, accepted: [1], p50: [null] } }).plots[1].sentence, /Nothing was measured/);
    assert.match(readStatus({ history: { every_s: 10, accepted: [] } }).plots[0].sentence, /first sample/);
});
