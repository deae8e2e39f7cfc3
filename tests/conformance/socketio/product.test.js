// SPDX-License-Identifier: Apache-2.0
//
// Goal: the program itself gives each official client what belongs to its rooms and nothing else.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { io as newest } from 'socket.io-client';
import { io as oldest } from 'socket.io-client-oldest';

import { program, startFlightcast } from './flightcast.js';

const skip = program ? false : 'FLIGHTCAST does not name the program';
const withTimeout = { timeout: 30_000 };

describe('flightcast serve', { skip }, () => {
    let server;
    const open = [];

    before(async () => { server = await startFlightcast(); });
    after(async () => {
        for (const socket of open) socket.close();
        await server.stop();
    });

    const submit = async () => {
        const response = await fetch(`${server.url}/flights/delays/predict/classify_realtime`, {
            method: 'POST',
            body: new URLSearchParams('DepDelay=5&Carrier=AA&FlightDate=2016-12-25&Origin=ATL&Dest=SFO'),
        });
        return JSON.parse(await response.text()).id;
    };
    const once = (socket, event) => new Promise((resolve) => { socket.once(event, resolve); });

    for (const [version, connect] of Object.entries({ '4.8': newest, '4.0': oldest })) {
        for (const transports of [['polling'], ['websocket'], ['polling', 'websocket']]) {
            const dial = () => {
                const socket = connect(server.url, { transports, forceNew: true, reconnectionDelay: 20 });
                open.push(socket);
                return socket;
            };
            const join = (socket, room) =>
                new Promise((resolve) => { socket.emit('join', { request_id: room }, resolve); });

            test(`client ${version} over ${transports}: a late join is acknowledged and gets its result`,
                withTimeout, async () => {
                    const id = await submit();
                    const other = dial();
                    const strays = [];
                    other.on('prediction_ready', (prediction) => { strays.push(prediction); });
                    await join(other, id.replace(/....$/, '0000'));
                    const socket = dial();
                    const joined = once(socket, 'joined');
                    const ready = once(socket, 'prediction_ready');
                    await join(socket, id);
                    assert.deepEqual(await joined, { room: id });
                    assert.equal((await ready).UUID, id);
                    assert.deepEqual(strays, []);
                });

            test(`client ${version} over ${transports}: who comes back as somebody new misses nothing`,
                withTimeout, async () => {
                    const socket = dial();
                    await once(socket, 'connect');
                    const before = socket.id;
                    const back = once(socket, 'disconnect').then(() => once(socket, 'connect'));
                    const id = await submit();
                    socket.io.engine.close();
                    await back;
                    assert.notEqual(socket.id, before);
                    const ready = once(socket, 'prediction_ready');
                    await join(socket, id);
                    assert.equal((await ready).UUID, id);
                });
        }
    }
});
