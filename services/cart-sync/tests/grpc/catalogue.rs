//! catalog-search in miniature: as much of it as a cart asks for.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use easymart_proto::{
    catalog_search::v1::{
        AnswerSpecRequest, AnswerSpecResponse, Availability, CompareRequest, CompareResponse, FindSimilarRequest,
        FindSimilarResponse, GetCatalogueInfoRequest, GetCatalogueInfoResponse, GetProductsRequest,
        GetProductsResponse, GetVocabularyRequest, GetVocabularyResponse, ImportCatalogueRequest,
        ImportCatalogueResponse, ListCategoriesRequest, ListCategoriesResponse, Product, ProductMatch, ProductView,
        SearchRequest, SearchResponse, SuggestRequest, SuggestResponse, UpsertOffersRequest, UpsertOffersResponse,
        Variant, WatchCatalogueRequest, WatchCatalogueResponse,
        catalog_search_service_server::{CatalogSearchService, CatalogSearchServiceServer},
    },
    common::v1::Money,
};
use easymart_rpc::{Server, ServerConfig};
use easymart_testkit::free_listener;
use tokio_util::sync::{CancellationToken, DropGuard};
use tonic::{Request, Response, Status, Streaming, async_trait};

/// The catalogue's server. Gone when dropped.
pub(crate) struct Catalogue {
    pub(crate) address: SocketAddr,
    calls: Arc<AtomicUsize>,
    _stop: DropGuard,
}

impl Catalogue {
    pub(crate) async fn start() -> Self {
        let listener = free_listener().await;
        let address = listener.local_addr().unwrap();
        let calls = Arc::default();
        let service = Service { products: products(), calls: Arc::clone(&calls) };
        let stop = CancellationToken::new();
        let server =
            Server::new("catalog-search", &ServerConfig::default()).service(CatalogSearchServiceServer::new(service));
        tokio::spawn(server.serve(listener, stop.clone()));
        Self { address, calls, _stop: stop.drop_guard() }
    }

    /// How often products were asked for.
    pub(crate) fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

/// `desk` and `lamp` have a SKU each, `twin-1` and `twin-2` share one, `bed` has variants, `sofa` has no price, `stool` is gone, and the numbered
/// ones are there to fill a cart.
fn products() -> Vec<Product> {
    let named = [
        product("desk", "DESK-1", Some(12_950)),
        product("lamp", "LAMP-1", Some(4_999)),
        product("twin-1", "TWIN", Some(1_000)),
        product("twin-2", "TWIN", Some(2_000)),
        product("sofa", "SOFA-1", None),
        Product { availability: Availability::OutOfStock.into(), ..product("stool", "STOOL-1", Some(5_000)) },
    ];
    let bed = Product {
        variants: vec![variant("BED-QUEEN", "Queen", None), variant("BED-KING", "King", Some(90_000))],
        ..product("bed", "BED-QUEEN", Some(80_000))
    };
    let numbered = (0..101).map(|number| product(&format!("item-{number}"), &format!("I{number}"), Some(100)));
    named.into_iter().chain([bed]).chain(numbered).collect()
}

fn product(id: &str, sku: &str, minor: Option<i64>) -> Product {
    Product {
        product_id: id.to_owned(),
        handle: format!("{id}-handle"),
        sku: sku.to_owned(),
        title: format!("The {id}"),
        price: minor.map(|amount_minor| Money { amount_minor, currency_code: "AUD".to_owned() }),
        image_urls: vec![format!("https://shop.example/{id}.svg")],
        url: format!("https://shop.example/{id}"),
        ..Product::default()
    }
}

fn variant(sku: &str, title: &str, minor: Option<i64>) -> Variant {
    Variant {
        sku: sku.to_owned(),
        title: title.to_owned(),
        price: minor.map(|amount_minor| Money { amount_minor, currency_code: "AUD".to_owned() }),
        ..Variant::default()
    }
}

struct Service {
    products: Vec<Product>,
    calls: Arc<AtomicUsize>,
}

impl Service {
    fn find(&self, reference: String, view: ProductView) -> ProductMatch {
        let same = |text: &str| text.eq_ignore_ascii_case(&reference);
        let hits = |p: &&Product| {
            let of_variant = p.variants.iter().any(|variant| same(&variant.sku));
            same(&p.product_id) || same(&p.handle) || same(&p.sku) || of_variant
        };
        let shown = |product: &Product| match view {
            ProductView::Full => product.clone(),
            _ => Product { variants: Vec::new(), ..product.clone() },
        };
        let products = self.products.iter().filter(hits).map(shown).collect();
        ProductMatch { reference, products }
    }
}

type Answer<T> = Result<Response<T>, Status>;

fn absent<T>() -> Answer<T> {
    Err(Status::unimplemented("a cart does not ask for this"))
}

#[async_trait]
impl CatalogSearchService for Service {
    async fn get_products(&self, request: Request<GetProductsRequest>) -> Answer<GetProductsResponse> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        let view = request.get_ref().view();
        let references = request.into_inner().references;
        Ok(Response::new(GetProductsResponse {
            matches: references.into_iter().map(|reference| self.find(reference, view)).collect(),
            generation: "1".to_owned(),
        }))
    }

    async fn search(&self, _: Request<SearchRequest>) -> Answer<SearchResponse> {
        absent()
    }

    async fn find_similar(&self, _: Request<FindSimilarRequest>) -> Answer<FindSimilarResponse> {
        absent()
    }

    async fn compare(&self, _: Request<CompareRequest>) -> Answer<CompareResponse> {
        absent()
    }

    async fn list_categories(&self, _: Request<ListCategoriesRequest>) -> Answer<ListCategoriesResponse> {
        absent()
    }

    async fn suggest(&self, _: Request<SuggestRequest>) -> Answer<SuggestResponse> {
        absent()
    }

    async fn import_catalogue(&self, _: Request<Streaming<ImportCatalogueRequest>>) -> Answer<ImportCatalogueResponse> {
        absent()
    }

    async fn get_catalogue_info(&self, _: Request<GetCatalogueInfoRequest>) -> Answer<GetCatalogueInfoResponse> {
        absent()
    }

    async fn get_vocabulary(&self, _: Request<GetVocabularyRequest>) -> Answer<GetVocabularyResponse> {
        absent()
    }

    async fn answer_spec(&self, _: Request<AnswerSpecRequest>) -> Answer<AnswerSpecResponse> {
        absent()
    }

    async fn upsert_offers(&self, _: Request<UpsertOffersRequest>) -> Answer<UpsertOffersResponse> {
        absent()
    }

    type WatchCatalogueStream = tonic::codegen::BoxStream<WatchCatalogueResponse>;

    async fn watch_catalogue(&self, _: Request<WatchCatalogueRequest>) -> Answer<Self::WatchCatalogueStream> {
        absent()
    }
}
