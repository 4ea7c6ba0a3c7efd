// The product dialog: picture, price, facts, similar products.

import { newKey } from "../client.js";
import { h, icon, iconButton, isBuyable, picture, priceLine, safeUrl, stockLine, whileBusy } from "../dom.js";

const SIDES = ["width_cm", "depth_cm", "height_cm"];
/** Shown in places of their own, or of no use to shoppers. */
const UNLISTED = new Set([...SIDES, "set_size"]);
const UNITS = { cm: " cm", kg: " kg" };

/** `shop`: open(card), add(card, key), closed(), ask(message). */
export class ProductDialog {
  #client;
  #shop;
  #dialog = document.getElementById("product");
  #wanted;

  constructor(client, shop) {
    this.#client = client;
    this.#shop = shop;
    /** Called with the id of the product that is shown, or with nothing. */
    this.onchange = () => {};
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#leave());
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#leave();
    });
  }

  /** Opens the dialog with a product. */
  async show(reference) {
    this.#wanted = reference;
    this.#fill(h("p", { class: "waiting", role: "status" }, "One moment…"));
    if (!this.#dialog.open) this.#dialog.showModal();
    try {
      const product = await this.#client.product(reference);
      if (this.#wanted !== reference) return;
      this.#fill(this.#page(product));
      this.onchange(product.product_id);
      await this.#showSimilar(product, reference);
    } catch (problem) {
      if (this.#wanted === reference) this.#fill(h("p", { class: "waiting", role: "alert" }, problem.message));
    }
  }

  /** Closes it without telling anyone. */
  close() {
    this.#wanted = undefined;
    this.onchange(undefined);
    if (this.#dialog.open) this.#dialog.close();
  }

  #leave() {
    this.close();
    this.#shop.closed();
  }

  #fill(content) {
    this.#dialog.replaceChildren(iconButton("close", "Close", () => this.#leave(), { class: "icon-button shut" }), content);
    this.#dialog.scrollTop = 0;
  }

  #page(product) {
    this.#dialog.setAttribute("aria-label", product.title);
    return h(
      "article",
      { class: "detail" },
      picture(product.image_url, this.#client.base, product.title),
      h(
        "div",
        {},
        h("p", { class: "maker" }, product.brand),
        h("h2", {}, product.title),
        rating(product),
        h("p", { class: "offer" }, priceLine(product), stockLine(product.availability, product.stock_quantity)),
        product.set_size > 1 ? h("p", { class: "small-print" }, `Price for the set of ${product.set_size}.`) : undefined,
        this.#buttons(product),
        product.description ? h("p", {}, product.description) : undefined,
        list(product.features ?? []),
        variants(product.variants ?? []),
        facts(product),
      ),
      h("section", { class: "similar", hidden: true }),
    );
  }

  #buttons(product) {
    const ask = h("button", { type: "button", class: "quiet", onclick: () => this.#shop.ask(`Tell me about ${product.title}`) }, icon("chat"), "Ask about this");
    if (!isBuyable(product)) return h("div", { class: "buttons" }, ask);
    let key = newKey();
    const add = h("button", { type: "button", class: "primary" }, "Add to cart");
    const put = async () => {
      try {
        await this.#shop.add(product, key);
        key = newKey();
        add.textContent = "Added ✓ Add another";
      } catch (problem) {
        add.textContent = `${problem.message} Try again`;
      }
    };
    add.addEventListener("click", () => whileBusy(add, put));
    return h("div", { class: "buttons" }, add, ask);
  }

  async #showSimilar(product, reference) {
    const { products } = await this.#client.similar(product.product_id).catch(() => ({ products: [] }));
    const section = this.#dialog.querySelector(".similar");
    if (this.#wanted !== reference || !section || products.length === 0) return;
    const tile = (card) => {
      const open = (event) => {
        event.preventDefault();
        this.#shop.open(card);
      };
      const href = safeUrl(card.url, this.#client.base) ?? "#";
      return h("li", {}, h("a", { href, onclick: open }, picture(card.image_url, this.#client.base), h("span", { class: "name" }, card.title)), priceLine(card));
    };
    section.append(h("h3", {}, "Similar"), h("ul", {}, products.slice(0, 4).map(tile)));
    section.hidden = false;
  }
}

function rating(product) {
  if (typeof product.rating !== "number") return undefined;
  const count = product.rating_count ? ` from ${product.rating_count} ${product.rating_count === 1 ? "rating" : "ratings"}` : "";
  return h("p", { class: "rating" }, h("span", { "aria-hidden": "true" }, "★ "), `${product.rating.toFixed(1)} out of 5${count}`);
}

function list(features) {
  return features.length > 0 ? h("ul", { class: "features" }, features.map((feature) => h("li", {}, feature))) : undefined;
}

function variants(variants) {
  if (variants.length === 0) return undefined;
  const line = (variant) => h("li", {}, h("span", {}, variant.title), variant.price ? h("span", {}, variant.price.display) : undefined, stockLine(variant.availability));
  return h("div", { class: "variants" }, h("h3", {}, "Comes in"), h("ul", {}, variants.map(line)));
}

function facts(product) {
  const attributes = product.attributes ?? {};
  const rows = [];
  const size = SIDES.map((side) => attributes[side]).filter((value) => value !== undefined);
  if (size.length === SIDES.length) rows.push(["Size (W × D × H)", `${size.join(" × ")} cm`]);
  for (const [name, value] of Object.entries(attributes)) {
    if (UNLISTED.has(name) && size.length === SIDES.length) continue;
    rows.push([label(name), `${String(value).replaceAll("_", " ")}${unit(name, value)}`]);
  }
  rows.push(["SKU", product.sku]);
  return h("dl", { class: "facts" }, rows.map(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
}

function label(name) {
  const words = name.replace(/_(cm|kg)$/, "").replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function unit(name, value) {
  return typeof value === "number" ? (UNITS[name.split("_").at(-1)] ?? "") : "";
}
