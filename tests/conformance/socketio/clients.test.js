// SPDX-License-Identifier: Apache-2.0
//
// Goal: the official JavaScript clients, newest and oldest of the protocol, work in all ways they can
// connect: polling only, websocket only, and polling that is upgraded.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { io as newest } from 'socket.io-client';
import { io as oldest } from 'socket.io-client-oldest';

import { maxPayload, skip, startEcho } from './echo.js';

const clients = { '4.8': newest, '4.0': oldest };
const ways = {
    polling: ['polling'],
    websocket: ['websocket'],
    upgrade: ['polling', 'websocket'],
};
const withTimeout = { timeout: 30_000 };

// The arguments of the next such event; rejects when the client cannot connect.
function next(socket, event) {
    return new Promise((resolve, reject) => {
        socket.once(event, (...args) => resolve(args));
        socket.once('connect_error', reject);
    });
}

const acknowledged = (socket, ...args) =>
    new Promise((resolve) => { socket.emit('message-with-ack', ...args, (...back) => resolve(back)); });

for (const [version, connect] of Object.entries(clients)) {
    for (const [way, transports] of Object.entries(ways)) {
        describe(`client ${version} over ${way}`, { skip }, () => {
            let echo;
            const open = [];

            const dial = (path = '/', options = {}) => {
                const socket = connect(echo.url + path, {
                    transports, forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 50, ...options,
                });
                open.push(socket);
                return socket;
            };

            before(async () => { echo = await startEcho(); });
            after(async () => {
                for (const socket of open) socket.close();
                await echo.stop();
            });

            test('connects and hands over what it authenticates with', withTimeout, async () => {
                const socket = dial('/', { auth: { token: 'päss', depth: [1, { a: null }] } });
                assert.deepEqual(await next(socket, 'auth'), [{ token: 'päss', depth: [1, { a: null }] }]);
                assert.match(socket.id, /^[\w-]{20}$/);
                assert.deepEqual(await next(dial(), 'auth'), [{}]);
            });

            test('takes bursts: more than some clients take of one poll', withTimeout, async () => {
                const socket = dial();
                const all = new Promise((resolve) => {
                    const got = [];
                    socket.on('message-back', (n) => { if (got.push(n) === 100) resolve(got); });
                });
                for (let n = 0; n < 100; ++n) socket.emit('message', n);
                assert.deepEqual(await all, [...Array(100).keys()]);
            });

            test('gets events back as they were sent', withTimeout, async () => {
                const socket = dial();
                const cases = [
                    [], [null], [0, -1.5e-7, 1e21], [true, false], ['', 'ä€😀\u2028"\\\n\x1e'],
                    [{ nested: [[], {}, [{}]] }, 'second'], ['x'.repeat(200_000)],
                ];
                for (const args of cases) {
                    const back = next(socket, 'message-back');
                    socket.emit('message', ...args);
                    assert.deepEqual(await back, args);
                }
            });

            test('is answered by acknowledgements', withTimeout, async () => {
                const socket = dial();
                assert.deepEqual(await acknowledged(socket), []);
                assert.deepEqual(await acknowledged(socket, 1, '2', { 3: [false] }), [1, '2', { 3: [false] }]);
                const many = await Promise.all(Array.from({ length: 50 }, (_, i) => acknowledged(socket, i)));
                assert.deepEqual(many, Array.from({ length: 50 }, (_, i) => [i]));
            });

            test('gets binary back, in events and acknowledgements', withTimeout, async () => {
                const socket = dial();
                const large = Buffer.alloc(300_000, 7);
                const cases = [
                    [Buffer.from([1, 2, 3])], [Buffer.alloc(0), 'between', Buffer.from([0, 255])],
                    [{ deep: [Buffer.from('a'), { er: Buffer.from('b') }] }], [large],
                ];
                for (const args of cases) {
                    const back = next(socket, 'message-back');
                    socket.emit('message', ...args);
                    assert.deepEqual(await back, args);
                    assert.deepEqual(await acknowledged(socket, ...args), args);
                }
            });

            test('gets everything in order, also while it changes transports', withTimeout, async () => {
                const socket = dial();
                const got = [];
                const all = new Promise((resolve) => {
                    socket.on('message-back', (n) => {
                        got.push(n);
                        if (got.length === 500) resolve();
                    });
                });
                await next(socket, 'connect');
                for (let n = 0; n < 500; ++n) {
                    socket.emit('message', n);
                    if (n % 50 === 0) await new Promise(setImmediate);
                }
                await all;
                assert.deepEqual(got, Array.from({ length: 500 }, (_, n) => n));
            });

            test('uses the transport it asked for', withTimeout, async () => {
                const socket = dial();
                await next(socket, 'connect');
                const { engine } = socket.io;
                if (way === 'upgrade' && engine.transport.name === 'polling') await occurs(engine, 'upgrade');
                assert.equal(engine.transport.name, way === 'polling' ? 'polling' : 'websocket');
            });

            test('stays connected over heartbeats', withTimeout, async () => {
                const socket = dial();
                await next(socket, 'connect');
                const { id } = socket;
                for (let pings = 0; pings < 4; ++pings) await occurs(socket.io.engine, 'pong');
                assert.deepEqual(await acknowledged(socket, 'alive'), ['alive']);
                assert.equal(socket.id, id);
            });

            test('keeps namespaces apart', withTimeout, async () => {
                const main = dial('/', { forceNew: false, auth: { of: 'main' } });
                assert.deepEqual(await next(main, 'auth'), [{ of: 'main' }]);
                const custom = main.io.socket('/custom', { auth: { of: 'custom' } });
                open.push(custom);
                assert.deepEqual(await next(custom, 'auth'), [{ of: 'custom' }]);
                assert.notEqual(custom.id, main.id);
                custom.disconnect();
                assert.deepEqual(await acknowledged(main, 'still here'), ['still here']);
                custom.connect();
                assert.deepEqual(await next(custom, 'auth'), [{ of: 'custom' }]);
            });

            test('is told that a namespace is not there', withTimeout, async () => {
                await assert.rejects(next(dial('/nowhere'), 'connect'), { message: 'Invalid namespace' });
            });

            test('comes back as somebody new when the connection breaks', withTimeout, async () => {
                const socket = dial();
                await next(socket, 'connect');
                const { id } = socket;
                const gone = next(socket, 'disconnect');
                socket.io.engine.close();
                assert.equal((await gone)[0], 'forced close');
                await next(socket, 'connect');
                assert.notEqual(socket.id, id);
                assert.deepEqual(await acknowledged(socket, 'back'), ['back']);
            });

            test('is cut off when it sends more than is allowed', withTimeout, async () => {
                const socket = dial('/', { reconnection: false });
                await next(socket, 'connect');
                const gone = next(socket, 'disconnect');
                socket.emit('message', 'x'.repeat(maxPayload + 1));
                assert.match((await gone)[0], /transport (close|error)/);
            });
        });
    }

    test(`client ${version} finds a server that comes back`, { skip, ...withTimeout }, async () => {
        let echo = await startEcho();
        const socket = connect(echo.url, { forceNew: true, reconnectionDelay: 20, reconnectionDelayMax: 50 });
        try {
            await next(socket, 'connect');
            const gone = next(socket, 'disconnect');
            await echo.stop();
            await gone;
            echo = await startEcho({ port: echo.port });
            await new Promise((resolve) => { socket.once('connect', resolve); });
            assert.deepEqual(await acknowledged(socket, 'again'), ['again']);
        } finally {
            socket.close();
            await echo.stop();
        }
    });
}

// once() of node:events does not take the clients' emitters.
function occurs(emitter, event) {
    return new Promise((resolve) => { emitter.once(event, resolve); });
}
