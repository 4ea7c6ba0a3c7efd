//! The catalogue: search, one product, its like, several side by side, categories, completions.

use std::sync::Arc;

use axum::{
    extract::{Extension, State},
    response::Response,
};
use easymart_core::{Currency, Money, reason};
use easymart_proto::catalog_search::v1::{
    CompareRequest, Filters, FindSimilarRequest, GetProductsRequest, ListCategoriesRequest, Product, ProductMatch,
    ProductView as Detail, SearchRequest, SuggestRequest,
};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::{
    carts::checked_reference,
    edge::Call,
    extract::{InPath, Query, json},
    gateway::{Gateway, context},
    openapi::{ProductErrors, SearchErrors},
    problem::{Failure, Result},
    view::{
        catalogue::{CategoriesView, ComparisonView, PageView, SimilarView, SuggestionsView},
        product::ProductView,
        search::sort_named,
    },
};

const DEFAULT_PAGE_SIZE: u32 = 20;
const LARGEST_PAGE: u32 = 100;
const LAST_PAGE: u32 = 1_000_000;
const LONGEST_QUERY: usize = 1_000;
const LONGEST_PREFIX: usize = 100;
const MOST_SUGGESTIONS: u32 = 20;

/// What to find. Lists are separated by commas: any of them.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchParams {
    /// What the shopper is after, in words.
    q: String,
    /// Category identifiers; a parent includes its children.
    category: String,
    /// Colours.
    #[serde(alias = "color")]
    colour: String,
    /// Materials.
    material: String,
    /// Brands.
    brand: String,
    /// Least price, for example `49.50`.
    price_min: Option<String>,
    /// Highest price, inclusive.
    price_max: Option<String>,
    /// `relevance`, `price_low`, `price_high`, `title` or `rating`.
    sort: String,
    /// Page, from 1.
    #[param(minimum = 1, default = 1)]
    page: Option<u32>,
    /// Products a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    page_size: Option<u32>,
}

/// Find products
#[utoipa::path(
    get, path = "/v1/products", tag = "Catalogue",
    operation_id = "products_search",
    params(SearchParams),
    responses((status = 200, description = "A page of products", body = PageView), SearchErrors),
)]
pub(crate) async fn search(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    Query(params): Query<SearchParams>,
) -> Result<Response> {
    let request = search_request(params)?;
    let ctx = context(&call, gateway.config.deadlines.search, None);
    let found = gateway.peers.search(&ctx, request).await?;
    json(&PageView::from(&found))
}

fn search_request(params: SearchParams) -> Result<SearchRequest> {
    let sort = sort_named(&params.sort).ok_or_else(|| {
        let known = "must be relevance, price_low, price_high, title or rating";
        Failure::field(reason::FIELD_INVALID, "sort", known)
    })?;
    Ok(SearchRequest {
        query: bounded("q", params.q, LONGEST_QUERY)?,
        filters: Some(Filters {
            categories: list("category", &params.category)?,
            colours: list("colour", &params.colour)?,
            materials: list("material", &params.material)?,
            brands: list("brand", &params.brand)?,
            price_min_minor: price("price_min", params.price_min.as_deref())?,
            price_max_minor: price("price_max", params.price_max.as_deref())?,
            ..Default::default()
        }),
        sort: sort.into(),
        page: within("page", params.page, 1, LAST_PAGE)?,
        page_size: within("page_size", params.page_size, DEFAULT_PAGE_SIZE, LARGEST_PAGE)?,
        with_facets: true,
        ..Default::default()
    })
}

/// One product
///
/// By id, handle or SKU. A SKU that several products share is a 409.
#[utoipa::path(
    get, path = "/v1/products/{product_id}", tag = "Catalogue",
    operation_id = "product_read",
    params(("product_id" = String, Path, description = "Id, handle or SKU")),
    responses((status = 200, description = "The product", body = ProductView), ProductErrors),
)]
pub(crate) async fn product(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    InPath(reference): InPath<String>,
) -> Result<Response> {
    let reference = checked_reference("product_id", Some(reference))?;
    let ctx = context(&call, gateway.config.deadlines.search, None);
    let request = GetProductsRequest {
        references: vec![reference.clone()],
        view: Detail::Full.into(),
        ..GetProductsRequest::default()
    };
    let found = gateway.peers.get_products(&ctx, request).await?;
    let found = the_one(&reference, found.matches)?;
    json(&ProductView::from(&found))
}

/// The product that a reference means: an id or a handle before a SKU.
pub(crate) fn the_one(reference: &str, matches: Vec<ProductMatch>) -> Result<Product> {
    let mut products: Vec<_> = matches.into_iter().flat_map(|found| found.products).collect();
    let named = |product: &Product| product.product_id == reference || product.handle == reference;
    if let Some(at) = products.iter().position(named) {
        return Ok(products.swap_remove(at));
    }
    match products.len() {
        0 => Err(Failure::new(reason::PRODUCT_UNKNOWN, "the catalogue has no product with this id, handle or SKU")),
        1 => Ok(products.swap_remove(0)),
        _ => {
            let handles: Vec<_> = products.iter().map(|product| product.handle.as_str()).collect();
            let problem = format!("several products share this SKU: {}", handles.join(", "));
            Err(Failure::new(reason::SKU_AMBIGUOUS, problem))
        }
    }
}

/// How many results.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct LimitParams {
    /// Most results.
    #[param(minimum = 1, maximum = 20)]
    limit: Option<u32>,
}

/// Similar products
#[utoipa::path(
    get, path = "/v1/products/{product_id}/similar", tag = "Catalogue",
    operation_id = "products_similar",
    params(("product_id" = String, Path, description = "Id, handle or SKU"), LimitParams),
    responses((status = 200, description = "Alike products, nearest first", body = SimilarView), ProductErrors),
)]
pub(crate) async fn similar(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    InPath(reference): InPath<String>,
    Query(params): Query<LimitParams>,
) -> Result<Response> {
    let request = FindSimilarRequest {
        product_id: checked_reference("product_id", Some(reference))?,
        exclude_product_ids: Vec::new(),
        limit: within("limit", params.limit, 5, MOST_SUGGESTIONS)?,
        ..FindSimilarRequest::default()
    };
    let ctx = context(&call, gateway.config.deadlines.search, None);
    let found = gateway.peers.find_similar(&ctx, request).await?;
    json(&SimilarView::from(&found))
}

/// What to compare.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct CompareParams {
    /// Two to six ids, handles or SKUs, separated by commas.
    ids: String,
}

/// Products side by side
#[utoipa::path(
    get, path = "/v1/products/compare", tag = "Catalogue",
    operation_id = "products_compare",
    params(CompareParams),
    responses((status = 200, description = "An attribute table", body = ComparisonView), ProductErrors),
)]
pub(crate) async fn compare(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    Query(params): Query<CompareParams>,
) -> Result<Response> {
    let product_ids = list("ids", &params.ids)?;
    if !(2..=6).contains(&product_ids.len()) {
        return Err(Failure::field(reason::FIELD_INVALID, "ids", "two to six products, separated by commas"));
    }
    let ctx = context(&call, gateway.config.deadlines.search, None);
    let compared = gateway.peers.compare(&ctx, CompareRequest { product_ids, ..CompareRequest::default() }).await?;
    json(&ComparisonView::from(&compared))
}

/// Categories
#[utoipa::path(
    get, path = "/v1/categories", tag = "Catalogue",
    operation_id = "categories_list",
    responses((status = 200, description = "The category tree with product counts", body = CategoriesView), SearchErrors),
)]
pub(crate) async fn categories(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
) -> Result<Response> {
    let ctx = context(&call, gateway.config.deadlines.search, None);
    let listed = gateway.peers.list_categories(&ctx, ListCategoriesRequest::default()).await?;
    json(&CategoriesView::from(&listed))
}

/// What to complete.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct SuggestParams {
    /// What was typed so far.
    q: String,
    /// Most suggestions.
    #[param(minimum = 1, maximum = 20, default = 8)]
    limit: Option<u32>,
}

/// Complete a query
#[utoipa::path(
    get, path = "/v1/suggest", tag = "Catalogue",
    operation_id = "query_suggest",
    params(SuggestParams),
    responses((status = 200, description = "Completions, best first", body = SuggestionsView), SearchErrors),
)]
pub(crate) async fn suggest(
    State(gateway): State<Arc<Gateway>>,
    Extension(call): Extension<Call>,
    Query(params): Query<SuggestParams>,
) -> Result<Response> {
    let request = SuggestRequest {
        prefix: bounded("q", params.q, LONGEST_PREFIX)?,
        limit: within("limit", params.limit, 8, MOST_SUGGESTIONS)?,
        ..SuggestRequest::default()
    };
    let ctx = context(&call, gateway.config.deadlines.search, None);
    let suggested = gateway.peers.suggest(&ctx, request).await?;
    json(&SuggestionsView::from(&suggested))
}

fn bounded(field: &str, text: String, most: usize) -> Result<String> {
    if text.chars().count() <= most {
        return Ok(text);
    }
    let problem = format!("longer than {most} characters");
    Err(Failure::field(reason::FIELD_INVALID, field, problem))
}

fn list(field: &str, text: &str) -> Result<Vec<String>> {
    const MOST: usize = 50;
    let items: Vec<_> = text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect();
    if items.len() > MOST {
        return Err(Failure::field(reason::FIELD_INVALID, field, format!("more than {MOST} entries")));
    }
    Ok(items)
}

/// A price in minor units. The catalogue's own currency counts; its minor unit is taken to be a hundredth.
fn price(field: &str, text: Option<&str>) -> Result<Option<i64>> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    match Money::parse(text, Currency::AUD) {
        Ok(amount) if amount.minor >= 0 => Ok(Some(amount.minor)),
        _ => Err(Failure::field(reason::FIELD_INVALID, field, "must be an amount such as 49.50")),
    }
}

fn within(field: &str, number: Option<u32>, default: u32, most: u32) -> Result<u32> {
    let number = number.unwrap_or(default);
    if (1..=most).contains(&number) {
        return Ok(number);
    }
    let problem = format!("{number} is not within 1 to {most}");
    Err(Failure::field(reason::FIELD_INVALID, field, problem))
}

#[cfg(test)]
mod tests {
    use easymart_proto::catalog_search::v1::Sort;

    use super::*;

    fn match_of(products: &[(&str, &str)]) -> Vec<ProductMatch> {
        let products = products.iter().map(|(product_id, sku)| Product {
            product_id: (*product_id).to_owned(),
            handle: (*product_id).to_owned(),
            sku: (*sku).to_owned(),
            ..Default::default()
        });
        vec![ProductMatch { products: products.collect(), ..Default::default() }]
    }

    #[test]
    fn a_search_passes_its_filters_on() {
        let request = search_request(SearchParams {
            category: "desk, table".into(),
            price_max: Some("199.50".into()),
            sort: "price_low".into(),
            page_size: Some(100),
            ..Default::default()
        })
        .unwrap();
        let filters = request.filters.clone().unwrap();
        assert_eq!(filters.categories, ["desk", "table"]);
        assert_eq!(filters.price_max_minor, Some(19_950));
        assert_eq!(request.sort(), Sort::PriceLow);
        assert_eq!((request.page, request.page_size), (1, 100));
    }

    #[test]
    fn senseless_parameters_are_refused() {
        let refused = |params: SearchParams| search_request(params).unwrap_err().reason();
        let cases = [
            SearchParams { sort: "newest".into(), ..Default::default() },
            SearchParams { page: Some(0), ..Default::default() },
            SearchParams { page_size: Some(101), ..Default::default() },
            SearchParams { price_min: Some("-1".into()), ..Default::default() },
            SearchParams { price_max: Some("1e9".into()), ..Default::default() },
            SearchParams { q: "x".repeat(1_001), ..Default::default() },
        ];
        for params in cases {
            assert_eq!(refused(params), reason::FIELD_INVALID);
        }
    }

    #[test]
    fn a_handle_wins_over_a_shared_sku() {
        let shared = || match_of(&[("one", "S"), ("two", "S")]);
        assert_eq!(the_one("two", shared()).unwrap().product_id, "two");
        assert_eq!(the_one("S", shared()).unwrap_err().reason(), reason::SKU_AMBIGUOUS);
        assert_eq!(the_one("S", match_of(&[])).unwrap_err().reason(), reason::PRODUCT_UNKNOWN);
        assert_eq!(the_one("S", match_of(&[("one", "S")])).unwrap().product_id, "one");
    }
}
