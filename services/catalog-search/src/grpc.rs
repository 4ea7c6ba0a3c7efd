//! The service on the wire: checks and converts what comes in, calls the use cases, converts what goes out.

mod convert;
mod offers;
mod upload;
mod validate;
mod watch;

use std::sync::Arc;

use easymart_core::{Error, reason};
use easymart_proto::catalog_search::v1::{
    AnswerSpecRequest, AnswerSpecResponse, CompareRequest, CompareResponse, FindSimilarRequest, FindSimilarResponse,
    GetCatalogueInfoRequest, GetCatalogueInfoResponse, GetProductsRequest, GetProductsResponse, GetVocabularyRequest,
    GetVocabularyResponse, Hit, ImportCatalogueRequest, ImportCatalogueResponse, ListCategoriesRequest,
    ListCategoriesResponse, Product, ProductMatch, ProductView, SearchRequest, SearchResponse, SuggestRequest,
    SuggestResponse, UpsertOffersRequest, UpsertOffersResponse, WatchCatalogueRequest, WordCount,
    catalog_search_service_server::CatalogSearchService,
};
use easymart_rpc::{context, to_status};
use tokio_util::sync::CancellationToken;
use tonic::{Request, Response, Status, Streaming, async_trait};

use crate::{
    app::{Catalogues, Generation},
    domain::{similar::Similar, suggest, vocabulary},
};

/// Products looked up in one call.
const MAX_REFERENCES: usize = 100;
/// Most words given for spelling, the most frequent first.
const MAX_WORDS: usize = 20_000;
const MAX_LIMIT: u32 = 20;
const DEFAULT_SIMILAR: u32 = 5;
const DEFAULT_SUGGESTIONS: u32 = 8;
const LONGEST_PREFIX: usize = 100;
const LONGEST_QUESTION: usize = 300;
const LONGEST_GENERATION: usize = 64;

/// catalog-search on the wire.
pub(crate) struct Grpc {
    catalogues: Catalogues,
    max_feed_bytes: usize,
    stop: CancellationToken,
}

impl Grpc {
    /// Serves this catalogue.
    pub(crate) fn new(catalogues: Catalogues, max_feed_mb: usize, stop: CancellationToken) -> Self {
        Self { catalogues, max_feed_bytes: max_feed_mb.saturating_mul(1 << 20), stop }
    }

    fn generation(&self, named: &str) -> Result<Arc<Generation>, Status> {
        validate::length("generation", named, LONGEST_GENERATION).map_err(status)?;
        self.catalogues.named(named).map_err(status)
    }
}

#[async_trait]
impl CatalogSearchService for Grpc {
    async fn search(&self, request: Request<SearchRequest>) -> Result<Response<SearchResponse>, Status> {
        let remaining = context(&request).remaining();
        let request = request.into_inner();
        let view = request.view();
        let asked = validate::search(request).map_err(status)?;
        let (page, page_size) = (asked.page, asked.page_size);
        validate::length("generation", &asked.generation, LONGEST_GENERATION).map_err(status)?;
        let searched = self.catalogues.search(asked.query, &asked.generation, remaining).await;
        let (generation, found) = searched.map_err(status)?;
        let money = |minor| convert::minor(minor, generation.catalogue.currency);
        let mut explanations = found.explanations.iter();
        let explained = |(place, score): &(u32, f64)| {
            let parts = explanations.next().into_iter().flatten();
            let hit = hit(&generation, *place, *score, "", view)?;
            Some(Hit { score_parts: parts.map(convert::score_part).collect(), ..hit })
        };
        Ok(Response::new(SearchResponse {
            hits: found.hits.iter().filter_map(explained).collect(),
            total: found.total,
            page,
            page_size,
            facets: found.facets.iter().map(convert::facet).collect(),
            corrected_query: found.corrected_query.clone().unwrap_or_default(),
            generation: generation.id.clone(),
            lowest_price: found.prices.map(|(low, _)| money(low)),
            highest_price: found.prices.map(|(_, high)| money(high)),
            relaxations: found
                .relaxations
                .iter()
                .map(|relaxation| convert::relaxation(relaxation, &generation.catalogue))
                .collect(),
            unmatched_words: found.unmatched_words.clone(),
            rejections: convert::rejections(&found.rejections, &generation.catalogue),
            rejected_total: found.rejections.total,
        }))
    }

    async fn get_products(
        &self,
        request: Request<GetProductsRequest>,
    ) -> Result<Response<GetProductsResponse>, Status> {
        let request = request.into_inner();
        let view = request.view();
        validate::at_most("references", request.references.len(), MAX_REFERENCES).map_err(status)?;
        let generation = self.generation(&request.generation)?;
        let matches = request.references.into_iter().map(|reference| {
            let places = generation.catalogue.find(&reference);
            ProductMatch {
                products: places.into_iter().filter_map(|place| product(&generation, place, view)).collect(),
                reference,
            }
        });
        Ok(Response::new(GetProductsResponse { matches: matches.collect(), generation: generation.id.clone() }))
    }

    async fn find_similar(
        &self,
        request: Request<FindSimilarRequest>,
    ) -> Result<Response<FindSimilarResponse>, Status> {
        let request = request.into_inner();
        let limit = validate::limit("limit", request.limit, DEFAULT_SIMILAR, MAX_LIMIT).map_err(status)?;
        validate::present("product_id", &request.product_id).map_err(status)?;
        validate::at_most("exclude_product_ids", request.exclude_product_ids.len(), MAX_REFERENCES).map_err(status)?;
        let generation = self.generation(&request.generation)?;
        let found =
            self.catalogues.similar(&generation, &request.product_id, &request.exclude_product_ids, limit as usize);
        let (source, similar) = found.map_err(status)?;
        let view = ProductView::Basic;
        let hit = |found: &Similar| hit(&generation, found.place, found.score, &found.why, view);
        Ok(Response::new(FindSimilarResponse {
            source: product(&generation, source, view),
            hits: similar.iter().filter_map(hit).collect(),
            generation: generation.id.clone(),
        }))
    }

    async fn compare(&self, request: Request<CompareRequest>) -> Result<Response<CompareResponse>, Status> {
        let CompareRequest { product_ids: references, generation } = request.into_inner();
        validate::compared(&references).map_err(status)?;
        let generation = self.generation(&generation)?;
        let (places, rows) = self.catalogues.compare(&generation, &references).map_err(status)?;
        Ok(Response::new(CompareResponse {
            products: places.iter().filter_map(|place| product(&generation, *place, ProductView::Basic)).collect(),
            rows: rows.into_iter().map(convert::row).collect(),
            generation: generation.id.clone(),
        }))
    }

    async fn list_categories(
        &self,
        request: Request<ListCategoriesRequest>,
    ) -> Result<Response<ListCategoriesResponse>, Status> {
        let generation = self.generation(&request.get_ref().generation)?;
        let categories = convert::categories(&generation.catalogue);
        Ok(Response::new(ListCategoriesResponse { categories, generation: generation.id.clone() }))
    }

    async fn suggest(&self, request: Request<SuggestRequest>) -> Result<Response<SuggestResponse>, Status> {
        let SuggestRequest { prefix, limit, generation } = request.into_inner();
        validate::length("prefix", &prefix, LONGEST_PREFIX).map_err(status)?;
        let limit = validate::limit("limit", limit, DEFAULT_SUGGESTIONS, MAX_LIMIT).map_err(status)?;
        let generation = self.generation(&generation)?;
        let suggestions = suggest::suggest(&generation.catalogue, &prefix, limit as usize);
        Ok(Response::new(SuggestResponse {
            suggestions: suggestions.into_iter().map(convert::suggestion).collect(),
            generation: generation.id.clone(),
        }))
    }

    async fn answer_spec(&self, request: Request<AnswerSpecRequest>) -> Result<Response<AnswerSpecResponse>, Status> {
        let AnswerSpecRequest { product_id, question, generation } = request.into_inner();
        validate::present("product_id", &product_id).map_err(status)?;
        validate::present("question", &question).map_err(status)?;
        validate::length("question", &question, LONGEST_QUESTION).map_err(status)?;
        validate::length("generation", &generation, LONGEST_GENERATION).map_err(status)?;
        let answered = self.catalogues.answer_spec(&generation, &product_id, &question).map_err(status)?;
        Ok(Response::new(convert::spec_answer(answered)))
    }

    async fn upsert_offers(
        &self,
        request: Request<UpsertOffersRequest>,
    ) -> Result<Response<UpsertOffersResponse>, Status> {
        let batch = offers::batch(request.into_inner()).map_err(status)?;
        let answer = self.catalogues.upsert_offers(batch).await.map_err(status)?;
        Ok(Response::new(offers::response(answer)))
    }

    type WatchCatalogueStream = watch::WatchStream;

    async fn watch_catalogue(
        &self,
        _request: Request<WatchCatalogueRequest>,
    ) -> Result<Response<Self::WatchCatalogueStream>, Status> {
        Ok(Response::new(watch::stream(self.catalogues.watch(), self.stop.clone())))
    }

    async fn import_catalogue(
        &self,
        request: Request<Streaming<ImportCatalogueRequest>>,
    ) -> Result<Response<ImportCatalogueResponse>, Status> {
        let feed = upload::receive(request.into_inner(), self.max_feed_bytes).await?;
        let outcome = self.catalogues.import(feed).await.map_err(status)?;
        Ok(Response::new(ImportCatalogueResponse {
            generation: outcome.generation,
            unchanged: outcome.unchanged,
            report: Some(convert::report(outcome.report)),
        }))
    }

    async fn get_catalogue_info(
        &self,
        _request: Request<GetCatalogueInfoRequest>,
    ) -> Result<Response<GetCatalogueInfoResponse>, Status> {
        // Nothing imported yet is an answer here, not a failure.
        let info = self.catalogues.current().map(|generation| convert::info(&generation));
        Ok(Response::new(info.unwrap_or_default()))
    }

    async fn get_vocabulary(
        &self,
        request: Request<GetVocabularyRequest>,
    ) -> Result<Response<GetVocabularyResponse>, Status> {
        let generation = self.generation("")?;
        let id = generation.id.clone();
        if generation.is_of_same_import(&request.into_inner().known_generation) {
            return Ok(Response::new(GetVocabularyResponse { generation: id, ..GetVocabularyResponse::default() }));
        }
        let terms = vocabulary::terms(&generation.catalogue).into_iter().map(convert::term).collect();
        Ok(Response::new(GetVocabularyResponse { generation: id, terms, words: words(&generation) }))
    }
}

fn status(error: Error) -> Status {
    if error.reason == reason::INTERNAL || error.reason == reason::STORE_FAILED {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        tracing::error!(%error, cause, "a call failed");
    }
    to_status(&error)
}

fn product(generation: &Generation, place: u32, view: ProductView) -> Option<Product> {
    let product = generation.catalogue.product(place)?;
    Some(convert::product(&product, generation.catalogue.taxonomy, view))
}

fn hit(generation: &Generation, place: u32, score: f64, why: &str, view: ProductView) -> Option<Hit> {
    Some(Hit { product: Some(product(generation, place, view)?), score, why: why.to_owned(), score_parts: Vec::new() })
}

fn words(generation: &Generation) -> Vec<WordCount> {
    use crate::domain::search::WordIndex as _;

    let prominent = generation.index.vocabulary().prominent();
    let mut words: Vec<WordCount> = prominent.map(|(word, count)| WordCount { word: word.to_owned(), count }).collect();
    words.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.word.cmp(&b.word)));
    words.truncate(MAX_WORDS);
    words
}
