//! What a request must be before anything is done.

use easymart_core::{Error, reason};
use easymart_proto::catalog_search::v1::{self as proto, Dimension, SearchRequest};

use crate::domain::{
    catalogue::{Exclusions, Filters, Opening, Range, Side},
    search::{SearchQuery, Sort},
};

const LONGEST_QUERY: usize = 1_000;
const MAX_PAGE_SIZE: u32 = 100;
const DEFAULT_PAGE_SIZE: u32 = 5;
/// Values in one list of a filter.
const MAX_VALUES: usize = 100;
/// Characters of one value.
const LONGEST_VALUE: usize = 255;

/// A search that may be run.
#[derive(Debug)]
pub(super) struct Search {
    pub(super) query: SearchQuery,
    pub(super) page: u32,
    pub(super) page_size: u32,
    pub(super) generation: String,
}

/// Checks and converts a search.
pub(super) fn search(request: SearchRequest) -> Result<Search, Error> {
    length("query", &request.query, LONGEST_QUERY)?;
    let page_size = limit("page_size", request.page_size, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)?;
    let page = request.page.max(1);
    let sort = sort(request.sort)?;
    proto::ProductView::try_from(request.view).map_err(|_| invalid("view", "is no view"))?;
    let query = SearchQuery {
        filters: filters(request.filters.unwrap_or_default())?,
        sort,
        offset: (page as usize - 1).saturating_mul(page_size as usize),
        limit: page_size as usize,
        with_facets: request.with_facets,
        with_relaxations: request.with_relaxations,
        with_rejections: request.with_rejections,
        explain: request.explain,
        text: request.query,
    };
    Ok(Search { query, page, page_size, generation: request.generation })
}

fn sort(sort: i32) -> Result<Sort, Error> {
    match proto::Sort::try_from(sort) {
        Ok(proto::Sort::Unspecified | proto::Sort::Relevance) => Ok(Sort::Relevance),
        Ok(proto::Sort::PriceLow) => Ok(Sort::PriceLow),
        Ok(proto::Sort::PriceHigh) => Ok(Sort::PriceHigh),
        Ok(proto::Sort::Title) => Ok(Sort::Title),
        Ok(proto::Sort::Rating) => Ok(Sort::Rating),
        Err(_) => Err(invalid("sort", "is no order")),
    }
}

fn filters(filters: proto::Filters) -> Result<Filters, Error> {
    let exclude = filters.exclude.unwrap_or_default();
    let lists = [
        ("filters.categories", &filters.categories),
        ("filters.colours", &filters.colours),
        ("filters.materials", &filters.materials),
        ("filters.brands", &filters.brands),
        ("filters.rooms", &filters.rooms),
        ("filters.styles", &filters.styles),
        ("filters.bed_sizes", &filters.bed_sizes),
        ("filters.features", &filters.features),
        ("filters.exclude.categories", &exclude.categories),
        ("filters.exclude.colours", &exclude.colours),
        ("filters.exclude.materials", &exclude.materials),
        ("filters.exclude.brands", &exclude.brands),
        ("filters.exclude.features", &exclude.features),
        ("filters.exclude.product_ids", &exclude.product_ids),
    ];
    for (field, values) in lists {
        at_most(field, values.len(), MAX_VALUES)?;
        values.iter().try_for_each(|value| length(field, value, LONGEST_VALUE))?;
    }
    let price = Range {
        min: filters.price_min_minor.map(|minor| minor as f64),
        max: filters.price_max_minor.map(|minor| minor as f64),
    };
    if filters.price_min_minor.is_some_and(|minor| minor < 0) || filters.price_max_minor.is_some_and(|minor| minor < 0)
    {
        return Err(invalid("filters.price_min_minor", "a price limit must not be negative"));
    }
    if let Some(kg) = filters.weight_capacity_kg_min {
        finite("filters.weight_capacity_kg_min", kg)?;
    }
    at_most("filters.sizes", filters.sizes.len(), MAX_VALUES)?;
    Ok(Filters {
        categories: filters.categories,
        colours: filters.colours,
        materials: filters.materials,
        brands: filters.brands,
        rooms: filters.rooms,
        styles: filters.styles,
        bed_sizes: filters.bed_sizes,
        features: filters.features,
        price,
        sizes: filters.sizes.iter().map(size).collect::<Result<_, _>>()?,
        seats_min: filters.seats_min,
        weight_capacity_kg_min: filters.weight_capacity_kg_min,
        exclude_out_of_stock: filters.exclude_out_of_stock,
        through: filters.through.as_ref().map(opening).transpose()?,
        exclude: Exclusions {
            categories: exclude.categories,
            colours: exclude.colours,
            materials: exclude.materials,
            brands: exclude.brands,
            features: exclude.features,
            product_ids: exclude.product_ids,
        },
    })
}

fn opening(opening: &proto::Opening) -> Result<Opening, Error> {
    for cm in [Some(opening.width_cm), opening.height_cm].into_iter().flatten() {
        finite("filters.through", cm)?;
        if cm <= 0.0 {
            return Err(invalid("filters.through", "must be above 0 cm"));
        }
    }
    Ok(Opening { width_cm: opening.width_cm, height_cm: opening.height_cm })
}

fn size(range: &proto::SizeRange) -> Result<(Side, Range), Error> {
    let side = match range.dimension() {
        Dimension::Width => Side::Width,
        Dimension::Depth => Side::Depth,
        Dimension::Height => Side::Height,
        Dimension::Unspecified => return Err(invalid("filters.sizes.dimension", "is missing")),
    };
    for limit in [range.min_cm, range.max_cm].into_iter().flatten() {
        finite("filters.sizes", limit)?;
    }
    Ok((side, Range { min: range.min_cm, max: range.max_cm }))
}

/// Two to six products.
pub(super) fn compared(references: &[String]) -> Result<(), Error> {
    if (2..=6).contains(&references.len()) {
        return Ok(());
    }
    Err(invalid("product_ids", "must name two to six products"))
}

/// A number that counts something: 0 means the default.
pub(super) fn limit(field: &str, asked: u32, default: u32, most: u32) -> Result<u32, Error> {
    match asked {
        0 => Ok(default),
        asked if asked <= most => Ok(asked),
        _ => Err(invalid(field, &format!("must be at most {most}"))),
    }
}

/// A list or text of so many at most.
pub(super) fn at_most(field: &str, count: usize, most: usize) -> Result<(), Error> {
    if count <= most {
        Ok(())
    } else {
        Err(invalid(field, &format!("has {count} entries; at most {most} are allowed")))
    }
}

/// A text of so many characters at most.
pub(super) fn length(field: &str, text: &str, most: usize) -> Result<(), Error> {
    if text.len() <= most || text.chars().count() <= most {
        return Ok(());
    }
    Err(invalid(field, &format!("must have at most {most} characters")))
}

/// A text that must not be empty.
pub(super) fn present(field: &str, text: &str) -> Result<(), Error> {
    if text.trim().is_empty() { Err(invalid(field, "is missing")) } else { Ok(()) }
}

fn finite(field: &str, number: f64) -> Result<(), Error> {
    if number.is_finite() { Ok(()) } else { Err(invalid(field, "must be a finite number")) }
}

fn invalid(field: &str, description: &str) -> Error {
    Error::invalid(reason::FIELD_INVALID, field, description)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(request: SearchRequest) -> String {
        search(request).unwrap_err().message
    }

    #[test]
    fn an_empty_search_is_the_first_five() {
        let asked = search(SearchRequest::default()).unwrap();
        assert_eq!((asked.page, asked.page_size, asked.query.offset, asked.query.limit), (1, 5, 0, 5));
        let third = search(SearchRequest { page: 3, page_size: 10, ..SearchRequest::default() }).unwrap();
        assert_eq!(third.query.offset, 20);
    }

    #[test]
    fn what_is_out_of_range_is_named() {
        let query = "x".repeat(1_001);
        assert!(refused(SearchRequest { query, ..SearchRequest::default() }).starts_with("query"));
        assert!(refused(SearchRequest { page_size: 101, ..SearchRequest::default() }).starts_with("page_size"));
        assert!(refused(SearchRequest { sort: 99, ..SearchRequest::default() }).starts_with("sort"));
        let with = |filters| SearchRequest { filters: Some(filters), ..SearchRequest::default() };
        assert!(refused(with(proto::Filters { price_max_minor: Some(-1), ..Default::default() })).contains("negative"));
        let sizes = vec![proto::SizeRange { dimension: 1, max_cm: Some(f64::NAN), min_cm: None }];
        assert!(refused(with(proto::Filters { sizes, ..Default::default() })).contains("finite"));
        let sizes = vec![proto::SizeRange::default()];
        assert!(refused(with(proto::Filters { sizes, ..Default::default() })).contains("dimension"));
    }
}
