// SPDX-License-Identifier: Apache-2.0
//
// The namespace /live of Socket.IO, over which the server tells that figures have changed.

import { pathOfClient } from "./link.js";

/**
 * @param {Function | undefined} io the Socket.IO client
 * @param {object} on
 * @param {() => string} on.token what the server wants to see; empty: nothing
 * @param {() => void} on.stranger the server does not let us in with that token
 * @param {(isUp: boolean) => void} on.state
 * @param {Record<string, (payload: object) => void>} on.events by name
 * @returns {{comeBack: () => void}} `comeBack` connects anew, with another token
 */
export function openLive(io, on) {
    if (typeof io !== "function") {
        on.state(false);
        return { comeBack() {} };
    }
    const socket = io("/live", {
        path: pathOfClient(),
        auth: (send) => send(on.token() === "" ? {} : { token: on.token() }),
        tryAllTransports: true,
        reconnectionDelay: 500,
        reconnectionDelayMax: 5000,
    });
    socket.on("connect", () => on.state(true));
    socket.on("disconnect", (reason) => {
        on.state(false);
        if (reason === "io server disconnect") socket.connect();
    });
    socket.on("connect_error", (error) => {
        on.state(false);
        if (error.data?.code === "unauthorized") on.stranger();
    });
    for (const [name, act] of Object.entries(on.events)) socket.on(name, act);
    return {
        comeBack() {
            socket.disconnect().connect();
        },
    };
}
