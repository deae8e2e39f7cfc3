// SPDX-License-Identifier: Apache-2.0

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { CLASS_TEXT, answer, inContext, launchBrowser, openPage } from "./support/browser.js";
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

function sharesOf(page) {
    return page.locator(".bar-share").allInnerTexts();
}

test("from the home page to a prediction", async () => {
    // Goal: what a first visitor does, with the form as it comes: class, text, probabilities.
    await within({}, async (context) => {
        const page = await context.newPage();
        await page.goto("/");
        await page.locator(`a[href="${PAGE.slice(1)}"]`).click();
        await page.waitForURL(`**${PAGE}`);
        await page.getByRole("button", { name: "Submit" }).click();
        const text = await answer(page);
        const id = new URL(page.url()).hash.slice(1);
        const stored = await server.resultOf(id);
        assert.equal(text, CLASS_TEXT[stored.Prediction]);
        const shares = stored.Probabilities;
        assert.equal((await sharesOf(page)).length, shares.length);
        assert.equal(shares.indexOf(Math.max(...shares)), stored.Prediction);
        const predicted = page.locator(".bar.is-predicted");
        assert.match(
            await predicted.innerText(),
            new RegExp(`${Math.round(shares[stored.Prediction] * 100)} %`),
        );
        // Models that were trained before it was kept do not know what moved their decisions.
        const isExplained = stored.Contributions !== undefined;
        assert.equal(await page.locator("#reasons").isVisible(), isExplained);
        if (isExplained) {
            assert.match(await page.locator("#reasons").innerText(), /Departure delay/);
            const moved = Object.values(stored.Contributions).reduce((sum, part) => sum + part, 0);
            assert.ok(Math.abs(moved - shares[stored.Prediction]) < 1e-4, "it adds up");
        }
        const facts = await page.locator("#facts").innerText();
        assert.ok(facts.includes(stored.Model), "the model is named");
        assert.match(facts, /Time taken\s+[\d.]+ m?s/);
    });
});

test("without scripts the form is taken, too", async () => {
    // Goal: a browser that runs no scripts names the page's origin with the form, so that the server
    // takes it; Sec-Fetch-Site, which helps here, is not sent to hosts without TLS elsewhere.
    await within({ context: { javaScriptEnabled: false } }, async (context) => {
        const page = await context.newPage();
        await page.goto(PAGE);
        const [posted] = await Promise.all([
            page.waitForRequest((request) => request.method() === "POST"),
            page.getByRole("button", { name: "Submit" }).click(),
        ]);
        assert.equal(await posted.headerValue("origin"), server.origin);
        assert.equal((await posted.response()).status(), 200);
    });
});

test("the form is the contract's", async () => {
    // Goal: scripts written for the original page find the same form: order, names, defaults; the
    // optional flight number stands behind its fields.
    await within({}, async (context) => {
        const page = await openPage(context, PAGE);
        const form = await page.locator("form#flight_delay_classification").evaluate((node) => ({
            action: new URL(node.action).pathname,
            method: node.getAttribute("method"),
            fields: [...new FormData(node)],
            submit: node.querySelector("[type=submit]").textContent,
        }));
        assert.deepEqual(form, {
            action: CLASSIFY,
            method: "post",
            fields: [
                ["DepDelay", "5"],
                ["Carrier", "AA"],
                ["FlightDate", "2016-12-25"],
                ["Origin", "ATL"],
                ["Dest", "SFO"],
                ["FlightNum", ""],
            ],
            submit: "Submit",
        });
        for (const label of ["Departure Delay", "Carrier", "Date", "Origin", "Destination"]) {
            assert.equal(await page.getByLabel(label, { exact: true }).count(), 1, label);
        }
        assert.match(await page.locator(".verdict").innerText(), /Delay:/);
    });
});

test("a second tab is left alone", async () => {
    // Goal: a result goes to the tab that asked; the other keeps what it shows.
    await within({}, async (context) => {
        const [asking, idle] = [await openPage(context, PAGE), await openPage(context, PAGE)];
        await asking.getByRole("button", { name: "Submit" }).click();
        const text = await answer(asking);
        await idle.locator(".recent-link").waitFor();
        assert.equal(await idle.locator("#result").innerText(), "");
        assert.equal(await idle.locator("#answer").getAttribute("data-state"), "idle");

        await idle.locator("#DepDelay").fill("180");
        await idle.getByRole("button", { name: "Submit" }).click();
        assert.equal(await answer(idle), CLASS_TEXT[3]);
        assert.equal(await asking.locator("#result").innerText(), text);
    });
});

test("errors stand at their field", async () => {
    // Goal: the page's own and the server's refusals, seen, focused and tied to the field.
    await within({ expected: [/status of 400/] }, async (context) => {
        const page = await openPage(context, PAGE);
        const submit = page.getByRole("button", { name: "Submit" });
        for (const [field, value, pattern] of [
            ["DepDelay", "", /number of minutes/],
            ["Carrier", " ", /airline/],
            ["FlightDate", "", /day of departure/],
            ["Dest", "XXX", /\S/],
            ["Origin", "QQQ", /\S/],
        ]) {
            const input = page.locator(`#${field}`);
            const before = await input.inputValue();
            await input.fill(value);
            await submit.click();
            const error = page.locator(`#${field}-error`);
            await error.filter({ hasText: pattern }).waitFor();
            assert.equal(await input.getAttribute("aria-invalid"), "true", field);
            assert.ok(await input.evaluate((node) => node === document.activeElement), field);
            assert.ok((await input.getAttribute("aria-describedby")).includes(`${field}-error`));
            assert.equal(await page.locator(".field-error:not(:empty)").count(), 1, field);
            await input.fill(before);
            assert.equal(await error.innerText(), "", "correcting takes the error away");
        }
        await submit.click();
        await answer(page);
    });
});

test("a refusal that concerns no field is said, too", async () => {
    // Goal: a server that is gone or broken leaves the form as it was, with a reason.
    await within({ expected: [/Failed to load resource/] }, async (context) => {
        const page = await openPage(context, PAGE);
        const submit = page.getByRole("button", { name: "Submit" });
        await page.route(`**${CLASSIFY}`, (route) => route.abort());
        await submit.click();
        assert.match(await answer(page, "refused"), /^Error submitting request/);
        await page.unroute(`**${CLASSIFY}`);
        await page.route(`**${CLASSIFY}`, (route) =>
            route.fulfill({
                status: 503,
                contentType: "text/html",
                body: '{"status": "ERROR", "message": "busy, try again"}',
            }),
        );
        await submit.click();
        await page.locator("#result", { hasText: "Error: busy, try again" }).waitFor();
        await page.unroute(`**${CLASSIFY}`);
        await submit.click();
        await answer(page);
    });
});

test("recent predictions outlast a reload", async () => {
    // Goal: each can be opened again, from the list and by its address; Clear forgets them.
    await within({}, async (context) => {
        const page = await openPage(context, PAGE);
        const submit = page.getByRole("button", { name: "Submit" });
        await submit.click();
        const first = await answer(page);
        const address = page.url();
        await page.locator("#DepDelay").fill("180");
        await submit.click();
        await page.locator("#result", { hasText: CLASS_TEXT[3] }).waitFor();

        await page.reload();
        assert.equal(await answer(page), CLASS_TEXT[3]);
        assert.equal(await page.locator(".recent-link").count(), 2);
        await page.locator(".recent-link").nth(1).click();
        await page.waitForURL(address);
        assert.equal(await page.locator("#result").innerText(), first);
        await page.goBack();
        await page.locator("#result", { hasText: CLASS_TEXT[3] }).waitFor();

        await page.getByRole("button", { name: "Clear" }).click();
        assert.equal(await page.locator("#recent").isVisible(), false);
        await page.reload();
        assert.equal(await page.locator("#recent").isVisible(), false);
    });
});

test("the keyboard is enough", async () => {
    // Goal: without a mouse, from the skip link to the answer, choices picked from their lists; the flight number is optional.
    await within({}, async (context) => {
        const page = await openPage(context, PAGE);
        const { keyboard } = page;
        const tabTo = async (id) => {
            for (let presses = 0; presses < 8; presses++) {
                if ((await page.evaluate(() => document.activeElement.id)) === id) return;
                await keyboard.press("Tab");
            }
            assert.fail(`Tab does not reach ${id}`);
        };
        await keyboard.press("Tab");
        await keyboard.press("Enter");
        await tabTo("DepDelay");
        await keyboard.press("Control+A");
        await keyboard.type("45");
        await tabTo("Carrier");
        await keyboard.type("delta");
        await page.getByRole("option", { name: "Delta Air Lines" }).waitFor();
        await keyboard.press("Enter");
        await tabTo("Origin");
        await keyboard.type("seattle");
        await keyboard.press("Tab");
        await tabTo("Dest");
        await keyboard.press("ArrowDown");
        await page.getByRole("group", { name: "From SEA", exact: true }).waitFor();
        await keyboard.press("Escape");
        await keyboard.type("atlan");
        await keyboard.press("ArrowDown");
        await keyboard.press("ArrowUp");
        const active = await page.locator("#Dest").getAttribute("aria-activedescendant");
        assert.match(await page.locator(`#${active}`).innerText(), /^ATL/);
        await keyboard.press("Enter");
        await keyboard.press("Enter");
        await answer(page);
        const values = await page
            .locator("#flight_delay_classification input")
            .evaluateAll((inputs) => inputs.map(({ value }) => value));
        assert.deepEqual(values, ["45", "DL", "2016-12-25", "SEA", "ATL", ""]);
    });
});

test("choices follow the origin", async () => {
    // Goal: destinations that a flight reaches come first, the others are marked.
    await within({}, async (context) => {
        const page = await openPage(context, PAGE);
        await page.locator("#Origin").fill("adk");
        await page.locator("#Origin").blur();
        assert.equal(await page.locator("#Origin").inputValue(), "ADK");
        await page.locator("#Dest").click();
        const groups = page.locator("#Dest-choices [role=group]");
        assert.equal(await groups.first().getAttribute("aria-label"), "From ADK");
        assert.match(await groups.first().innerText(), /ANC[\s\S]*mi/);
        assert.equal(await groups.nth(1).getAttribute("aria-label"), "No known route from ADK");
        await page.getByRole("option", { name: "ANC Anchorage" }).click();
        assert.equal(await page.locator("#Dest").inputValue(), "ANC");
        assert.match(await page.locator("#Dest-hint").innerText(), /Anchorage, Alaska · [\d,]+ mi/);
    });
});

test("an unknown address leads home", async () => {
    // Goal: 404 by status, a page by sight.
    await within({ expected: [/status of 404/] }, async (context) => {
        const page = await context.newPage();
        const response = await page.goto("/no/such/page");
        assert.equal(response.status(), 404);
        await page.getByRole("link", { name: "Back to the home page" }).click();
        await page.waitForURL(`${server.origin}/`);
    });
});
