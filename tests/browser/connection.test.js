// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import {
    CLASS_TEXT,
    answer,
    connected,
    inContext,
    launchBrowser,
    openPage,
} from "./support/browser.js";
import { CLASSIFY, PAGE, Server } from "./support/server.js";

let server;
let browser;
before(async () => {
    [server, browser] = await Promise.all([Server.start(), launchBrowser()]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const within = (options, body) => inContext(browser, { origin: server.origin, ...options }, body);

test("a late join gets its result", async () => {
    // Goal: the result was there before anybody listened; opening its address still shows it.
    const id = await server.post({ DepDelay: "180" });
    await server.resultOf(id);
    await within({}, async (context) => {
        const page = await openPage(context, `${PAGE}#${id}`);
        assert.equal(await answer(page), CLASS_TEXT[3]);
        assert.match(await page.locator("#facts").innerText(), /25 Dec 2016 · left 180 min late/);
    });
});

test("a result survives the server's death", async () => {
    // Goal: the server is killed between its OK and the page's join. After its restart the page
    // connects, joins again and gets the result of the request that was accepted before.
    const expected = [/WebSocket|handshake|ERR_|Failed to load resource/];
    await within({ expected }, async (context) => {
        const page = await openPage(context, PAGE);
        await page.route(`**${CLASSIFY}`, async (route) => {
            const response = await route.fetch();
            const body = await response.text();
            await server.kill();
            await route.fulfill({ status: 200, contentType: "text/html; charset=utf-8", body });
        });
        await page.getByRole("button", { name: "Submit" }).click();
        await page.locator("#result", { hasText: "Processing..." }).waitFor();
        await page.locator("#link-state", { hasText: "Connection lost" }).waitFor();
        await server.launch();
        await connected(page);
        const text = await answer(page);
        const { Prediction } = await server.resultOf(new URL(page.url()).hash.slice(1));
        assert.equal(text, CLASS_TEXT[Prediction]);
    });
});

test("websocket alone is enough", async () => {
    // Goal: where something in between blocks long-polling.
    await within({ expected: [/ERR_FAILED/] }, async (context) => {
        await context.route(/\/socket\.io\/\?.*transport=polling/, (route) => route.abort());
        const page = await openPage(context, PAGE);
        await page.getByRole("button", { name: "Submit" }).click();
        await answer(page);
    });
});

test("polling alone is enough", async () => {
    // Goal: where something in between blocks websockets.
    await within({ expected: [/WebSocket/] }, async (context) => {
        await context.routeWebSocket(/\/socket\.io\//, (socket) => socket.close());
        const page = await openPage(context, PAGE);
        await page.getByRole("button", { name: "Submit" }).click();
        await answer(page);
    });
});

test("the connection upgrades by itself", async () => {
    // Goal: polling first, then a websocket that carries the result.
    await within({}, async (context) => {
        const page = await context.newPage();
        const upgraded = page.waitForEvent("websocket");
        await page.goto(PAGE);
        const socket = await upgraded;
        await socket.waitForEvent("framereceived", {
            predicate: ({ payload }) => payload === "3probe",
        });
        await connected(page);
        await page.getByRole("button", { name: "Submit" }).click();
        await answer(page);
        assert.equal(socket.isClosed(), false);
    });
});
