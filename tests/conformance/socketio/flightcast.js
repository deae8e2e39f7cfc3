// SPDX-License-Identifier: Apache-2.0
//
// Runs the program itself, which the environment names, with data of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const program = process.env.FLIGHTCAST;

export async function startFlightcast(flags = []) {
    const folder = await mkdtemp(join(tmpdir(), 'flightcast-conformance-'));
    const child = spawn(
        program, ['serve', '--port', '0', '--data-dir', folder, ...flags], { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    const exited = once(child, 'exit');
    const [line] = await Promise.race([
        once(createInterface(child.stdout), 'line'),
        exited.then(([code]) => Promise.reject(new Error(`${program} exited with ${code}`))),
    ]);
    return {
        url: /http:\S+/.exec(line)[0].replace(/\/$/, ''),
        async stop() {
            child.kill('SIGTERM');
            await exited;
            await rm(folder, { recursive: true, force: true });
        },
    };
}
