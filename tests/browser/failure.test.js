// SPDX-License-Identifier: Apache-2.0
//
// What the page shows when no prediction comes: for good, or only not in time.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, test } from "node:test";

import {
    CLASS_TEXT,
    answer,
    connected,
    inContext,
    launchBrowser,
    openPage,
} from "./support/browser.js";
import { PAGE, Server } from "./support/server.js";

let server;
let browser;
before(async () => {
    [server, browser] = await Promise.all([
        Server.start({ flags: ["--request-timeout", "300ms"] }),
        launchBrowser(),
    ]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const within = (options, body) => inContext(browser, { origin: server.origin, ...options }, body);

// Lets `change` rewrite what the server says to pages of the context, which then have but one
// transport.
async function rewrite(context, change) {
    await context.route(/\/socket\.io\/\?.*transport=polling/, (route) => route.abort());
    await context.routeWebSocket(/\/socket\.io\//, (page) => {
        const toServer = page.connectToServer();
        toServer.onMessage((message) => page.send(change(String(message))));
    });
}

test("a failure is said with its cause", async () => {
    // Goal: instead of the prediction comes a dead letter: the message is shown, in the card and in
    // the list, it outlasts a reload, and the form goes on working.
    await within({ expected: [/ERR_FAILED/] }, async (context) => {
        let isFailing = true;
        await rewrite(context, (message) => {
            if (!isFailing || !message.startsWith('42["prediction_ready"')) return message;
            const record = JSON.parse(message.slice(2))[1];
            const failure = {
                request_id: record.UUID,
                reason: "bad_date",
                message: "The flight's date does not exist.",
                final: true,
            };
            return `42${JSON.stringify(["prediction_failed", failure])}`;
        });
        const page = await openPage(context, PAGE);
        const submit = page.getByRole("button", { name: "Submit" });
        await submit.click();
        assert.equal(await answer(page, "failed"), "Error: The flight's date does not exist.");
        assert.match(await page.locator("#result-note").innerText(), /gets no prediction/);
        assert.equal(await page.locator("#details").isVisible(), false);
        assert.equal(await page.locator("#ask-again").isVisible(), false);
        assert.equal(await page.locator(".recent-verdict").innerText(), "Failed");
        await page.reload();
        assert.match(await answer(page, "failed"), /does not exist/);
        isFailing = false;
        await connected(page);
        await submit.click();
        assert.ok(CLASS_TEXT.includes(await answer(page)));
    });
});

test("an answer that takes long is asked for again", async () => {
    // Goal: the server gives up telling (--request-timeout) about an id that has no outcome; the
    // page says that it is not lost, and "Ask again" waits anew.
    await within({}, async (context) => {
        const page = await openPage(context, `${PAGE}#${randomUUID()}`);
        assert.equal(await answer(page, "overdue"), "No answer yet");
        assert.match(await page.locator("#result-note").innerText(), /on record/);
        await page.locator("#ask-again").click();
        await page.locator("#result", { hasText: "Processing..." }).waitFor();
        await answer(page, "overdue");
    });
});

test("a page that was left open gets its answer", async () => {
    // Goal: after "No answer yet" the page asks again by itself, and shows what has come since.
    await within({ expected: [/ERR_FAILED/] }, async (context) => {
        let isLate = true;
        await rewrite(context, (message) => {
            if (!isLate || !message.startsWith('42["prediction_ready"')) return message;
            const { UUID } = JSON.parse(message.slice(2))[1];
            const failure = { request_id: UUID, reason: "timeout", message: "Late.", final: false };
            return `42${JSON.stringify(["prediction_failed", failure])}`;
        });
        const page = await context.newPage();
        await page.clock.install();
        await page.goto(PAGE);
        await connected(page);
        await page.getByRole("button", { name: "Submit" }).click();
        assert.equal(await answer(page, "overdue"), "No answer yet");
        isLate = false;
        await page.clock.runFor(31_000);
        assert.ok(CLASS_TEXT.includes(await answer(page)));
    });
});
