// SPDX-License-Identifier: Apache-2.0
//
// The token that a server may want for submissions and results. It is kept for this tab alone, and
// no longer than it is open.

import { byId } from "./dom.js";

const KEY = "flightcast.token";
export const ADMIN_KEY = "flightcast.admin-token";

/** The token, and the form that asks for it: hidden until a server does. */
export class TokenForm {
    #form = byId("token-form");
    #input = byId("token");
    #key;
    #value = "";

    /**
     * @param {() => void} onGiven called when there is another token than before.
     * @param {string} [key] under which it is kept
     */
    constructor(onGiven, key = KEY) {
        this.#key = key;
        try {
            this.#value = globalThis.sessionStorage.getItem(key) ?? "";
        } catch {
            // Storage is refused: then the token lasts as long as the page.
        }
        this.#form.addEventListener("submit", (event) => {
            event.preventDefault();
            this.#take(this.#input.value.trim());
            onGiven();
        });
    }

    /** Empty when there is none. */
    get value() {
        return this.#value;
    }

    /** The server wants a token, or another one than it got. */
    ask() {
        this.#form.hidden = false;
        this.#setError(this.#value === "" ? "" : "The server does not know this token");
    }

    /** The server has let us in. */
    accepted() {
        this.#form.hidden = true;
        this.#setError("");
    }

    #take(value) {
        this.#value = value;
        this.#setError("");
        try {
            globalThis.sessionStorage.setItem(this.#key, value);
        } catch {
            // See above.
        }
    }

    #setError(message) {
        byId("token-error").textContent = message;
        if (message === "") this.#input.removeAttribute("aria-invalid");
        else this.#input.setAttribute("aria-invalid", "true");
    }
}
