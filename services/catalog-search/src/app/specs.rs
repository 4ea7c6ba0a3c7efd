//! Answering what a product is.

use std::sync::Arc;

use easymart_core::Error;

use super::{Catalogues, Generation, find};
use crate::domain::specs::{Answer, SpecTable};

/// An answer with what it is about.
pub(crate) struct SpecAnswer {
    /// Generation that it was read from.
    pub(crate) generation: Arc<Generation>,
    /// The product's id.
    pub(crate) product_id: String,
    /// What is known.
    pub(crate) answer: Answer,
}

impl Catalogues {
    /// Answers a question about one product.
    pub(crate) fn answer_spec(&self, generation: &str, reference: &str, question: &str) -> Result<SpecAnswer, Error> {
        let generation = self.named(generation)?;
        let place = find(&generation, reference)?;
        let table = SpecTable::built_in().map_err(Error::internal)?;
        let product =
            generation.catalogue.product(place).ok_or_else(|| Error::internal("a place without a product"))?;
        let (product_id, answer) = (product.id.clone(), table.answer(&product, question));
        Ok(SpecAnswer { generation, product_id, answer })
    }
}
