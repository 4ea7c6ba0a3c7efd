//! catalog-search.

use easymart_proto::catalog_search::v1::{
    CompareRequest, CompareResponse, FindSimilarRequest, FindSimilarResponse, GetProductsRequest, GetProductsResponse,
    ListCategoriesRequest, ListCategoriesResponse, SearchRequest, SearchResponse, SuggestRequest, SuggestResponse,
    catalog_search_service_client::CatalogSearchServiceClient,
};

use super::{CATALOGUE_ABSENT, methods, safe};

methods! { catalog_search, CatalogSearchServiceClient, CATALOGUE_ABSENT;
    #[doc = "Finds products."]
    search: safe("Search", 10), SearchRequest => SearchResponse;
    #[doc = "Looks products up."]
    get_products: safe("GetProducts", 10), GetProductsRequest => GetProductsResponse;
    #[doc = "Products like a given one."]
    find_similar: safe("FindSimilar", 10), FindSimilarRequest => FindSimilarResponse;
    #[doc = "An attribute table."]
    compare: safe("Compare", 10), CompareRequest => CompareResponse;
    #[doc = "The category tree."]
    list_categories: safe("ListCategories", 10), ListCategoriesRequest => ListCategoriesResponse;
    #[doc = "Completions."]
    suggest: safe("Suggest", 10), SuggestRequest => SuggestResponse;
}
