// SPDX-License-Identifier: Apache-2.0
//
// The page of how the server is, while the demo week is played and flights are submitted.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";

import { findings } from "./support/axe.js";
import { inContext, launchBrowser } from "./support/browser.js";
import { Server } from "./support/server.js";

const PAGE = "/status";
const TOKEN = "the admin token of the test";
const FOLDER =
    process.env.FLIGHTCAST_TEST_SCREENSHOTS ?? path.join(os.tmpdir(), "flightcast-screenshots");
const SAMPLES_MS_MAX = 60_000; // One every ten seconds.

let server;
let browser;
before(async () => {
    [server, browser] = await Promise.all([
        Server.start({ flags: ["--demo", "--admin-token", TOKEN] }),
        launchBrowser(),
        mkdir(FOLDER, { recursive: true }),
    ]);
    for (let i = 0; i < 50; i++) await server.post({ DepDelay: String(i) });
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function open(context) {
    const page = await context.newPage();
    await page.goto(PAGE);
    await page.getByLabel("Admin token").fill(TOKEN);
    await page.getByRole("button", { name: "Use token" }).click();
    await page.locator('#link-state[data-state="up"]').waitFor();
    return page;
}

test("the page asks for the admin token and shows figures that go on", async () => {
    // Goal: nothing without the token, a wrong one is said; then the figures follow by themselves, and a
    // reload keeps the token.
    const expected = [/status of 401/];
    await inContext(browser, { origin: server.origin, expected }, async (context) => {
        const page = await context.newPage();
        await page.goto(PAGE);
        await page.locator("#note", { hasText: "wants its admin token" }).waitFor();
        assert.equal(await page.locator("#charts section").count(), 0);
        await page.getByLabel("Admin token").fill("wrong");
        await page.getByRole("button", { name: "Use token" }).click();
        await page.locator("#token-error", { hasText: "does not know this token" }).waitFor();
        await page.getByLabel("Admin token").fill(TOKEN);
        await page.getByRole("button", { name: "Use token" }).click();
        await page.locator("#about", { hasText: "serve 0." }).waitFor();
        await page.reload();
        await page.locator("#about", { hasText: "serve 0." }).waitFor();
        const uptime = await page.locator("#about").innerText();
        await page.waitForFunction((text) => document.querySelector("#about").innerText !== text, uptime);
        await page.locator(".plot polyline").first().waitFor({ timeout: SAMPLES_MS_MAX });
        assert.match(await page.locator("#charts").innerText(), /scorer/);
        await page.locator("td", { hasText: /flightcast@/ }).first().waitFor();
    });
});

test("a server that goes away is said, and its last figures stay", async () => {
    // Goal: no answer is not a blank page.
    const expected = [/ERR_CONNECTION_REFUSED|Failed to load/];
    await inContext(browser, { origin: server.origin, expected }, async (context) => {
        const page = await open(context);
        await page.route("**/api/v1/status", (route) => route.abort("connectionrefused"));
        await page.locator("#note", { hasText: "does not answer" }).waitFor();
        assert.ok((await page.locator(".tile").count()) >= 6);
        assert.equal(await page.locator("#link-state").getAttribute("data-state"), "down");
    });
});

for (const width of [390, 1200]) {
    for (const colorScheme of ["light", "dark"]) {
        test(`${width} px, ${colorScheme}`, async () => {
            // Goal: it fits, axe-core finds nothing, and there is a picture to look at.
            const context = { viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" };
            await inContext(browser, { origin: server.origin, context }, async (opened) => {
                const page = await open(opened);
                await page.locator(".plot polyline").first().waitFor({ timeout: SAMPLES_MS_MAX });
                const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
                assert.ok(wide <= 0, `${wide} px too wide`);
                await page.screenshot({ path: path.join(FOLDER, `status-${width}-${colorScheme}.png`), fullPage: true });
                assert.deepEqual(await findings(page), []);
            });
        });
    }
}
