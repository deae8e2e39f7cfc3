// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { answer, connected, inContext, launchBrowser, openPage } from "./support/browser.js";
import { PAGE, Server } from "./support/server.js";

const TOKEN = "a token / with = signs";

let server;
let browser;
before(async () => {
    [server, browser] = await Promise.all([
        Server.start({ flags: ["--token", TOKEN, "--socketio-path", "/live/updates"] }),
        launchBrowser(),
    ]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

// The official client ends a refused session in the middle of its upgrade, and the browser says so.
const REFUSED = [/status of 400/, /closed before the connection is established/];

const within = (options, body) => inContext(browser, { origin: server.origin, ...options }, body);

async function give(page, token) {
    await page.getByLabel("Access token").fill(token);
    await page.getByRole("button", { name: "Use token" }).click();
}

test("a server that wants a token gets it from the page", async () => {
    // Goal: the page asks for the token, says when it is wrong, and then submits and joins with it;
    // a reload keeps it, another tab does not have it. Socket.IO is where the server has put it.
    await within({ expected: REFUSED }, async (context) => {
        const page = await context.newPage();
        const paths = new Set();
        page.on("request", (request) => paths.add(new URL(request.url()).pathname));
        await page.goto(PAGE);
        await page.locator("#link-state", { hasText: "Access token needed" }).waitFor();
        await give(page, "wrong");
        await page.locator("#token-error", { hasText: "does not know this token" }).waitFor();
        await give(page, TOKEN);
        await connected(page);
        assert.equal(await page.locator("#token-form").isVisible(), false);
        await page.getByRole("button", { name: "Submit" }).click();
        const text = await answer(page);
        await page.reload();
        await connected(page);
        assert.equal(await answer(page), text);
        assert.ok(paths.has("/live/updates/"));
        assert.ok(paths.has("/live/updates/socket.io.js"));

        const other = await context.newPage();
        await other.goto(PAGE);
        await other.getByLabel("Access token").waitFor();
    });
});

test("a submission without the token asks for it", async () => {
    // Goal: 401 is said in words, and the form keeps what was typed.
    await within({ expected: [...REFUSED, /status of 401/] }, async (context) => {
        const page = await context.newPage();
        await page.goto(PAGE);
        await page.getByLabel("Access token").waitFor();
        await page.locator("#DepDelay").fill("180");
        await page.getByRole("button", { name: "Submit" }).click();
        assert.match(await answer(page, "refused"), /wants a token/);
        await give(page, TOKEN);
        await connected(page);
        assert.equal(await page.locator("#DepDelay").inputValue(), "180");
        await page.getByRole("button", { name: "Submit" }).click();
        await answer(page);
    });
});

test("a server without a token asks for none", async () => {
    // Goal: most servers are open; their page has no sign of it.
    const open = await Server.start();
    try {
        await inContext(browser, { origin: open.origin }, async (context) => {
            const page = await openPage(context, PAGE);
            assert.equal(await page.locator("#token-form").isVisible(), false);
        });
    } finally {
        await open.stop();
    }
});
