// SPDX-License-Identifier: Apache-2.0
//
// The Socket.IO connection over which outcomes come. The server forgets who waits for what when a
// connection ends and replays finished results on join, so every connection starts with joining
// whatever is still open.

/**
 * @param {Function | undefined} io the Socket.IO client
 * @param {object} on
 * @param {() => string[]} on.pending ids without a final outcome
 * @param {() => string} on.token what the server wants to see; empty: nothing
 * @param {() => void} on.stranger the server does not let us in with that token
 * @param {(isUp: boolean) => void} on.state
 * @param {(record: object) => void} on.prediction
 * @param {(payload: {request_id: string, message: string, final: boolean}) => void} on.failure
 * @returns {{watch: (id: string) => void, comeBack: () => void}} `watch` asks for an outcome now,
 *     `comeBack` connects anew, with another token.
 */
export function openLink(io, on) {
    if (typeof io !== "function") {
        // The client did not load. The form still posts, and a reload finds the result.
        on.state(false);
        return { watch() {}, comeBack() {} };
    }
    // A proxy may block either transport; the client then goes on with the other.
    const socket = io({
        path: pathOfClient(),
        auth: (send) => send(on.token() === "" ? {} : { token: on.token() }),
        tryAllTransports: true,
        reconnectionDelay: 500,
        reconnectionDelayMax: 5000,
    });
    const join = (id) => socket.emit("join", { request_id: id });

    socket.on("connect", () => {
        on.state(true);
        on.pending().forEach(join);
    });
    socket.on("disconnect", (reason) => {
        on.state(false);
        if (reason === "io server disconnect") socket.connect();
    });
    socket.on("connect_error", (error) => {
        on.state(false);
        if (error.data?.code === "unauthorized") on.stranger();
    });
    socket.on("prediction_ready", on.prediction);
    socket.on("prediction_failed", on.failure);

    return {
        watch(id) {
            // Without a connection there is nothing to say yet: "connect" will.
            if (socket.connected) join(id);
        },
        comeBack() {
            socket.disconnect().connect();
        },
    };
}

// The server says where Socket.IO is by where the page gets its client from.
export function pathOfClient() {
    const client = document.querySelector('script[src$="/socket.io.js"]');
    return new URL(".", client.src).pathname;
}
