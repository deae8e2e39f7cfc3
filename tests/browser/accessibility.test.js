// SPDX-License-Identifier: Apache-2.0
//
// axe-core on every page, light and dark, at a phone's and a desk's width.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { after, before, test } from "node:test";

import { findings } from "./support/axe.js";
import { answer, connected, inContext, launchBrowser, openPage } from "./support/browser.js";
import { PAGE, Server } from "./support/server.js";

const ADMIN_TOKEN = "the admin token of the test";

let server;
let browser;
before(async () => {
    const flags = ["--admin-token", ADMIN_TOKEN];
    [server, browser] = await Promise.all([Server.start({ flags }), launchBrowser()]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const VISITS = {
    home: async (context) => {
        const page = await context.newPage();
        await page.goto("/");
        return page;
    },
    form: (context) => openPage(context, PAGE),
    answer: async (context) => {
        const page = await openPage(context, PAGE);
        await page.getByRole("button", { name: "Submit" }).click();
        await answer(page);
        return page;
    },
    performance: async (context) => {
        const page = await context.newPage();
        await page.goto("/performance");
        await connected(page);
        await page.locator("#note", { hasNotText: "Loading" }).waitFor();
        return page;
    },
    models: async (context) => {
        const page = await context.newPage();
        await page.goto("/models");
        await page.locator("#charts h2", { hasText: "Changes" }).waitFor();
        return page;
    },
    "status, closed": async (context) => {
        const page = await context.newPage();
        await page.goto("/status");
        await page.locator("#note", { hasText: "wants its admin token" }).waitFor();
        return page;
    },
    status: async (context) => {
        const page = await VISITS["status, closed"](context);
        await page.getByLabel("Admin token").fill(ADMIN_TOKEN);
        await page.getByRole("button", { name: "Use token" }).click();
        await connected(page);
        return page;
    },
    "not found": async (context) => {
        const page = await context.newPage();
        await page.goto("/nothing/here");
        return page;
    },
};

for (const [name, visit] of Object.entries(VISITS)) {
    for (const width of [390, 1200]) {
        for (const colorScheme of ["light", "dark"]) {
            test(`${name}, ${width} px, ${colorScheme}`, async () => {
                // Goal: no finding of axe-core: names, roles, contrast, order of headings.
                const context = { viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" };
                const options = { origin: server.origin, context, expected: [/status of 404/] };
                await inContext(browser, options, async (opened) => {
                    assert.deepEqual(await findings(await visit(opened)), []);
                });
            });
        }
    }
}

test("every page is visited", async () => {
    // Goal: a new page is not forgotten here.
    const visits = { "index.html": "home", "predict.html": "form", "404.html": "not found" };
    const pages = (await readdir(new URL("../../web/pages", import.meta.url))).filter((name) => name.endsWith(".html"));
    assert.ok(pages.length >= 6);
    for (const page of pages) assert.ok((visits[page] ?? page.replace(".html", "")) in VISITS, page);
});

test("a planted fault is found", async () => {
    // Goal: the other tests can fail.
    await inContext(browser, { origin: server.origin }, async (opened) => {
        const page = await VISITS.home(opened);
        await page.evaluate(() => {
            const button = document.createElement("button");
            document.querySelector("main").append(button);
        });
        const found = await findings(page);
        assert.ok(found.some((text) => text.startsWith("button-name")), String(found));
    });
});
