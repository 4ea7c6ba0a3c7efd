//! Products as a cart sees them, and the choice among those that a reference names.

use easymart_core::Money;
use serde::{Deserialize, Serialize};

use super::Refusal;

/// How many ids an ambiguous SKU's refusal names.
const CANDIDATES_NAMED: usize = 5;

/// What a cart keeps of a product: the catalogue's words at the time it was added, never the caller's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Product {
    /// Catalogue key.
    pub(crate) product_id: String,
    /// URL name.
    pub(crate) handle: String,
    /// Stock keeping unit; may be empty, and may stand on several products.
    pub(crate) sku: String,
    /// Name.
    pub(crate) title: String,
    /// Price of one piece.
    pub(crate) unit_price: Money,
    /// Picture; may be empty.
    pub(crate) image_url: String,
    /// Product page; may be empty.
    pub(crate) url: String,
}

impl Product {
    /// The name by which the shop's backend knows the product: its SKU, or its id where it has none.
    #[must_use]
    pub(crate) fn remote_key(&self) -> &str {
        if self.sku.is_empty() { &self.product_id } else { &self.sku }
    }

    /// Whether both are the same thing to sell: variants of one product have a SKU, and perhaps a price, of their own.
    #[must_use]
    pub(crate) fn is_same_thing(&self, other: &Self) -> bool {
        self.product_id == other.product_id && self.sku == other.sku
    }
}

/// A product that the catalogue offers for a reference, before it is known whether it can be sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Catalogue key.
    pub(crate) product_id: String,
    /// URL name.
    pub(crate) handle: String,
    /// Stock keeping unit.
    pub(crate) sku: String,
    /// Name.
    pub(crate) title: String,
    /// Price; `None` is "on request".
    pub(crate) price: Option<Money>,
    /// Whether the feed says that there is none left.
    pub(crate) out_of_stock: bool,
    /// Picture.
    pub(crate) image_url: String,
    /// Product page.
    pub(crate) url: String,
}

/// The product that `reference` names, if it can be sold. An id wins over a handle, and a handle over a SKU.
///
/// # Errors
/// [`Refusal::ProductUnknown`], [`Refusal::SkuAmbiguous`], [`Refusal::PriceOnRequest`] or [`Refusal::OutOfStock`].
pub(crate) fn choose(reference: &str, candidates: Vec<Candidate>) -> Result<Product, Refusal> {
    sellable(named(reference, candidates)?)
}

fn named(reference: &str, mut candidates: Vec<Candidate>) -> Result<Candidate, Refusal> {
    let by_id = |c: &Candidate| same_reference(&c.product_id, reference);
    let by_handle = |c: &Candidate| same_reference(&c.handle, reference);
    let exact = candidates.iter().position(by_id).or_else(|| candidates.iter().position(by_handle));
    match (exact, candidates.len()) {
        (Some(index), _) => Ok(candidates.swap_remove(index)),
        (None, 0) => Err(Refusal::ProductUnknown(reference.to_owned())),
        (None, 1) => Ok(candidates.swap_remove(0)),
        (None, count) => Err(Refusal::SkuAmbiguous {
            sku: reference.to_owned(),
            count,
            candidates: candidates.into_iter().take(CANDIDATES_NAMED).map(|c| c.product_id).collect(),
        }),
    }
}

fn sellable(candidate: Candidate) -> Result<Product, Refusal> {
    // A price of nothing is a gap in the feed, not a gift.
    let priced = candidate.price.filter(|price| price.minor > 0);
    let unit_price = priced.ok_or(Refusal::PriceOnRequest)?;
    if candidate.out_of_stock {
        return Err(Refusal::OutOfStock);
    }
    Ok(Product {
        product_id: candidate.product_id,
        handle: candidate.handle,
        sku: candidate.sku,
        title: candidate.title,
        unit_price,
        image_url: candidate.image_url,
        url: candidate.url,
    })
}

/// Whether two references are the same to the catalogue: it compares them without case and with white space collapsed.
pub(crate) fn same_reference(one: &str, other: &str) -> bool {
    let mut words = (one.split_whitespace(), other.split_whitespace());
    loop {
        match (words.0.next(), words.1.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a.to_lowercase() == b.to_lowercase() => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use easymart_core::Currency;

    use super::*;

    fn candidate(product_id: &str, handle: &str, sku: &str) -> Candidate {
        Candidate {
            product_id: product_id.to_owned(),
            handle: handle.to_owned(),
            sku: sku.to_owned(),
            title: "Chair".to_owned(),
            price: Some(Money::new(9_900, Currency::AUD)),
            out_of_stock: false,
            image_url: String::new(),
            url: String::new(),
        }
    }

    fn chosen(reference: &str, candidates: &[Candidate]) -> Result<String, Refusal> {
        choose(reference, candidates.to_vec()).map(|product| product.product_id)
    }

    #[test]
    fn an_id_wins_over_a_handle_and_a_handle_over_a_sku() {
        let by_sku = candidate("p1", "h1", "x");
        let by_handle = candidate("p2", "X", "s2");
        let by_id = candidate("x", "h3", "s3");
        let all = [by_sku.clone(), by_handle.clone(), by_id];
        assert_eq!(chosen("x", &all), Ok("x".to_owned()));
        assert_eq!(chosen("x", &all[..2]), Ok("p2".to_owned()));
        assert_eq!(chosen("x", &[by_sku]), Ok("p1".to_owned()));
    }

    #[test]
    fn a_shared_sku_is_refused_with_the_ids_to_choose_from() {
        let twins = [candidate("p1", "h1", "AB 1"), candidate("p2", "h2", "AB 1")];
        let refused = chosen("ab  1", &twins);
        let Err(Refusal::SkuAmbiguous { count, candidates, .. }) = refused else {
            panic!("{refused:?}");
        };
        assert_eq!((count, candidates), (2, vec!["p1".into(), "p2".into()]));
    }

    #[test]
    fn what_has_no_price_or_is_gone_cannot_be_added() {
        let product = candidate("p", "h", "s");
        let unpriced = Candidate { price: None, ..product.clone() };
        let gratis = Candidate { price: Some(Money::zero(Currency::AUD)), ..product.clone() };
        let gone = Candidate { out_of_stock: true, ..product };
        assert_eq!(chosen("p", &[unpriced]), Err(Refusal::PriceOnRequest));
        assert_eq!(chosen("p", &[gratis]), Err(Refusal::PriceOnRequest));
        assert_eq!(chosen("p", &[gone]), Err(Refusal::OutOfStock));
        assert_eq!(chosen("q", &[]), Err(Refusal::ProductUnknown("q".into())));
    }
}
