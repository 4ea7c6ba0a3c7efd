// The product list: categories, filters, sorting, pages.

import { newKey } from "../client.js";
import { h, icon, isBuyable, picture, priceLine, safeUrl, stockLine, whileBusy } from "../dom.js";
import { address } from "./route.js";

const PAGE_SIZE = 24;
const FACETS = { colour: "Colour", material: "Material", price_band: "Price", brand: "Brand" };
const VALUES_SHOWN = 8;
const CATEGORIES_SHOWN = 9;

/** `shop`: open(card), add(card, key), go(state). */
export class Listing {
  #client;
  #shop;
  #loading;
  #labels = new Map();
  #categories;

  constructor(client, shop) {
    this.#client = client;
    this.#shop = shop;
    this.state = {};
    this.shown = false;
    element("sort").addEventListener("change", (event) => this.#refine({ sort: event.target.value }));
    this.#buildFilterDialog();
  }

  /** Shows the products of a state, unless they are shown already. */
  async show(state) {
    if (this.shown && address(state) === address(this.state)) return;
    const turnedPage = this.shown && state.page !== this.state.page;
    this.state = state;
    this.shown = true;
    element("sort").value = state.sort ?? "";
    await this.#showCategories();
    await this.#load();
    if (turnedPage) element("listing-title").scrollIntoView({ block: "start" });
  }

  // Products

  async #load() {
    this.#loading?.abort();
    const loading = (this.#loading = new AbortController());
    const grid = element("grid");
    if (grid.childElementCount === 0) grid.replaceChildren(...Array.from({ length: 8 }, skeleton));
    grid.setAttribute("aria-busy", "true");
    try {
      const found = await this.#client.products({ ...this.state, page_size: PAGE_SIZE }, loading.signal);
      this.#showProducts(found);
    } catch (problem) {
      if (problem.name !== "AbortError") this.#showProblem(problem);
    } finally {
      if (loading === this.#loading) grid.removeAttribute("aria-busy");
    }
  }

  #showProducts(found) {
    this.#showHead(found);
    const cards = found.products.map((product) => this.#card(product));
    element("grid").replaceChildren(...(cards.length > 0 ? cards : [this.#nothing()]));
    this.#showFacets(found.facets ?? []);
    this.#showChosen();
    this.#showPages(found);
  }

  #showHead(found) {
    const { q, category } = this.state;
    const words = found.corrected_query || q;
    const title = words ? `Results for “${words}”` : this.#label(category) || "All furniture";
    element("listing-title").textContent = capital(title);
    element("listing-count").textContent = found.total === 1 ? "1 product" : `${found.total} products`;
  }

  #card(product) {
    const open = (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      this.#shop.open(product);
    };
    const href = safeUrl(product.url, this.#client.base) ?? "#";
    return h(
      "li",
      { class: "product" },
      h("a", { href, onclick: open }, picture(product.image_url, this.#client.base), h("span", { class: "maker" }, product.brand), h("span", { class: "name" }, product.title)),
      h("div", { class: "buy" }, h("div", {}, priceLine(product), stockLine(product.availability)), isBuyable(product) ? addButton(product, this.#shop.add) : undefined),
    );
  }

  #nothing() {
    const all = h("button", { type: "button", class: "primary", onclick: () => this.#shop.go({}) }, "Show all furniture");
    const hint = "Nothing matches. Remove a filter, try other words, or ask the assistant.";
    return h("li", { class: "nothing" }, h("p", {}, hint), all);
  }

  #showProblem(problem) {
    const again = h("button", { type: "button", class: "primary", onclick: () => this.#load() }, "Try again");
    element("listing-count").textContent = "";
    element("grid").replaceChildren(h("li", { class: "nothing", role: "alert" }, h("p", {}, problem.message), again));
  }

  // Categories

  async #showCategories() {
    try {
      this.#categories ??= (await this.#client.categories()).categories;
    } catch {
      // The list works without them; the next visit asks again.
      return;
    }
    for (const category of this.#categories) this.#labels.set(category.category_id, category.label);
    const chosen = this.#categories.find((category) => category.category_id === this.state.category);
    const root = chosen && (this.#categories.find((category) => category.category_id === chosen.parent_id) ?? chosen);
    const tops = this.#categories.filter((category) => !this.#labels.has(category.parent_id));
    tops.sort((one, other) => other.product_count - one.product_count);
    const below = root ? this.#categories.filter((category) => category.parent_id === root.category_id) : [];
    const chosenOnes = [this.state.category ?? "", root?.category_id];
    const top = this.#categoryRow([{ category_id: "", label: "All" }, ...tops.slice(0, CATEGORIES_SHOWN)], chosenOnes, tops.slice(CATEGORIES_SHOWN));
    const rows = below.length > 0 ? [top, this.#categoryRow(below, [this.state.category])] : [top];
    element("categories").replaceChildren(...rows);
  }

  /** A row of links, the rest of them in a menu at its end. */
  #categoryRow(categories, chosen, rest = []) {
    const link = ({ category_id, label }) =>
      h("a", { href: address({ category: category_id }), "aria-current": chosen.includes(category_id) ? "page" : undefined }, capital(label));
    const row = h("div", { class: "row" }, categories.map(link));
    if (rest.length === 0) return row;
    const menu = h("details", { class: "more" }, h("summary", {}, "More", icon("down")), h("div", { class: "menu" }, rest.map(link)));
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      menu.open = false;
      menu.firstChild.focus();
    });
    menu.addEventListener("focusout", (event) => (menu.open &&= menu.contains(event.relatedTarget)));
    return h("div", { class: "row-and-more" }, row, menu);
  }

  #label(category) {
    return category ? (this.#labels.get(category) ?? category) : "";
  }

  // Filters

  #showFacets(facets) {
    const groups = Object.keys(FACETS).map((name) => this.#facet(name, facets.find((facet) => facet.name === name)));
    const open = new Set([...document.querySelectorAll(".facets details[open]")].map((details) => details.dataset.facet));
    const focused = document.activeElement?.closest?.(".facet-value")?.dataset.value;
    const host = element("filters").open ? element("filters").querySelector(".facets") : element("facets");
    host.replaceChildren(...groups.filter(Boolean));
    for (const details of host.querySelectorAll("details")) {
      if (open.has(details.dataset.facet)) details.open = true;
    }
    if (focused) host.querySelector(`[data-value="${CSS.escape(focused)}"] input`)?.focus();
  }

  #facet(name, facet) {
    const chosen = this.#chosenOf(name);
    const listed = facet?.values ?? [];
    const absent = chosen.filter((value) => !listed.some((entry) => entry.value === value));
    const values = [...listed, ...absent.map((value) => ({ value, label: value, count: 0 }))];
    if (values.length === 0) return undefined;
    const first = values.filter((entry, place) => place < VALUES_SHOWN || chosen.includes(entry.value));
    const rest = values.filter((entry) => !first.includes(entry));
    return h(
      "fieldset",
      { class: "facet" },
      h("legend", {}, FACETS[name]),
      first.map((entry) => this.#value(name, entry, chosen)),
      rest.length > 0 ? h("details", { "data-facet": name }, h("summary", {}, `${rest.length} more`), rest.map((entry) => this.#value(name, entry, chosen))) : undefined,
    );
  }

  #value(name, { value, label, count }, chosen) {
    const input = h("input", { type: "checkbox", checked: chosen.includes(value), onchange: (event) => this.#choose(name, value, event.target.checked) });
    return h("label", { class: "facet-value", "data-value": `${name} ${value}` }, input, h("span", {}, capital(label)), h("span", { class: "count" }, String(count)));
  }

  #chosenOf(name) {
    const { price_min = "", price_max = "" } = this.state;
    if (name === "price_band") return price_min || price_max ? [`${price_min}-${price_max}`] : [];
    return (this.state[name] ?? "").split(",").filter(Boolean);
  }

  #choose(name, value, on) {
    if (name === "price_band") {
      const [price_min, price_max] = on ? value.split("-") : ["", ""];
      this.#refine({ price_min, price_max });
      return;
    }
    const others = this.#chosenOf(name).filter((chosen) => chosen !== value);
    this.#refine({ [name]: [...others, ...(on ? [value] : [])].join(",") });
  }

  #refine(change) {
    this.#shop.go({ ...this.state, ...change, page: undefined });
  }

  #showChosen() {
    const chips = ["colour", "material", "brand", "price_band"].flatMap((name) =>
      this.#chosenOf(name).map((value) => {
        const label = name === "price_band" ? bandLabel(value) : capital(value);
        return h("button", { type: "button", class: "quiet", "aria-label": `Remove filter ${label}`, onclick: () => this.#choose(name, value, false) }, label, icon("close"));
      }),
    );
    element("chosen").replaceChildren(...chips);
  }

  /** On a phone the filters open in a dialog of their own. */
  #buildFilterDialog() {
    const dialog = element("filters");
    const done = h("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "Show products");
    const holder = h("div", { class: "facets" });
    dialog.append(h("div", { class: "drawer-head" }, h("h2", {}, "Filters")), holder, done);
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => element("facets").replaceChildren(...holder.childNodes));
    element("filter-button").addEventListener("click", () => {
      holder.replaceChildren(...element("facets").childNodes);
      dialog.showModal();
    });
  }

  // Pages

  #showPages({ page, page_size, total }) {
    const last = Math.max(1, Math.ceil(total / page_size));
    const to = (number, label) =>
      h("button", { type: "button", class: "quiet", disabled: number < 1 || number > last, onclick: () => this.#shop.go({ ...this.state, page: String(number) }) }, label);
    const controls = last > 1 ? [to(page - 1, "Previous"), h("span", {}, `Page ${page} of ${last}`), to(page + 1, "Next")] : [];
    element("pages").replaceChildren(...controls);
  }
}

function addButton(product, add) {
  let key = newKey();
  const button = h("button", { type: "button", class: "add", "aria-label": `Add ${product.title} to cart` }, icon("plus"), h("span", {}, "Add"));
  const put = async () => {
    try {
      await add(product, key);
      key = newKey();
      button.classList.add("done");
      button.lastChild.textContent = "Added";
    } catch (problem) {
      button.lastChild.textContent = "Retry";
      button.title = problem.message;
    }
  };
  button.addEventListener("click", () => whileBusy(button, put));
  return button;
}

function skeleton() {
  return h("li", { class: "product skeleton", "aria-hidden": "true" }, h("span", { class: "picture" }), h("span", { class: "bar-line" }), h("span", { class: "bar-line short" }));
}

function bandLabel(band) {
  const [from, to] = band.split("-");
  if (!from) return `Under $${to}`;
  return to ? `$${from} – $${to}` : `Over $${from}`;
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function element(id) {
  return document.getElementById(id);
}
