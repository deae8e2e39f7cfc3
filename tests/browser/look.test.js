// SPDX-License-Identifier: Apache-2.0
//
// The pages at a phone's and a desk's width, light and dark: they fit, and pictures of them are
// left in FLIGHTCAST_TEST_SCREENSHOTS (else a folder below the temporary one) for people to look at.

import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import process from "node:process";
import { after, before, test } from "node:test";

import { answer, inContext, launchBrowser, openPage } from "./support/browser.js";
import { PAGE, Server } from "./support/server.js";

const FOLDER =
    process.env.FLIGHTCAST_TEST_SCREENSHOTS ?? path.join(os.tmpdir(), "flightcast-screenshots");

let server;
let browser;
before(async () => {
    [server, browser] = await Promise.all([
        Server.start(),
        launchBrowser(),
        mkdir(FOLDER, { recursive: true }),
    ]);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

async function assertFits(page) {
    const { content, window } = await page.evaluate(() => ({
        content: document.documentElement.scrollWidth,
        window: document.documentElement.clientWidth,
    }));
    assert.ok(content <= window, `${content} px of content in a window of ${window} px`);
}

for (const width of [360, 1440]) {
    for (const colorScheme of ["light", "dark"]) {
        test(`${width} px, ${colorScheme}`, async () => {
            // Goal: no sideways scrolling in any state, and something to look at.
            const context = {
                viewport: { width, height: 900 },
                colorScheme,
                reducedMotion: "reduce",
            };
            const options = { origin: server.origin, context, expected: [/status of 400/] };
            await inContext(browser, options, async (opened) => {
                const picture = async (page, name) => {
                    await assertFits(page);
                    const file = `${name}-${width}-${colorScheme}.png`;
                    await page.screenshot({ path: path.join(FOLDER, file), fullPage: true });
                };
                const home = await opened.newPage();
                await home.goto("/");
                await picture(home, "home");
                const page = await openPage(opened, PAGE);
                await picture(page, "form");
                await page.locator("#Dest").click();
                await picture(page, "choices");
                await page.keyboard.press("Escape");
                await page.getByRole("button", { name: "Submit" }).click();
                await answer(page);
                await picture(page, "answer");
                await page.locator("#Dest").fill("XXX");
                await page.getByRole("button", { name: "Submit" }).click();
                await page.locator("#Dest-error", { hasText: /\S/ }).waitFor();
                await picture(page, "error");
            });
        });
    }
}
