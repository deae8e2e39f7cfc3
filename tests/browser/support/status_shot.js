// SPDX-License-Identifier: Apache-2.0
//
// node status_shot.js ORIGIN ADMIN_TOKEN FILE [WIDTH] [light|dark] [HEIGHT]: a picture of the page /status, or of so
// much of it, from its summary on, as WebP.

import { writeFile } from "node:fs/promises";
import process from "node:process";

import { launchBrowser } from "./browser.js";

const [origin, token, file, width = "1200", colorScheme = "light", height] = process.argv.slice(2);
const browser = await launchBrowser();
try {
    const context = await browser.newContext({ viewport: { width: Number(width), height: 900 }, colorScheme });
    await context.addInitScript((value) => globalThis.sessionStorage.setItem("flightcast.admin-token", value), token);
    const page = await context.newPage();
    await page.goto(`${origin}/status`);
    await page.locator('#link-state[data-state="up"]').waitFor();
    if (height === undefined) {
        await page.screenshot({ path: file, fullPage: true });
    } else {
        const { y } = await page.locator("#note").boundingBox();
        const clip = { x: 0, y: y - 16, width: Number(width), height: Number(height), scale: 1 };
        const debug = await context.newCDPSession(page); // Playwright knows no WebP.
        const options = { format: "webp", quality: 80, captureBeyondViewport: true, clip };
        await writeFile(file, (await debug.send("Page.captureScreenshot", options)).data, "base64");
    }
} finally {
    await browser.close();
}
