// Building elements. Texts from servers and shoppers go in as text nodes only: nothing here parses HTML.

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element. `properties` whose name begins with "on" are listeners, "class" is the class name, booleans switch attributes, everything
 * else is an attribute. Children are nodes, texts, or nothing.
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

const ICONS = {
  cart: "M3 4h2l2.4 11h10.2l2-8H6.2M9 20a1 1 0 1 0 0-.01M17 20a1 1 0 1 0 0-.01",
  chat: "M4 5h16v11H9l-5 4z",
  close: "M6 6l12 12M18 6 6 18",
  down: "M6 9l6 6 6-6",
  filter: "M4 6h16M7 12h10M10 18h4",
  minus: "M6 12h12",
  plus: "M12 6v12M6 12h12",
  retry: "M20 12a8 8 0 1 1-2.4-5.7M20 4v5h-5",
  search: "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM16.2 16.2 21 21",
  send: "M4 12 20 4l-5 16-3.5-6.5zM11.5 13.5 20 4",
  thumbDown: "M7 4v9M7 13l4 7c1.6 0 2.3-1 2-2.5L12.5 14H18c1.5 0 2-1 1.7-2.3l-1.400-6C18 4.600 17.300 4 16.300 4H7",
  thumbUp: "M7 20v-9M7 11l4-7c1.600 0 2.300 1 2 2.500L12.500 10H18c1.500 0 2 1 1.700 2.300l-1.400 6c-.3 1.100-1 1.700-2 1.700H7",
  trash: "M5 7h14M10 4h4M7 7l1 13h8l1-13",
};

/** A line icon; decoration only, the control around it needs a name. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button that shows an icon and is read by its label. */
export function iconButton(name, label, onclick, properties = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, onclick, ...properties }, icon(name));
}

/**
 * Runs work for a control, once at a time. The control is not disabled meanwhile: that would take the keyboard focus away from it.
 */
export async function whileBusy(control, work) {
  if (control.getAttribute("aria-busy") === "true") return;
  control.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    control.removeAttribute("aria-busy");
  }
}

/** The address when it is safe to follow or to load: http(s), or a path of the shop. Otherwise undefined. */
export function safeUrl(address, base = location.href) {
  if (typeof address !== "string" || address === "") return undefined;
  try {
    const url = new URL(address, base);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** A square picture; its place is kept when there is none or it does not load. */
export function picture(address, base, alt = "") {
  const source = safeUrl(address, base);
  const frame = h("span", { class: "picture" });
  if (!source) return frame;
  const image = h("img", { src: source, alt, width: 400, height: 400, loading: "lazy", decoding: "async" });
  image.addEventListener("error", () => image.remove());
  frame.append(image);
  return frame;
}

const STOCK = { in_stock: "In stock", out_of_stock: "Out of stock" };

/** A line on the stock; an unknown stock is said to be unknown. */
export function stockLine(availability, quantity) {
  const state = STOCK[availability] ? availability : "unknown";
  const few = state === "in_stock" && quantity > 0 && quantity < 5;
  const text = few ? `Only ${quantity} left` : (STOCK[state] ?? "Ask us about stock");
  return h("span", { class: `stock ${few ? "few" : state}` }, text);
}

/** Price, with the earlier price when there is one. */
export function priceLine(product) {
  if (!product.price) return h("span", { class: "price on-request" }, "Price on request");
  if (!product.was_price) return h("span", { class: "price" }, product.price.display);
  return h(
    "span",
    { class: "price reduced" },
    h("ins", {}, h("span", { class: "spoken" }, "Now "), product.price.display),
    " ",
    h("del", {}, h("span", { class: "spoken" }, "Was "), product.was_price.display),
  );
}

/** Minus, quantity, plus. `change` gets the new quantity; 0 removes. */
export function stepper(title, quantity, change, most = 99) {
  return h(
    "span",
    { class: "stepper", role: "group", "aria-label": `Quantity of ${title}` },
    iconButton(quantity === 1 ? "trash" : "minus", quantity === 1 ? `Remove ${title}` : `One fewer of ${title}`, () => change(quantity - 1)),
    h("span", { class: "quantity" }, String(quantity)),
    iconButton("plus", `One more of ${title}`, () => change(quantity + 1), { disabled: quantity >= most }),
  );
}

/** Whether a product can be put into the cart. */
export function isBuyable(product) {
  return Boolean(product.price) && product.availability !== "out_of_stock";
}
