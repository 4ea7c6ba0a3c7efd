//! Answers of the catalogue endpoints.

use easymart_proto::catalog_search::v1::{self as proto, SuggestionKind};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    money::MoneyView,
    non_empty,
    product::{CardView, cards},
};

/// A page of products found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProductPage)]
pub(crate) struct PageView<'a> {
    /// The page's products, in order.
    pub products: Vec<CardView<'a>>,
    /// All matches, over all pages.
    pub total: u32,
    /// The page, from 1.
    pub page: u32,
    /// Products a page.
    pub page_size: u32,
    /// Counts under the current filters.
    pub facets: Vec<FacetView<'a>>,
    /// The query as it was searched, when its spelling was corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected_query: Option<&'a str>,
    /// Catalogue generation of this answer.
    pub generation: &'a str,
}

/// Counts of one attribute's values.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Facet)]
pub(crate) struct FacetView<'a> {
    /// `category`, `colour`, `material`, `brand` or `price_band`.
    pub name: &'a str,
    /// Values, most frequent first.
    pub values: Vec<FacetValueView<'a>>,
}

/// One value of a facet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FacetValue)]
pub(crate) struct FacetValueView<'a> {
    /// Canonical value, as filters take it.
    pub value: &'a str,
    /// Text for people.
    pub label: &'a str,
    /// Matches with this value.
    pub count: u32,
}

impl<'a> From<&'a proto::SearchResponse> for PageView<'a> {
    fn from(found: &'a proto::SearchResponse) -> Self {
        let before = found.page.max(1).saturating_sub(1).saturating_mul(found.page_size);
        Self {
            products: cards(&found.hits, before.saturating_add(1)),
            total: found.total,
            page: found.page,
            page_size: found.page_size,
            facets: found.facets.iter().map(FacetView::from).collect(),
            corrected_query: non_empty(&found.corrected_query),
            generation: &found.generation,
        }
    }
}

impl<'a> From<&'a proto::Facet> for FacetView<'a> {
    fn from(facet: &'a proto::Facet) -> Self {
        let value = |value: &'a proto::FacetValue| FacetValueView {
            value: &value.value,
            label: &value.label,
            count: value.count,
        };
        Self { name: &facet.name, values: facet.values.iter().map(value).collect() }
    }
}

/// Products like a given one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SimilarProducts)]
pub(crate) struct SimilarView<'a> {
    /// The product asked about.
    pub source: Option<CardView<'a>>,
    /// Alike products, nearest first.
    pub products: Vec<CardView<'a>>,
    /// Catalogue generation of this answer.
    pub generation: &'a str,
}

impl<'a> From<&'a proto::FindSimilarResponse> for SimilarView<'a> {
    fn from(found: &'a proto::FindSimilarResponse) -> Self {
        Self {
            source: found.source.as_ref().map(|source| CardView::new(source, None, "")),
            products: cards(&found.hits, 1),
            generation: &found.generation,
        }
    }
}

/// Products side by side.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Comparison)]
pub(crate) struct ComparisonView<'a> {
    /// The products, in the order asked.
    pub products: Vec<CardView<'a>>,
    /// One row for each attribute that at least one of them has.
    pub rows: Vec<RowView<'a>>,
    /// Catalogue generation of this answer.
    pub generation: &'a str,
}

/// One attribute of the compared products.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ComparisonRow)]
pub(crate) struct RowView<'a> {
    /// Attribute.
    pub attribute: &'a str,
    /// Text for people.
    pub label: &'a str,
    /// Display value for each product, in order; empty: unknown.
    pub values: &'a [String],
    /// Whether known values differ.
    pub differs: bool,
}

impl<'a> From<&'a proto::CompareResponse> for ComparisonView<'a> {
    fn from(compared: &'a proto::CompareResponse) -> Self {
        let row = |row: &'a proto::ComparisonRow| RowView {
            attribute: &row.attribute,
            label: &row.label,
            values: &row.values,
            differs: row.differs,
        };
        Self {
            products: (1..)
                .zip(&compared.products)
                .map(|(option, product)| CardView::new(product, Some(option), ""))
                .collect(),
            rows: compared.rows.iter().map(row).collect(),
            generation: &compared.generation,
        }
    }
}

/// The category tree.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Categories)]
pub(crate) struct CategoriesView<'a> {
    /// Categories that hold products, parents before children.
    pub categories: Vec<CategoryView<'a>>,
    /// Catalogue generation of this answer.
    pub generation: &'a str,
}

/// One category.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Category)]
pub(crate) struct CategoryView<'a> {
    /// Identifier, as filters take it.
    pub category_id: &'a str,
    /// Parent's identifier; null at the root.
    pub parent_id: Option<&'a str>,
    /// Plural name for people.
    pub label: &'a str,
    /// Products in it and below it.
    pub product_count: u32,
    /// Lowest price in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lowest_price: Option<MoneyView<'a>>,
    /// Highest price in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub highest_price: Option<MoneyView<'a>>,
}

impl<'a> From<&'a proto::ListCategoriesResponse> for CategoriesView<'a> {
    fn from(listed: &'a proto::ListCategoriesResponse) -> Self {
        let category = |category: &'a proto::Category| CategoryView {
            category_id: &category.category_id,
            parent_id: non_empty(&category.parent_id),
            label: &category.label,
            product_count: category.product_count,
            lowest_price: category.lowest_price.as_ref().map(MoneyView::from),
            highest_price: category.highest_price.as_ref().map(MoneyView::from),
        };
        Self { categories: listed.categories.iter().map(category).collect(), generation: &listed.generation }
    }
}

/// Completions of what was typed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suggestions)]
pub(crate) struct SuggestionsView<'a> {
    /// Best first.
    pub suggestions: Vec<SuggestionView<'a>>,
    /// Catalogue generation of this answer.
    pub generation: &'a str,
}

/// One completion.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Suggestion)]
pub(crate) struct SuggestionView<'a> {
    /// Text to search for.
    pub text: &'a str,
    /// `query`, `category`, `product` or `brand`.
    #[schema(example = "category")]
    pub kind: &'static str,
    /// Product or category it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'a str>,
}

impl<'a> From<&'a proto::SuggestResponse> for SuggestionsView<'a> {
    fn from(suggested: &'a proto::SuggestResponse) -> Self {
        let suggestion = |one: &'a proto::Suggestion| SuggestionView {
            text: &one.text,
            kind: match one.kind() {
                SuggestionKind::Unspecified => "query",
                SuggestionKind::Category => "category",
                SuggestionKind::Product => "product",
                SuggestionKind::Brand => "brand",
            },
            id: non_empty(&one.id),
        };
        Self { suggestions: suggested.suggestions.iter().map(suggestion).collect(), generation: &suggested.generation }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_go_on_over_the_pages() {
        let found = proto::SearchResponse {
            hits: vec![proto::Hit { product: Some(proto::Product::default()), ..Default::default() }],
            total: 41,
            page: 3,
            page_size: 20,
            ..Default::default()
        };
        let page = serde_json::to_value(PageView::from(&found)).unwrap();
        assert_eq!(page["products"][0]["option"], 41);
        assert!(page.get("corrected_query").is_none());
    }
}
