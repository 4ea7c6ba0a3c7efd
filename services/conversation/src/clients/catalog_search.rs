//! The catalogue, as catalog-search serves it.

use std::time::Duration;

use easymart_core::{CallContext, Currency, Error};
use easymart_proto::catalog_search::v1::{
    CompareRequest, FindSimilarRequest, GetProductsRequest, GetVocabularyRequest, ListCategoriesRequest, ProductView,
    catalog_search_service_client::CatalogSearchServiceClient as Client,
};
use easymart_rpc::{Idempotency, MethodPolicy, Peer};

use super::convert;
use crate::{
    domain::{
        product::Product,
        search_state::SearchState,
        tool::{CategoryInfo, ComparisonRow, Found, SearchResult},
    },
    ports::{Answer, Catalogue, Words},
};

/// Products a page of a chat.
const PAGE_SIZE: u32 = 5;
/// Products like another that a chat shows.
const SIMILAR: u32 = 5;
/// The vocabulary is large, and no shopper waits for it.
const UNHURRIED: Duration = Duration::from_secs(5);
/// A shopper waits: what takes longer is said to be unavailable.
const HURRIED: Duration = Duration::from_secs(2);

const fn policy(method: &'static str, timeout: Duration) -> MethodPolicy {
    MethodPolicy { method, timeout, idempotency: Idempotency::Safe, attempts: 2 }
}

const SEARCH: MethodPolicy = policy("Search", HURRIED);
const GET_PRODUCTS: MethodPolicy = policy("GetProducts", HURRIED);
const FIND_SIMILAR: MethodPolicy = policy("FindSimilar", HURRIED);
const COMPARE: MethodPolicy = policy("Compare", HURRIED);
const LIST_CATEGORIES: MethodPolicy = policy("ListCategories", HURRIED);
const GET_VOCABULARY: MethodPolicy = policy("GetVocabulary", UNHURRIED);

/// The catalogue behind a peer.
pub(crate) struct PeerCatalogue {
    peer: Peer,
    currency: Currency,
}

impl PeerCatalogue {
    /// The catalogue of a shop that trades in `currency`.
    pub(crate) fn new(peer: Peer, currency: Currency) -> Self {
        Self { peer, currency }
    }

    async fn products_of(&self, ctx: &CallContext, key: &str) -> Result<Vec<Product>, Error> {
        let request = GetProductsRequest {
            references: vec![key.to_owned()],
            view: ProductView::Full.into(),
            ..GetProductsRequest::default()
        };
        let call = |channel, request| async move { Client::new(channel).get_products(request).await };
        let answer = self.peer.call(ctx, &GET_PRODUCTS, request, call).await?;
        let products = answer.matches.into_iter().flat_map(|found| found.products);
        products.map(convert::product).collect()
    }
}

impl Catalogue for PeerCatalogue {
    fn search<'a>(&'a self, ctx: &'a CallContext, search: &'a SearchState) -> Answer<'a, SearchResult> {
        Box::pin(async move {
            let request = convert::search_request(search, PAGE_SIZE);
            let call = |channel, request| async move { Client::new(channel).search(request).await };
            let answer = self.peer.call(ctx, &SEARCH, request, call).await?;
            convert::search_result(answer, self.currency)
        })
    }

    fn products<'a>(&'a self, ctx: &'a CallContext, key: &'a str) -> Answer<'a, Vec<Product>> {
        Box::pin(self.products_of(ctx, key))
    }

    fn similar<'a>(
        &'a self,
        ctx: &'a CallContext,
        product_id: &'a str,
        exclude_ids: &'a [String],
    ) -> Answer<'a, (Product, Vec<Found>)> {
        Box::pin(async move {
            let request = FindSimilarRequest {
                product_id: product_id.to_owned(),
                exclude_product_ids: exclude_ids.to_vec(),
                limit: SIMILAR,
                ..FindSimilarRequest::default()
            };
            let call = |channel, request| async move { Client::new(channel).find_similar(request).await };
            let answer = self.peer.call(ctx, &FIND_SIMILAR, request, call).await?;
            let source = answer.source.ok_or_else(|| Error::internal("an answer without its source"))?;
            Ok((convert::product(source)?, convert::hits(answer.hits)?))
        })
    }

    fn compare<'a>(
        &'a self,
        ctx: &'a CallContext,
        product_ids: &'a [String],
    ) -> Answer<'a, (Vec<Product>, Vec<ComparisonRow>)> {
        Box::pin(async move {
            let request = CompareRequest { product_ids: product_ids.to_vec(), ..CompareRequest::default() };
            let call = |channel, request| async move { Client::new(channel).compare(request).await };
            let answer = self.peer.call(ctx, &COMPARE, request, call).await?;
            let products = answer.products.into_iter().map(convert::product).collect::<Result<_, _>>()?;
            Ok((products, answer.rows.into_iter().map(convert::comparison_row).collect()))
        })
    }

    fn categories<'a>(&'a self, ctx: &'a CallContext) -> Answer<'a, Vec<CategoryInfo>> {
        Box::pin(async move {
            let call = |channel, request| async move { Client::new(channel).list_categories(request).await };
            let answer = self.peer.call(ctx, &LIST_CATEGORIES, ListCategoriesRequest::default(), call).await?;
            Ok(answer.categories.into_iter().map(convert::category).collect())
        })
    }

    fn vocabulary<'a>(&'a self, ctx: &'a CallContext, known_generation: &'a str) -> Answer<'a, Words> {
        Box::pin(async move {
            let request = GetVocabularyRequest { known_generation: known_generation.to_owned() };
            let call = |channel, request| async move { Client::new(channel).get_vocabulary(request).await };
            let answer = self.peer.call(ctx, &GET_VOCABULARY, request, call).await?;
            let is_news = !answer.terms.is_empty() && answer.generation != known_generation;
            let generation = answer.generation.clone();
            Ok(Words { generation, vocabulary: is_news.then(|| convert::vocabulary(answer)) })
        })
    }
}
