// SPDX-License-Identifier: Apache-2.0
//
// The page of how good predictions were, while the demo week is played.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";

import { findings } from "./support/axe.js";
import { connected, inContext, launchBrowser } from "./support/browser.js";
import { Server } from "./support/server.js";

const PAGE = "/performance";
const FOLDER =
    process.env.FLIGHTCAST_TEST_SCREENSHOTS ?? path.join(os.tmpdir(), "flightcast-screenshots");
const FLIGHTS_MIN = 20; // Figures of fewer are held back.
const FIRST_FIGURES_MS_MAX = 120_000; // The first flights land ten seconds after the start.

let server;
let browser;
before(async () => {
    [server, browser] = await Promise.all([
        Server.start({ flags: ["--demo"] }),
        launchBrowser(),
        mkdir(FOLDER, { recursive: true }),
    ]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function open(context) {
    const page = await context.newPage();
    await page.goto(PAGE);
    await connected(page);
    await judgedBeyond(page, FLIGHTS_MIN - 1);
    return page;
}

/** Waits until the page shows more judged flights than `known`. @returns {Promise<number>} */
async function judgedBeyond(page, known) {
    const shown = await page.waitForFunction(
        (count) => {
            const tiles = [...document.querySelectorAll(".tile")];
            const tile = tiles.find((node) => node.textContent.startsWith("Flights judged"));
            const judged = Number(tile?.querySelector("dd").textContent.replaceAll(",", "") ?? 0);
            return judged > count ? judged : null;
        },
        known,
        { timeout: FIRST_FIGURES_MS_MAX },
    );
    return shown.jsonValue();
}

test("figures come by themselves and are those of the API", async () => {
    // Goal: without a reload the page follows what is judged; it shows the server's own figures.
    await inContext(browser, { origin: server.origin }, async (context) => {
        const page = await open(context);
        const before = await judgedBeyond(page, 0);
        await judgedBeyond(page, before);
        const answer = await page.request.get("/api/v1/performance?window=7d&by=model");
        const { groups } = await answer.json();
        assert.ok(groups[0].flights >= before);
        assert.match(await page.locator("#note").innerText(), new RegExp(groups[0].name));
        assert.equal(await page.locator("#charts figure").count(), 6);
    });
});

test("airports by minutes lost come by themselves", async () => {
    // Goal: once airports of 20 flights are known their table is there, most minutes lost first, and
    // it follows the arrivals without a reload.
    await inContext(browser, { origin: server.origin }, async (context) => {
        const page = await open(context);
        const table = page.locator("#airports-table");
        await table.waitFor({ timeout: FIRST_FIGURES_MS_MAX });
        const lost = await page.locator("#airports-table tbody td:nth-child(2)").allInnerTexts();
        const minutes = lost.map(Number);
        assert.ok(minutes.length > 0 && minutes.every(Number.isFinite), lost.join());
        assert.deepEqual(minutes, minutes.toSorted((a, b) => b - a));
        const before = await page.locator("#airports-as-of").innerText();
        await page.waitForFunction(
            (text) => document.querySelector("#airports-as-of").textContent !== text,
            before,
            { timeout: FIRST_FIGURES_MS_MAX },
        );
    });
});

test("keyboard alone: choose a time and read the values", async () => {
    // Goal: the window is chosen by arrow keys and kept in the address; a chart's table opens by
    // Enter, and stays open and focused when new figures come.
    await inContext(browser, { origin: server.origin }, async (context) => {
        const page = await open(context);
        await page.locator('[name="window"][value="7d"]').focus();
        await page.keyboard.press("ArrowRight");
        await page.waitForURL("**#30d");
        await page.waitForResponse((response) => response.url().includes("window=30d"));
        const summary = page.locator("summary", { hasText: "Accuracy over time: values" });
        await summary.focus();
        await page.keyboard.press("Enter");
        await page.getByRole("table").first().waitFor();
        await page.waitForResponse((response) => response.url().includes("by=route"), { timeout: 60_000 });
        await page.waitForFunction(() => document.activeElement.textContent === "Accuracy over time: values");
        assert.equal(await page.locator("details[open]").count(), 1);
    });
});

for (const width of [390, 1200]) {
    for (const colorScheme of ["light", "dark"]) {
        test(`${width} px, ${colorScheme}`, async () => {
            // Goal: it fits, axe-core finds nothing, and there is a picture to look at.
            const context = { viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" };
            await inContext(browser, { origin: server.origin, context }, async (opened) => {
                const page = await open(opened);
                const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
                assert.ok(wide <= 0, `${wide} px too wide`);
                await page.screenshot({ path: path.join(FOLDER, `performance-${width}-${colorScheme}.png`), fullPage: true });
                await page.locator("summary").first().click();
                assert.deepEqual(await findings(page), []);
            });
        });
    }
}
