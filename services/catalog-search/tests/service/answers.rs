//! Every call and its refusals.

use easymart_proto::catalog_search::v1::{
    Availability, CompareRequest, Filters, FindSimilarRequest, GetCatalogueInfoRequest, GetProductsRequest,
    GetVocabularyRequest, ListCategoriesRequest, ProductView, SearchRequest, Sort, SuggestRequest, TermKind,
};
use easymart_testkit::TestDir;

use crate::support::{Service, reason};

#[tokio::test]
async fn without_a_catalogue_everything_says_so() {
    let dir = TestDir::new();
    let mut service = Service::start(dir.path()).await;
    let refused = service.client.search(SearchRequest::default()).await.unwrap_err();
    assert_eq!(reason(&refused), "CATALOGUE_EMPTY");
    let info = service.client.get_catalogue_info(GetCatalogueInfoRequest {}).await.unwrap().into_inner();
    assert_eq!((info.generation.as_str(), info.product_count), ("", 0));
    service.stop().await;
}

#[tokio::test]
async fn a_search_gives_a_page_with_its_facts() {
    let (_dir, mut service) = Service::with_shop().await;
    let request = SearchRequest {
        query: "soffa".to_owned(),
        sort: Sort::PriceLow.into(),
        page_size: 2,
        with_facets: true,
        ..SearchRequest::default()
    };
    let found = service.client.search(request).await.unwrap().into_inner();
    assert_eq!((found.total, found.page, found.page_size, found.corrected_query.as_str()), (3, 1, 2, "sofa"));
    let ids: Vec<&str> =
        found.hits.iter().filter_map(|hit| hit.product.as_ref()).map(|p| p.product_id.as_str()).collect();
    assert_eq!(ids, ["sofa-bed", "sofa-3"]);
    let minor =
        |money: Option<easymart_proto::common::v1::Money>| money.map(|money| (money.amount_minor, money.currency_code));
    assert_eq!(minor(found.lowest_price), Some((45_900, "AUD".to_owned())));
    assert_eq!(minor(found.highest_price), Some((149_900, "AUD".to_owned())));
    assert!(found.facets.iter().any(|facet| facet.name == "category"));
    assert!(!found.generation.is_empty());
    let basic = found.hits[0].product.clone().unwrap();
    assert_eq!(
        (basic.category.as_str(), basic.category_path.as_slice()),
        ("sofa_bed", ["sofa".to_owned(), "sofa_bed".to_owned()].as_slice())
    );
    assert!(basic.features.is_empty());
    service.stop().await;
}

#[tokio::test]
async fn products_are_looked_up_by_any_reference() {
    let (_dir, mut service) = Service::with_shop().await;
    let references = ["desk-oak", "wld  100", "nothing"].map(str::to_owned).to_vec();
    let request = GetProductsRequest { references, view: ProductView::Full.into(), ..GetProductsRequest::default() };
    let found = service.client.get_products(request).await.unwrap().into_inner();
    let counts: Vec<usize> = found.matches.iter().map(|m| m.products.len()).collect();
    assert_eq!(counts, [1, 1, 0]);
    let desk = &found.matches[0].products[0];
    assert_eq!((desk.availability(), desk.stock_quantity, desk.set_size), (Availability::InStock, Some(4), 1));
    assert!(!desk.features.is_empty());
    let width = desk.attributes.iter().find(|fact| fact.name == "width_cm").unwrap();
    assert_eq!((width.number, width.unit.as_str(), width.source.as_str()), (Some(120.0), "cm", "attributes.width_cm"));
    service.stop().await;
}

#[tokio::test]
async fn similar_compare_categories_suggest_and_vocabulary() {
    let (_dir, mut service) = Service::with_shop().await;
    let request = FindSimilarRequest { product_id: "NUM-3".to_owned(), ..FindSimilarRequest::default() };
    let similar = service.client.find_similar(request).await.unwrap().into_inner();
    assert_eq!(similar.hits.len(), 2);
    assert!(similar.hits.iter().all(|hit| !hit.why.is_empty()));

    let product_ids = vec!["desk-oak".to_owned(), "desk-stand".to_owned()];
    let compared =
        service.client.compare(CompareRequest { product_ids, ..CompareRequest::default() }).await.unwrap().into_inner();
    assert_eq!((compared.products.len(), compared.rows[0].attribute.as_str()), (2, "price"));

    let categories =
        service.client.list_categories(ListCategoriesRequest::default()).await.unwrap().into_inner().categories;
    let place = |id: &str| categories.iter().position(|category| category.category_id == id);
    assert!(place("sofa") < place("sofa_bed") && place("rug").is_none());
    let chair = &categories[place("chair").unwrap()];
    assert_eq!((chair.product_count, chair.lowest_price.as_ref().map(|price| price.amount_minor)), (3, Some(18_950)));

    let suggested = service
        .client
        .suggest(SuggestRequest { prefix: "bedsi".to_owned(), ..SuggestRequest::default() })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(suggested.suggestions[0].id, "bedside_table");

    let vocabulary = service.client.get_vocabulary(GetVocabularyRequest::default()).await.unwrap().into_inner();
    assert!(
        vocabulary
            .terms
            .iter()
            .any(|term| term.kind() == TermKind::Category && term.value == "rug" && term.product_count == 0)
    );
    assert!(vocabulary.words.iter().any(|word| word.word == "sofa"));
    let request = GetVocabularyRequest { known_generation: vocabulary.generation.clone() };
    let again = service.client.get_vocabulary(request).await.unwrap().into_inner();
    assert_eq!((again.generation, again.terms.len()), (vocabulary.generation, 0));
    service.stop().await;
}

#[tokio::test]
async fn bad_requests_name_the_field() {
    let (_dir, mut service) = Service::with_shop().await;
    let long = SearchRequest { query: "x".repeat(1_001), ..SearchRequest::default() };
    let negative = Filters { price_min_minor: Some(-1), ..Filters::default() };
    let negative = SearchRequest { filters: Some(negative), ..SearchRequest::default() };
    for request in [long, negative, SearchRequest { page_size: 101, ..SearchRequest::default() }] {
        let refused = service.client.search(request).await.unwrap_err();
        assert_eq!((refused.code(), reason(&refused)), (tonic::Code::InvalidArgument, "FIELD_INVALID"));
    }
    let one = CompareRequest { product_ids: vec!["desk-oak".to_owned()], ..CompareRequest::default() };
    assert_eq!(reason(&service.client.compare(one).await.unwrap_err()), "FIELD_INVALID");
    let twice =
        CompareRequest { product_ids: vec!["desk-oak".to_owned(), "wld 100".to_owned()], ..CompareRequest::default() };
    assert_eq!(reason(&service.client.compare(twice).await.unwrap_err()), "FIELD_INVALID");
    let unknown = FindSimilarRequest { product_id: "nothing".to_owned(), ..FindSimilarRequest::default() };
    assert_eq!(reason(&service.client.find_similar(unknown).await.unwrap_err()), "PRODUCT_UNKNOWN");
    let many = GetProductsRequest { references: vec!["a".to_owned(); 101], ..GetProductsRequest::default() };
    assert_eq!(reason(&service.client.get_products(many).await.unwrap_err()), "FIELD_INVALID");
    let far = SearchRequest { page: u32::MAX, page_size: 100, ..SearchRequest::default() };
    assert_eq!(service.client.search(far).await.unwrap().into_inner().hits.len(), 0);
    service.stop().await;
}
