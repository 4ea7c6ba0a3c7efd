//! The services behind the gateway, in miniature: enough memory to show who asked for what, and words that make them misbehave.

mod carts;
mod catalogue;
mod conversation;
mod llm;

use easymart_core::{Error, Reason};
use easymart_proto::{catalog_search::v1::Product, common::v1::Money};
use tonic::Status;

pub use carts::FakeCarts;
pub use catalogue::FakeCatalogue;
pub use conversation::FakeConversation;
pub use llm::FakeLlm;

/// A failure as the services tell it.
pub fn refuse(reason: Reason, message: &str) -> Status {
    easymart_rpc::to_status(&Error::new(reason, message))
}

pub fn aud(amount_minor: i64) -> Money {
    Money { amount_minor, currency_code: "AUD".to_owned() }
}

/// The two products that the miniature shop sells.
pub fn goods() -> Vec<Product> {
    [("desk", "D-1", "Oak desk", 12_900), ("chair", "C/1", "Mesh chair", 6_500)]
        .map(|(handle, sku, title, price)| Product {
            product_id: format!("p-{handle}"),
            handle: handle.to_owned(),
            sku: sku.to_owned(),
            title: title.to_owned(),
            price: Some(aud(price)),
            url: format!("/products/{handle}"),
            ..Default::default()
        })
        .into()
}

pub fn product(reference: &str) -> Option<Product> {
    goods()
        .into_iter()
        .find(|product| [&product.product_id, &product.handle, &product.sku].into_iter().any(|name| name == reference))
}
