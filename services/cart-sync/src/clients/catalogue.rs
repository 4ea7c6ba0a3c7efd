//! The catalogue, as catalog-search serves it.

use std::time::Duration;

use easymart_core::{CallContext, Error, Money};
use easymart_proto::{
    catalog_search::v1::{
        Availability, GetProductsRequest, Product, ProductView,
        catalog_search_service_client::CatalogSearchServiceClient,
    },
    common::v1::Money as WireMoney,
};
use easymart_rpc::{Idempotency, MethodPolicy, Peer};
use futures::future::BoxFuture;

use crate::{app::Catalogue, domain::Candidate};

/// A shopper waits for this, and the cart has to be written afterwards.
const GET_PRODUCTS: MethodPolicy = MethodPolicy {
    method: "GetProducts",
    timeout: Duration::from_secs(3),
    idempotency: Idempotency::Safe,
    attempts: 2,
};

/// The catalogue behind a peer.
pub(crate) struct PeerCatalogue(pub(crate) Peer);

impl Catalogue for PeerCatalogue {
    fn find<'a>(&'a self, ctx: &'a CallContext, reference: &'a str) -> BoxFuture<'a, Result<Vec<Candidate>, Error>> {
        Box::pin(self.find(ctx, reference))
    }
}

impl PeerCatalogue {
    async fn find(&self, ctx: &CallContext, reference: &str) -> Result<Vec<Candidate>, Error> {
        let request = GetProductsRequest { references: vec![reference.to_owned()], view: ProductView::Basic.into() };
        let answer = self
            .0
            .call(ctx, &GET_PRODUCTS, request, |channel, request| async move {
                CatalogSearchServiceClient::new(channel).get_products(request).await
            })
            .await?;
        let products = answer.matches.into_iter().flat_map(|found| found.products);
        products.map(candidate).collect()
    }
}

fn candidate(product: Product) -> Result<Candidate, Error> {
    let out_of_stock = product.availability() == Availability::OutOfStock;
    Ok(Candidate {
        price: product.price.map(price).transpose()?,
        out_of_stock,
        product_id: product.product_id,
        handle: product.handle,
        sku: product.sku,
        title: product.title,
        image_url: product.image_urls.into_iter().next().unwrap_or_default(),
        url: product.url,
    })
}

fn price(money: WireMoney) -> Result<Money, Error> {
    let currency = money.currency_code.parse().map_err(Error::internal)?;
    Ok(Money::new(money.amount_minor, currency))
}
