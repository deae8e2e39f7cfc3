// SPDX-License-Identifier: Apache-2.0
//
// The form: choices for carrier and airports, a word about what was chosen, errors at their field.

import { airportChoices, carrierChoices } from "./choices.js";
import { Combobox } from "./combobox.js";
import { byId } from "./dom.js";
import { FIELDS, checkFlight } from "./flight.js";
import { formatMiles } from "./format.js";

export class FlightForm {
    #form = byId("flight_delay_classification");
    #boxes = {
        Carrier: new Combobox(byId("Carrier"), "Carriers"),
        Origin: new Combobox(byId("Origin"), "Airports of departure"),
        Dest: new Combobox(byId("Dest"), "Airports of arrival"),
    };
    #hints = Object.fromEntries(FIELDS.map((field) => [field, byId(`${field}-hint`).textContent]));
    #tables = { airports: [], routes: {} };

    /** @param {(flight: Record<string, string>) => void} onChange called after every change. */
    constructor(onChange) {
        // Our messages stand at the fields; the browser's would hide the server's rules.
        this.#form.noValidate = true;
        this.#form.addEventListener("input", ({ target }) => this.#changed(target.name, onChange));
        this.#form.addEventListener("change", ({ target }) => this.#changed(target.name, onChange));
    }

    get element() {
        return this.#form;
    }

    get flight() {
        const data = new FormData(this.#form);
        return Object.fromEntries(FIELDS.map((field) => [field, String(data.get(field) ?? "")]));
    }

    setTables({ carriers, airports, routes }) {
        this.#tables = { airports, routes };
        this.#boxes.Carrier.setChoices(carrierChoices(carriers));
        this.#boxes.Origin.setChoices(airportChoices(airports, {}));
        this.#offerDestinations();
        this.#sayWhatIsChosen();
    }

    /** @returns {boolean} whether the form may be sent; else the problems stand at their fields. */
    check() {
        Object.values(this.#boxes).forEach((box) => box.tidy());
        FIELDS.forEach((field) => this.#setError(field, ""));
        const problems = checkFlight(this.flight);
        problems.forEach(({ field, message }) => this.#setError(field, message));
        if (problems.length > 0) byId(problems[0].field).focus();
        return problems.length === 0;
    }

    showError(field, message) {
        this.#setError(field, message);
        byId(field).focus();
    }

    /** Nobody submits twice by pressing twice. */
    setBusy(isBusy) {
        const button = this.#form.querySelector("[type=submit]");
        button.setAttribute("aria-disabled", String(isBusy));
    }

    #changed(field, onChange) {
        this.#setError(field, "");
        if (field === "Origin") this.#offerDestinations();
        this.#sayWhatIsChosen();
        onChange(this.flight);
    }

    #setError(field, message) {
        const input = byId(field);
        byId(`${field}-error`).textContent = message;
        if (message === "") input.removeAttribute("aria-invalid");
        else input.setAttribute("aria-invalid", "true");
    }

    #offerDestinations() {
        const { airports, routes } = this.#tables;
        const origin = this.#boxes.Origin.choice?.code ?? null;
        this.#boxes.Dest.setChoices(airportChoices(airports, routes, origin));
    }

    #sayWhatIsChosen() {
        for (const [field, box] of Object.entries(this.#boxes)) {
            byId(`${field}-hint`).textContent = describeChoice(box.choice) ?? this.#hints[field];
        }
    }
}

// "San Francisco, California, 2,139 mi", or that the route is not in the table.
function describeChoice(choice) {
    if (choice === null) return null;
    if (choice.group === "") return choice.title;
    return `${choice.title} · ${choice.miles === null ? choice.group : formatMiles(choice.miles)}`;
}
