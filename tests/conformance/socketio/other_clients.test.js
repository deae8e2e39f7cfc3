// SPDX-License-Identifier: Apache-2.0
//
// Goal: the clients of other languages work as the JavaScript ones do. Each is a program that checks
// itself and prints a line for each check; the servers are started here, and restarted when it asks.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { test } from 'node:test';

import { skip as noEcho, startEcho } from './echo.js';
import { program, startFlightcast } from './flightcast.js';

const python = process.env.FLIGHTCAST_TEST_PYTHON;
const classPath = process.env.FLIGHTCAST_TEST_JAVA_CLASSPATH;
const here = (name) => new URL(name, import.meta.url).pathname;

const clients = {
    python: { missing: !python, command: () => [python, [here('python/client.py')]] },
    'python asyncio': { missing: !python, command: () => [python, [here('python/client.py'), '--asyncio']] },
    java: {
        missing: !classPath,
        command: () => ['java', ['-cp', readFileSync(classPath, 'utf8').trim(), here('java/Client.java')]],
    },
};

// Resolves with the lines of checks; restarts the echo server meanwhile.
async function run([command, flags], way, servers) {
    const child = spawn(
        command, [...flags, way, servers.echo.url, servers.flightcast.url], { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const checks = [];
    const exited = once(child, 'exit');
    for await (const line of createInterface(child.stdout)) {
        if (line === 'restart') {
            await servers.echo.stop();
            servers.echo = await startEcho({ port: servers.echo.port });
            child.stdin.write('\n');
        } else {
            checks.push(line);
        }
    }
    const [code] = await exited;
    return { checks, code };
}

for (const [name, { missing, command }] of Object.entries(clients)) {
    const skip = noEcho || (!program && 'FLIGHTCAST does not name the program') ||
        (missing && `./dev test conformance says where the ${name} client is`);
    for (const way of ['polling', 'websocket', 'upgrade']) {
        test(`${name} client over ${way}`, { skip, timeout: 240_000 }, async (t) => {
            const servers = { echo: await startEcho(), flightcast: await startFlightcast() };
            try {
                const { checks, code } = await run(command(), way, servers);
                for (const check of checks) await t.test(check, () => { assert.match(check, /^ok /); });
                assert.equal(checks.length, 10);
                assert.equal(code, 0);
            } finally {
                await servers.echo.stop();
                await servers.flightcast.stop();
            }
        });
    }
}
