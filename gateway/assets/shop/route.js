// What the page shows, written in the address after the "#": a link to it can be shared and the back button works.

const LISTING_KEYS = ["q", "category", "colour", "material", "brand", "price_min", "price_max", "sort", "page"];

/** The address of a listing. */
export function address(state) {
  const parameters = new URLSearchParams();
  for (const key of LISTING_KEYS) {
    if (state[key] && !(key === "page" && Number(state[key]) === 1)) parameters.set(key, state[key]);
  }
  const text = parameters.toString();
  return text ? `#/?${text}` : "#/";
}

/** The listing that an address means. */
export function listingOf(hash) {
  const parameters = new URLSearchParams(hash.split("?")[1] ?? "");
  return Object.fromEntries(LISTING_KEYS.filter((key) => parameters.get(key)).map((key) => [key, parameters.get(key)]));
}

/** The product that an address means, if any. */
export function productOf(hash) {
  const found = /^#\/products\/([^?]+)/.exec(hash);
  if (!found) return undefined;
  try {
    return decodeURIComponent(found[1]);
  } catch {
    return undefined;
  }
}
