use std::sync::{Arc, Mutex};

use easymart_core::reason;
use easymart_proto::catalog_search::v1::{
    AnswerSpecRequest, AnswerSpecResponse, Category, CompareRequest, CompareResponse, ComparisonRow, Facet, FacetValue,
    FindSimilarRequest, FindSimilarResponse, GetCatalogueInfoRequest, GetCatalogueInfoResponse, GetProductsRequest,
    GetProductsResponse, GetVocabularyRequest, GetVocabularyResponse, Hit, ImportCatalogueRequest,
    ImportCatalogueResponse, ListCategoriesRequest, ListCategoriesResponse, ProductMatch, SearchRequest,
    SearchResponse, SuggestRequest, SuggestResponse, Suggestion, UpsertOffersRequest, UpsertOffersResponse,
    WatchCatalogueRequest, WatchCatalogueResponse, catalog_search_service_server::CatalogSearchService,
};
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::{goods, product, refuse};

const GENERATION: &str = "g1";

/// Two products, whatever is searched for.
#[derive(Clone, Default)]
pub struct FakeCatalogue(Arc<Mutex<Vec<SearchRequest>>>);

impl FakeCatalogue {
    /// What was searched for.
    pub fn searches(&self) -> Vec<SearchRequest> {
        self.0.lock().unwrap().clone()
    }
}

fn hits() -> Vec<Hit> {
    goods()
        .into_iter()
        .map(|product| Hit { product: Some(product), score: 1.0, why: "It is furniture".to_owned(), ..Hit::default() })
        .collect()
}

#[async_trait]
impl CatalogSearchService for FakeCatalogue {
    async fn search(&self, request: Request<SearchRequest>) -> Result<Response<SearchResponse>, Status> {
        let request = request.into_inner();
        self.0.lock().unwrap().push(request.clone());
        let value = FacetValue { value: "desk".to_owned(), label: "desks".to_owned(), count: 1 };
        Ok(Response::new(SearchResponse {
            hits: hits(),
            total: 2,
            page: request.page,
            page_size: request.page_size,
            facets: vec![Facet { name: "category".to_owned(), values: vec![value] }],
            generation: GENERATION.to_owned(),
            ..Default::default()
        }))
    }

    async fn get_products(
        &self,
        request: Request<GetProductsRequest>,
    ) -> Result<Response<GetProductsResponse>, Status> {
        let matches = request
            .into_inner()
            .references
            .into_iter()
            .map(|reference| ProductMatch { products: product(&reference).into_iter().collect(), reference });
        Ok(Response::new(GetProductsResponse { matches: matches.collect(), generation: GENERATION.to_owned() }))
    }

    async fn find_similar(
        &self,
        request: Request<FindSimilarRequest>,
    ) -> Result<Response<FindSimilarResponse>, Status> {
        let source = product(&request.into_inner().product_id);
        if source.is_none() {
            return Err(refuse(reason::PRODUCT_UNKNOWN, "no such product"));
        }
        Ok(Response::new(FindSimilarResponse { source, hits: hits(), generation: GENERATION.to_owned() }))
    }

    async fn compare(&self, request: Request<CompareRequest>) -> Result<Response<CompareResponse>, Status> {
        let products: Option<Vec<_>> = request.into_inner().product_ids.iter().map(|id| product(id)).collect();
        let products = products.ok_or_else(|| refuse(reason::PRODUCT_UNKNOWN, "no such product"))?;
        let row = ComparisonRow { attribute: "price".to_owned(), differs: true, ..Default::default() };
        Ok(Response::new(CompareResponse { products, rows: vec![row], generation: GENERATION.to_owned() }))
    }

    async fn list_categories(
        &self,
        _: Request<ListCategoriesRequest>,
    ) -> Result<Response<ListCategoriesResponse>, Status> {
        let desk = Category { category_id: "desk".to_owned(), label: "desks".to_owned(), ..Default::default() };
        Ok(Response::new(ListCategoriesResponse { categories: vec![desk], generation: GENERATION.to_owned() }))
    }

    async fn suggest(&self, request: Request<SuggestRequest>) -> Result<Response<SuggestResponse>, Status> {
        let text = format!("{}k", request.into_inner().prefix);
        let suggestions = vec![Suggestion { text, ..Default::default() }];
        Ok(Response::new(SuggestResponse { suggestions, generation: GENERATION.to_owned() }))
    }

    async fn import_catalogue(
        &self,
        _: Request<Streaming<ImportCatalogueRequest>>,
    ) -> Result<Response<ImportCatalogueResponse>, Status> {
        Err(Status::unimplemented("not in miniature"))
    }

    async fn get_catalogue_info(
        &self,
        _: Request<GetCatalogueInfoRequest>,
    ) -> Result<Response<GetCatalogueInfoResponse>, Status> {
        Err(Status::unimplemented("not in miniature"))
    }

    async fn get_vocabulary(
        &self,
        _: Request<GetVocabularyRequest>,
    ) -> Result<Response<GetVocabularyResponse>, Status> {
        Err(Status::unimplemented("not in miniature"))
    }

    async fn answer_spec(&self, _: Request<AnswerSpecRequest>) -> Result<Response<AnswerSpecResponse>, Status> {
        Err(Status::unimplemented("not in miniature"))
    }

    async fn upsert_offers(&self, _: Request<UpsertOffersRequest>) -> Result<Response<UpsertOffersResponse>, Status> {
        Err(Status::unimplemented("not in miniature"))
    }

    type WatchCatalogueStream = tonic::codegen::BoxStream<WatchCatalogueResponse>;

    async fn watch_catalogue(
        &self,
        _: Request<WatchCatalogueRequest>,
    ) -> Result<Response<Self::WatchCatalogueStream>, Status> {
        Err(Status::unimplemented("not in miniature"))
    }
}
