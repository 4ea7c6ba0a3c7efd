// The demo shop page: puts its parts together and keeps them in step with the address.

import { connect } from "./client.js";
import { h, icon, iconButton } from "./dom.js";
import { Listing } from "./shop/listing.js";
import { ProductDialog } from "./shop/product.js";
import { SearchBox } from "./shop/search.js";
import { address, listingOf, productOf } from "./shop/route.js";
import { CartView } from "./widget/cart.js";

const client = connect();
const find = (id) => document.getElementById(id);
const chat = document.querySelector("easymart-chat");

const ASKS = ["Standing desks under $600", "A grey sofa", "White bedside tables", "How long is delivery?"];

const listing = new Listing(client, { open: openProduct, add: addToCart, go });
const product = new ProductDialog(client, { open: openProduct, add: addToCart, closed: () => go(listing.state), ask });
const search = new SearchBox(client, { go, open: openProduct });

function go(state) {
  location.hash = address(state);
}

function openProduct(card) {
  const target = `#/products/${encodeURIComponent(card.handle || card.product_id)}`;
  if (location.hash === target) follow();
  else location.hash = target;
}

async function addToCart(card, key) {
  await client.addToCart(card.product_id, 1, key);
  say(`${card.title} is in your cart.`);
}

function ask(message) {
  product.close();
  if (productOf(location.hash)) go(listing.state);
  chat.ask(message);
}

/** The address has changed: show what it says. */
function follow() {
  const handle = productOf(location.hash);
  if (handle) {
    if (!listing.shown) listing.show(listingOf(""));
    product.show(handle);
    return;
  }
  product.close();
  const state = listingOf(location.hash);
  const isHome = !state.q && !state.category;
  find("hero").hidden = !isHome;
  search.show(state.q ?? "");
  listing.show(state);
}

// The cart

const drawer = find("drawer");
const cart = new CartView(client, (url) => url && location.assign(url));

function buildDrawer() {
  const close = iconButton("close", "Close cart", () => drawer.close());
  drawer.append(h("div", { class: "drawer-head" }, h("h2", { id: "drawer-title" }, "Your cart"), close), cart.element);
  drawer.addEventListener("click", (event) => event.target === drawer && drawer.close());
  find("cart-button").addEventListener("click", () => {
    drawer.showModal();
    cart.refresh();
  });
}

function showCart() {
  const items = client.cart?.item_count ?? 0;
  const button = find("cart-button");
  button.replaceChildren(icon("cart"), h("span", { class: "badge", hidden: items === 0 }, String(items)));
  button.setAttribute("aria-label", items === 0 ? "Cart, empty" : `Cart, ${items} ${items === 1 ? "item" : "items"}`);
  cart.show(client.cart);
}

// Short messages

let quiet;

function say(text) {
  const toast = find("toast");
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(quiet);
  quiet = setTimeout(() => toast.classList.remove("shown"), 3500);
}

function start() {
  buildDrawer();
  showCart();
  find("asks").append(...ASKS.map((text) => h("button", { type: "button", class: "ask", onclick: () => ask(text) }, icon("chat"), text)));
  client.addEventListener("cart", showCart);
  client.addEventListener("session", (event) => {
    if (event.detail.renewed) say("Your earlier cart has expired. This is a new one.");
  });
  chat.addEventListener("easymart:product", (event) => {
    event.preventDefault();
    openProduct(event.detail);
  });
  product.onchange = (id) => (id ? chat.setAttribute("product", id) : chat.removeAttribute("product"));
  addEventListener("hashchange", follow);
  follow();
  client.loadCart().catch(() => {});
}

start();
