// The shop's JSON API, and the one session and cart that the page and the widget share.

import { readEvents } from "./sse.js";

/** How long a request may stay without an answer, and a stream without an event. */
const PATIENCE_MS = 35_000;

/** What went wrong, in words for shoppers. `retryAfter` is in seconds. */
export class Problem extends Error {
  constructor(message, { status = 0, reason = "", retryAfter = 0, offline = false } = {}) {
    super(message);
    Object.assign(this, { status, reason, retryAfter, offline });
  }

  /** Whether the session is gone for good. */
  get sessionLost() {
    return this.status === 410 || (this.status === 401 && this.reason.startsWith("SESSION"));
  }

  /** Whether the very same request may succeed later. */
  get worthRetrying() {
    return this.offline || this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

const clients = new Map();

/** The client for an API address; the same one for everybody who asks. */
export function connect(base = "") {
  const address = new URL(base || "/", location.href).href;
  if (!clients.has(address)) clients.set(address, new Client(address));
  return clients.get(address);
}

/** A key that makes a repeated request harmless. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Events: `cart` (the cart changed), `session` (a session was opened; `detail.renewed` when it replaces one that was lost).
 */
export class Client extends EventTarget {
  #session;
  #opening;

  constructor(base) {
    super();
    this.base = base;
    this.cart = undefined;
    this.opened = undefined;
    this.#session = this.#recall();
  }

  /** Whether there is a session to recover. */
  get hasSession() {
    return Boolean(this.#session);
  }

  // Catalogue

  categories() {
    return this.#json("v1/categories");
  }

  products(parameters, signal) {
    return this.#json(`v1/products?${new URLSearchParams(parameters)}`, { signal });
  }

  product(reference) {
    return this.#json(`v1/products/${encodeURIComponent(reference)}`);
  }

  similar(reference, limit = 4) {
    return this.#json(`v1/products/${encodeURIComponent(reference)}/similar?limit=${limit}`);
  }

  suggest(text, signal) {
    return this.#json(`v1/suggest?${new URLSearchParams({ q: text })}`, { signal });
  }

  // Session

  /** Opens a session unless one is open. */
  async openSession() {
    if (this.#session) return;
    this.#opening ??= this.#open(false).finally(() => (this.#opening = undefined));
    await this.#opening;
  }

  /** What was said so far. */
  transcript() {
    return this.#inSession((id) => this.#json(`v1/sessions/${encodeURIComponent(id)}`));
  }

  /** Takes over the id of an answer: the server may have issued a new one. */
  adopt(id) {
    if (typeof id !== "string" || id === this.#session) return;
    this.#session = id;
    this.#remember(id);
  }

  // Cart

  /** Reads the cart again. Without a session there is none. */
  async loadCart() {
    if (!this.#session) return undefined;
    return this.#cart("");
  }

  addToCart(productId, quantity = 1, key = newKey()) {
    return this.#cart("/items", "POST", { product_id: productId, quantity }, key);
  }

  setQuantity(lineId, quantity, key = newKey()) {
    return this.#cart(`/items/${encodeURIComponent(lineId)}`, "PATCH", { quantity }, key);
  }

  /** The address where the cart is paid. */
  async checkout(key = newKey()) {
    const answer = await this.#inSession((id) =>
      this.#json(`v1/sessions/${encodeURIComponent(id)}/cart/checkout`, { method: "POST", headers: { "Idempotency-Key": key } }),
    );
    if (answer.cart) this.takeCart(answer.cart);
    return answer.checkout_url;
  }

  /** Makes this the known cart, unless a newer one is known. */
  takeCart(cart) {
    const known = this.cart;
    if (known && known.cart_id === cart.cart_id && known.version > cart.version) return;
    this.cart = cart;
    this.dispatchEvent(new CustomEvent("cart", { detail: cart }));
  }

  // Chat

  /**
   * One turn as `{ event, data }`, data parsed. Repeating it with the same key gives the first answer and changes nothing.
   * `page` tells which product the shopper looks at.
   */
  async *chat(message, key, page) {
    const silence = new Silence();
    try {
      const response = await this.#inSession((session_id) =>
        this.#fetch("v1/chat/stream", {
          method: "POST",
          headers: { "Idempotency-Key": key, Accept: "text/event-stream" },
          body: JSON.stringify({ message, session_id, page }),
          signal: silence.signal,
          patient: true,
        }),
      );
      for await (const { event, data } of readEvents(response.body)) {
        silence.broken();
        const parsed = parseJson(data);
        if (event === "error") throw fromDocument(parsed?.problem ?? parsed);
        if (parsed?.session_id) this.adopt(parsed.session_id);
        if (parsed?.cart) this.takeCart(parsed.cart);
        yield { event, data: parsed };
      }
    } catch (error) {
      throw silence.over ? new Problem("The answer is taking too long.") : asProblem(error);
    } finally {
      silence.end();
    }
  }

  /** Tells whether an answer was helpful. */
  feedback(turnId, rating) {
    return this.#inSession((session_id) =>
      this.#fetch("v1/feedback", { method: "POST", body: JSON.stringify({ session_id, turn_id: turnId, rating }) }),
    );
  }

  // Inside

  async #cart(path, method = "GET", body = undefined, key = undefined) {
    const options = { method, body: body && JSON.stringify(body), headers: key ? { "Idempotency-Key": key } : {} };
    const cart = await this.#inSession((id) => this.#json(`v1/sessions/${encodeURIComponent(id)}/cart${path}`, options));
    this.takeCart(cart);
    return cart;
  }

  /** Runs a request in the session; when the session turns out to be lost, opens another one and tries once more. */
  async #inSession(request) {
    await this.openSession();
    const id = this.#session;
    try {
      return await request(id);
    } catch (error) {
      if (!error.sessionLost) throw error;
      await this.#renew(id);
      return request(this.#session);
    }
  }

  /** Several requests may find out at the same time that a session is lost: only the first one replaces it. */
  async #renew(lost) {
    if (this.#session === lost) {
      this.#session = undefined;
      this.cart = undefined;
      this.#opening ??= this.#open(true).finally(() => (this.#opening = undefined));
    }
    await this.#opening;
  }

  async #open(renewed) {
    const opened = await this.#json("v1/sessions", { method: "POST", body: "{}" });
    this.adopt(opened.session_id);
    this.opened = opened;
    this.dispatchEvent(new CustomEvent("session", { detail: { renewed } }));
  }

  async #json(path, options) {
    const response = await this.#fetch(path, options);
    return response.json().catch((error) => {
      throw asProblem(error);
    });
  }

  async #fetch(path, { headers = {}, signal, patient = false, ...options } = {}) {
    const everyHeader = options.body ? { "Content-Type": "application/json", ...headers } : headers;
    // A stream brings a signal of its own, which knows when it has been silent for too long.
    const limit = patient ? signal : AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), ...(signal ? [signal] : [])]);
    let response;
    try {
      response = await fetch(new URL(path, this.base), { ...options, headers: everyHeader, signal: limit, referrerPolicy: "no-referrer" });
    } catch (error) {
      throw asProblem(error);
    }
    if (response.ok) return response;
    throw fromDocument(await response.json().catch(() => ({})), response);
  }

  get #place() {
    return `easymart.session ${this.base}`;
  }

  #recall() {
    try {
      return localStorage.getItem(this.#place) ?? undefined;
    } catch {
      return undefined;
    }
  }

  #remember(id) {
    try {
      localStorage.setItem(this.#place, id);
    } catch {
      // Storage is switched off: the session lasts as long as the page.
    }
  }
}

/** Aborts when nothing is heard for too long. */
class Silence {
  #controller = new AbortController();
  #timer;

  constructor() {
    this.over = false;
    this.broken();
  }

  get signal() {
    return this.#controller.signal;
  }

  broken() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.over = true;
      this.#controller.abort();
    }, PATIENCE_MS);
  }

  end() {
    clearTimeout(this.#timer);
  }
}

function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fromDocument(document, response) {
  const status = response?.status ?? document?.status ?? 0;
  const retryAfter = Number(response?.headers.get("Retry-After") ?? document?.retry_after ?? 0) || 0;
  const detail = typeof document?.detail === "string" && document.detail !== "" ? document.detail : "Something went wrong.";
  return new Problem(detail, { status, reason: document?.reason ?? "", retryAfter });
}

function asProblem(error) {
  if (error instanceof Problem || error.name === "AbortError") return error;
  if (error.name === "TimeoutError") return new Problem("The shop is taking too long to answer.");
  const offline = navigator.onLine === false;
  return new Problem(offline ? "You are offline." : "The shop cannot be reached.", { offline });
}
