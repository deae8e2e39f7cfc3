// SPDX-License-Identifier: Apache-2.0
//
// Goal: `flightcast load` measures a server of the original's kind, Flask-SocketIO, as it does ours:
// over each transport it finds every outcome, and it says so when outcomes are lost.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

import { program } from './flightcast.js';

const python = process.env.FLIGHTCAST_TEST_PYTHON;
const skip = !(program && python) && './dev test conformance says what is needed';
const script = new URL('python/original_server.py', import.meta.url).pathname;

async function startOriginal(seconds) {
    const child = spawn(python, [script, String(seconds)], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout);
    const [port] = await once(lines, 'line');
    return {
        url: `http://127.0.0.1:${port}`,
        stop: async () => {
            const exited = once(child, 'exit');
            child.kill('SIGKILL');
            await exited;
        },
    };
}

async function load(url, flags) {
    const child = spawn(program, ['load', '--url', url, '--json', ...flags], {
        stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [out, log] = ['', ''];
    child.stdout.on('data', (text) => { out += text; });
    child.stderr.on('data', (text) => { log += text; });
    const [code] = await once(child, 'close');
    assert.notEqual(out, '', log);
    return { code, report: JSON.parse(out) };
}

for (const transport of ['websocket', 'polling', 'upgrade']) {
    test(`load of an original server over ${transport}`, { skip, timeout: 120_000 }, async () => {
        // As slow as its Spark is: everybody has joined by then.
        const original = await startOriginal(1);
        try {
            const { code, report } = await load(original.url, [
                '--transport', transport, '--connections', '20', '--rate', '50', '--requests', '150',
                '--timeout', '60s',
            ]);
            assert.equal(report.requests.accepted, 150);
            assert.equal(report.outcomes.predictions, 150);
            assert.equal(report.outcomes.joins_confirmed, 150);
            for (const fault of ['lost', 'doubled', 'misdelivered', 'ids_given_twice', 'disconnects']) {
                assert.equal(report.outcomes[fault], 0, fault);
            }
            assert.equal(code, 0);
        } finally {
            await original.stop();
        }
    });
}

test('load sees what an original server loses', { skip, timeout: 120_000 }, async () => {
    // The original replays nothing: who joins when the outcome has been sent never gets it.
    const original = await startOriginal(0);
    try {
        const { code, report } = await load(original.url, [
            '--rate', '50', '--requests', '20', '--join-delay', '2s', '--timeout', '3s',
        ]);
        assert.equal(report.requests.accepted, 20);
        assert.equal(report.outcomes.joins_confirmed, 20);
        assert.equal(report.outcomes.lost, 20);
        assert.equal(code, 1);
    } finally {
        await original.stop();
    }
});
