//! The catalogue, as catalog-search serves it.

use std::time::Duration;

use easymart_core::{CallContext, Error};
use easymart_proto::catalog_search::v1::{
    Availability, GetProductsRequest, Product, ProductView, Variant,
    catalog_search_service_client::CatalogSearchServiceClient,
};
use easymart_rpc::{Idempotency, MethodPolicy, Peer, from_wire_money};
use futures::future::BoxFuture;

use crate::{
    app::Catalogue,
    domain::{Candidate, same_reference},
};

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
        let products = self.products(ctx, reference, ProductView::Basic).await?;
        match products.as_slice() {
            // Found by a name that is not its own: it is a variant's SKU, and the variant may have a price of its own.
            [product] if !is_named(product, reference) => {
                let products = self.products(ctx, reference, ProductView::Full).await?;
                products.into_iter().map(|product| variant(product, reference)).collect()
            }
            _ => products.into_iter().map(candidate).collect(),
        }
    }

    async fn products(&self, ctx: &CallContext, reference: &str, view: ProductView) -> Result<Vec<Product>, Error> {
        let request = GetProductsRequest {
            references: vec![reference.to_owned()],
            view: view.into(),
            ..GetProductsRequest::default()
        };
        let call = self.0.call(ctx, &GET_PRODUCTS, request, |channel, request| async move {
            CatalogSearchServiceClient::new(channel).get_products(request).await
        });
        let matches = call.await?.matches;
        Ok(matches.into_iter().flat_map(|found| found.products).collect())
    }
}

fn is_named(product: &Product, reference: &str) -> bool {
    let names = [&product.product_id, &product.handle, &product.sku];
    names.iter().any(|name| same_reference(name, reference))
}

/// The product as its variant with that SKU; as it is when it has none such.
fn variant(product: Product, reference: &str) -> Result<Candidate, Error> {
    let same = |variant: &&Variant| same_reference(&variant.sku, reference);
    let Some(variant) = product.variants.iter().find(same).cloned() else {
        return candidate(product);
    };
    let availability = match variant.availability() {
        Availability::Unspecified => product.availability(),
        known => known,
    };
    candidate(Product {
        title: match variant.title.as_str() {
            "" => product.title,
            title => format!("{} ({title})", product.title),
        },
        sku: variant.sku,
        price: variant.price.or(product.price),
        availability: availability.into(),
        ..product
    })
}

fn candidate(product: Product) -> Result<Candidate, Error> {
    let out_of_stock = product.availability() == Availability::OutOfStock;
    Ok(Candidate {
        price: product.price.as_ref().map(from_wire_money).transpose()?,
        out_of_stock,
        product_id: product.product_id,
        handle: product.handle,
        sku: product.sku,
        title: product.title,
        image_url: product.image_urls.into_iter().next().unwrap_or_default(),
        url: product.url,
    })
}
