// SPDX-License-Identifier: Apache-2.0
//
// Compressing when the pages are built costs nothing when they are served, and may take its time.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { filesBelow } from "./files.js";

const BYTES_MIN = 1000; // One packet carries less than that either way.
const SHARE_MAX = 0.9;

/** @returns {Map<string, Buffer>} by the ending of its file's name; none that is hardly smaller. */
export function compress(bytes) {
    if (bytes.length < BYTES_MIN) return new Map();
    const br = brotliCompressSync(bytes, {
        params: {
            [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
            [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
    });
    const all = [
        [".br", br],
        [".gz", gzipSync(bytes, { level: 9 })],
    ];
    return new Map(all.filter(([, small]) => small.length <= SHARE_MAX * bytes.length));
}

/** Writes the compressed forms of every file below `folder` beside it. */
export async function compressAll(folder) {
    for (const name of await filesBelow(folder)) {
        const file = path.join(folder, name);
        for (const [ending, bytes] of compress(await readFile(file))) {
            await writeFile(file + ending, bytes);
        }
    }
}
