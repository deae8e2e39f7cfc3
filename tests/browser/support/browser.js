// SPDX-License-Identifier: Apache-2.0
//
// Chromium under watch: whatever a test does, its pages must not complain on the console and must
// not ask any host but the server.

import assert from "node:assert/strict";
import process from "node:process";

import { chromium } from "playwright-core";

const WAIT_MS_MAX = 15_000;

export async function launchBrowser() {
    return chromium.launch({
        executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
        args: [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ],
    });
}

/**
 * Runs `body(context)` in a browser context of its own and asserts afterwards that it was clean.
 *
 * @param {import("playwright-core").Browser} browser
 * @param {object} options
 * @param {string} options.origin the only host that pages may ask
 * @param {RegExp[]} [options.expected] console errors that belong to the test's case
 * @param {object} [options.context] further options of the browser context
 */
export async function inContext(browser, { origin, expected = [], context: options = {} }, body) {
    const context = await browser.newContext({ baseURL: origin, ...options });
    context.setDefaultTimeout(WAIT_MS_MAX);
    const complaints = [];
    const strangers = [];
    const complain = (text) => {
        if (!expected.some((pattern) => pattern.test(text))) complaints.push(text);
    };
    const visit = (url) => {
        const { protocol, host } = new URL(url);
        if (["data:", "blob:"].includes(protocol)) return;
        if (host !== new URL(origin).host) strangers.push(url);
    };
    context.on("request", (request) => visit(request.url()));
    context.on("weberror", (error) => complain(error.error().message));
    context.on("console", (message) => {
        if (["error", "warning"].includes(message.type())) complain(message.text());
    });
    context.on("page", (page) => page.on("websocket", (socket) => visit(socket.url())));
    try {
        await body(context);
    } finally {
        await context.close();
    }
    assert.deepEqual(complaints, [], "the console stays empty");
    assert.deepEqual(strangers, [], "no other host is asked");
}

/** Opens the prediction page and waits until it is connected and knows its choices. */
export async function openPage(context, address) {
    const page = await context.newPage();
    await page.goto(address);
    await connected(page);
    await page.locator("#Carrier-hint", { hasText: "American Airlines" }).waitFor();
    return page;
}

export async function connected(page) {
    await page.locator('#link-state[data-state="up"]').waitFor();
}

/** Waits for the answer card to reach a state. @returns {Promise<string>} the text of #result */
export async function answer(page, state = "done") {
    await page.locator(`#answer[data-state="${state}"]`).waitFor();
    return page.locator("#result").innerText();
}

export const CLASS_TEXT = Object.freeze([
    "Early (15+ Minutes Early)",
    "Slightly Early (0-15 Minute Early)",
    "Slightly Late (0-30 Minute Delay)",
    "Very Late (30+ Minutes Late)",
]);
