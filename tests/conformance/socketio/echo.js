// SPDX-License-Identifier: Apache-2.0
//
// Runs examples/echo_server, whose program the environment names, once for each test file.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export const program = process.env.FLIGHTCAST_TEST_ECHO;
export const skip = program ? false : 'FLIGHTCAST_TEST_ECHO does not name the echo server';

export const maxPayload = 1_000_000;

// A server on a port of its own, or on `port` when it takes the place of one that was stopped. Pings
// are frequent, so that a test sees several; the time to answer them is long, so that a busy machine
// does not look like a dead client.
export async function startEcho({
    port = 0, pingInterval = '300ms', pingTimeout = '20s', connectTimeout = '20s',
} = {}) {
    const flags = [
        '--port', `${port}`, '--ping-interval', pingInterval, '--ping-timeout', pingTimeout,
        '--connect-timeout', connectTimeout, '--max-payload', `${maxPayload}`, '--cors-origin', '*',
    ];
    const child = spawn(program, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    const [line] = await Promise.race([
        once(createInterface(child.stdout), 'line'),
        exited.then(([code]) => Promise.reject(new Error(`${program} exited with ${code}`))),
    ]);
    const bound = Number(/\d+$/.exec(line)[0]);
    return {
        port: bound,
        url: `http://127.0.0.1:${bound}`,
        async stop() {
            child.kill('SIGKILL');
            await exited;
        },
    };
}
