// SPDX-License-Identifier: Apache-2.0
//
// Puts the site together: `node tools/build.js [OUT]` writes build/web (or OUT) from scratch.
//
//   OUT/index.html, predict.html, 404.html   pages/ with the map of airports drawn in
//   OUT/static/css, js, favicon.svg          static/ as it is
//   OUT/static/data/*.json                   carriers, airports and routes for the choices
//   OUT/static/version                       a hash of all that is below static/
//   OUT/socket.io*.js                        the official client, served below /socket.io/
//   OUT/**.br, OUT/**.gz                     the same, compressed, where that makes it smaller
//
// The pages name their files as static/v-VERSION/..., which never changes what it stands for, so
// that a browser asks for each once. All addresses are relative, so that a proxy may serve the site
// below a path of its own; 404.html, which answers anywhere, has {{root}} where the server writes
// the way up.
//
// The same input gives the same bytes: no times, no random names, sorted lists.

import { cp, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { listAirports } from "./airports.js";
import { listCarriers } from "./carriers.js";
import { compressAll } from "./compress.js";
import { dotPath, routePath } from "./map.js";
import { readRoutes } from "./routes.js";
import { versionOf } from "./version.js";

const WEB = fileURLToPath(new URL("..", import.meta.url));
const DISTANCES = path.join(WEB, "../data/origin_dest_distances.jsonl");
const CLIENT = path.join(WEB, "node_modules/socket.io-client/dist");

const HUB_ROUTES_MIN = 45;

// Decoration of the home page.
const HERO_ROUTES = ["ATL-SFO", "JFK-LAX", "SEA-ORD", "DEN-MIA", "BOS-DFW", "HNL-PHX", "ANC-MSP"];

// What Socket.IO servers call the files.
const CLIENT_FILES = new Map([
    ["socket.io.js", "socket.io.min.js"],
    ["socket.io.esm.min.js", "socket.io.esm.min.js"],
]);

function isHub(routes, code) {
    return Object.keys(routes[code] ?? {}).length >= HUB_ROUTES_MIN;
}

async function writePages(out, airports, routes) {
    const version = await versionOf(path.join(out, "static"));
    await writeFile(path.join(out, "static/version"), `${version}\n`);
    const drawings = new Map([
        ['static/', `static/v-${version}/`],
        ["{{airport-dots}}", dotPath(airports)],
        ["{{airport-hubs}}", dotPath(airports.filter(({ code }) => isHub(routes, code)))],
        ["{{hero-routes}}", routePath(airports, HERO_ROUTES)],
    ]);
    for (const name of await readdir(path.join(WEB, "pages"))) {
        let page = await readFile(path.join(WEB, "pages", name), "utf8");
        for (const [mark, drawing] of drawings) page = page.replaceAll(mark, drawing);
        await writeFile(path.join(out, name), page);
    }
}

async function writeData(out, tables) {
    const folder = path.join(out, "static/data");
    await mkdir(folder, { recursive: true });
    for (const [name, table] of Object.entries(tables)) {
        await writeFile(path.join(folder, `${name}.json`), `${JSON.stringify(table)}\n`);
    }
}

// The source maps stay away (they are larger than the program), so their mention does too.
async function writeClient(out) {
    for (const [name, source] of CLIENT_FILES) {
        const script = await readFile(path.join(CLIENT, source), "utf8");
        await writeFile(path.join(out, name), script.replace(/^\/\/# sourceMappingURL=.*\n?/m, ""));
    }
}

async function main() {
    const out = path.resolve(process.argv[2] ?? path.join(WEB, "../build/web"));
    const routes = await readRoutes(DISTANCES);
    const airports = listAirports(routes);
    await rm(out, { recursive: true, force: true });
    await mkdir(out, { recursive: true });
    await cp(path.join(WEB, "static"), path.join(out, "static"), { recursive: true });
    await writeData(out, { airports, carriers: listCarriers(), routes });
    await writePages(out, airports, routes);
    await writeClient(out);
    await compressAll(out);
    console.log(`${path.relative(process.cwd(), out)}: ${airports.length} airports`);
}

await main();
