// SPDX-License-Identifier: Apache-2.0
//
// A flightcast server of a test's own: free port, data folder below the temporary folder.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const BUILT = fileURLToPath(new URL("../../../build/release/flightcast", import.meta.url));
const PROGRAM = process.env.FLIGHTCAST ?? BUILT;
const READY_MS_MAX = 30_000;
const EXIT_MS_MAX = 15_000;
const LOG_CHARACTERS_MAX = 20_000;

export const CLASSIFY = "/flights/delays/predict/classify_realtime";
export const PAGE = "/flights/delays/predict_kafka";
export const DEFAULT_FLIGHT = Object.freeze({
    DepDelay: "5",
    Carrier: "AA",
    FlightDate: "2016-12-25",
    Origin: "ATL",
    Dest: "SFO",
});

export class Server {
    #options;
    #child = null;
    #log = "";

    /**
     * Starts a server and waits until it is ready. `webRoot`: a folder of pages to serve, too;
     * `flags`: further ones.
     */
    static async start({ webRoot = null, flags = [] } = {}) {
        const folder = await mkdtemp(path.join(os.tmpdir(), "flightcast-browser-"));
        const server = new Server({ webRoot, flags, folder, port: await freePort() });
        await server.launch();
        return server;
    }

    constructor(options) {
        this.#options = options;
    }

    get origin() {
        return `http://127.0.0.1:${this.#options.port}`;
    }

    /** Starts the process, also again after kill(): same port, same data. */
    async launch() {
        const { port, folder, webRoot, flags } = this.#options;
        const args = ["serve", "--port", String(port), "--data-dir", path.join(folder, "data")];
        if (webRoot !== null) args.push("--web-root", webRoot);
        args.push(...flags);
        this.#child = spawn(PROGRAM, args, { stdio: ["ignore", "pipe", "pipe"] });
        const note = (text) => {
            this.#log = (this.#log + text).slice(-LOG_CHARACTERS_MAX);
        };
        this.#child.on("error", (error) => note(`${error.message}\n`));
        this.#child.stdout.on("data", note);
        this.#child.stderr.on("data", note);
        await this.#untilReady();
    }

    /** Ends the process without notice. */
    async kill() {
        await this.#end("SIGKILL");
    }

    /** Ends the process and removes its data. */
    async stop() {
        await this.#end("SIGTERM");
        await rm(this.#options.folder, { recursive: true, force: true });
    }

    /** Posts a flight as another client would. @returns {Promise<string>} the id of the request */
    async post(flight = {}) {
        const response = await fetch(this.origin + CLASSIFY, {
            method: "POST",
            body: new URLSearchParams({ ...DEFAULT_FLIGHT, ...flight }),
        });
        return JSON.parse(await response.text()).id;
    }

    /** Waits until the polling endpoint has the result, and returns its `prediction`. */
    async resultOf(id) {
        for (let tries = 0; tries < 200; tries++) {
            const response = await fetch(`${this.origin}${CLASSIFY}/response/${id}`);
            const answer = JSON.parse(await response.text());
            if (answer.status === "OK") return answer.prediction;
            await pause(50);
        }
        throw new Error(`no result for ${id}; the server said:\n${this.#log}`);
    }

    async #untilReady() {
        const deadline = Date.now() + READY_MS_MAX;
        while (Date.now() < deadline && this.#isRunning()) {
            const response = await fetch(`${this.origin}/readyz`).catch(() => null);
            if (response?.status === 200) return;
            await pause(50);
        }
        await this.#end("SIGKILL");
        throw new Error(`${PROGRAM} did not become ready. It said:\n${this.#log}`);
    }

    #isRunning() {
        const child = this.#child;
        return (
            child !== null &&
            child.pid !== undefined &&
            child.exitCode === null &&
            child.signalCode === null
        );
    }

    async #end(signal) {
        if (!this.#isRunning()) return;
        const exited = once(this.#child, "exit");
        this.#child.kill(signal);
        const late = setTimeout(() => this.#child.kill("SIGKILL"), EXIT_MS_MAX);
        await exited;
        clearTimeout(late);
    }
}

async function freePort() {
    const listener = net.createServer().listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address();
    listener.close();
    await once(listener, "close");
    return port;
}
