// SPDX-License-Identifier: Apache-2.0
//
// The two browser clients that users of the original system have, written anew from the contract:
// jQuery 1.12, which parses what is sent as JSON and hands text/html over as text, and io().

import assert from "node:assert/strict";
import { copyFile, cp, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

import { CLASS_TEXT, inContext, launchBrowser } from "../support/browser.js";
import { CLASSIFY, Server } from "../support/server.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const JQUERY = path.join(HERE, "../node_modules/jquery/dist/jquery.min.js");

let folder;
let server;
let browser;
before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "flightcast-original-"));
    await cp(HERE, folder, { recursive: true });
    await copyFile(JQUERY, path.join(folder, "jquery.min.js"));
    [server, browser] = await Promise.all([Server.start({ webRoot: folder }), launchBrowser()]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

for (const address of ["/websocket.html", "/websocket.html?only", "/polling.html"]) {
    test(`${address} gets its prediction`, async () => {
        // Goal: an old client, unchanged, shows the text of the class that was stored.
        await inContext(browser, { origin: server.origin }, async (context) => {
            const page = await context.newPage();
            await page.goto(address);
            const posted = page.waitForResponse(`**${CLASSIFY}`);
            await page.getByRole("button", { name: "Submit" }).click();
            const response = await posted;
            assert.equal(response.headers()["content-type"], "text/html; charset=utf-8");
            const { id } = JSON.parse(await response.text());
            const { Prediction } = await server.resultOf(id);
            await page.locator("#result", { hasText: CLASS_TEXT[Prediction] }).waitFor();
        });
    });
}

test("an old client says that a request was refused", async () => {
    // Goal: our 400 takes the path that the original's 500 took.
    await inContext(
        browser,
        { origin: server.origin, expected: [/status of 400/] },
        async (context) => {
            const page = await context.newPage();
            await page.goto("/websocket.html");
            await page.locator("[name=Dest]").fill("XXX");
            await page.getByRole("button", { name: "Submit" }).click();
            await page.locator("#result", { hasText: "Error submitting request" }).waitFor();
        },
    );
});
