//! Between the contracts' messages and the domain's types.

use easymart_core::{Currency, Error, Money};
use easymart_proto::{
    cart_sync::v1 as cart_wire,
    catalog_search::v1::{self as wire, Dimension as WireDimension},
    common::v1::Money as WireMoney,
};

use crate::domain::{
    cart::{Cart, CartLine, SyncState},
    lexicon::{Term, TermKind, Vocabulary},
    product::{Attribute, Availability, Product},
    search_state::SearchState,
    tool::{CategoryInfo, ComparisonRow, Facet, FacetValue, Found, Relaxation, SearchResult},
    understanding::{Dimension, SizeLimit, SortOrder},
};

pub(super) fn money(money: &WireMoney) -> Result<Money, Error> {
    let currency = money.currency_code.parse().map_err(Error::internal)?;
    Ok(Money::new(money.amount_minor, currency))
}

fn some_money(amount: Option<&WireMoney>) -> Result<Option<Money>, Error> {
    amount.map(money).transpose()
}

fn required_money(amount: Option<&WireMoney>) -> Result<Money, Error> {
    let missing = || Error::internal("a cart without an amount");
    money(amount.ok_or_else(missing)?)
}

pub(super) fn product(product: wire::Product) -> Result<Product, Error> {
    let availability = match product.availability() {
        wire::Availability::InStock => Availability::InStock,
        wire::Availability::OutOfStock => Availability::OutOfStock,
        wire::Availability::Unspecified => Availability::Unknown,
    };
    Ok(Product {
        availability,
        price: some_money(product.price.as_ref())?,
        was_price: some_money(product.was_price.as_ref())?,
        attributes: product.attributes.into_iter().map(attribute).collect(),
        product_id: product.product_id,
        handle: product.handle,
        sku: product.sku,
        title: product.title,
        description: product.description,
        features: product.features,
        brand: product.brand,
        category: product.category,
        category_path: product.category_path,
        image_urls: product.image_urls,
        url: product.url,
        stock_quantity: product.stock_quantity,
        rating: product.rating,
        rating_count: product.rating_count,
        set_size: product.set_size,
    })
}

fn attribute(attribute: wire::Attribute) -> Attribute {
    Attribute {
        name: attribute.name,
        values: attribute.values,
        number: attribute.number,
        unit: attribute.unit,
        source: attribute.source,
        confidence: attribute.confidence,
    }
}

pub(super) fn hits(hits: Vec<wire::Hit>) -> Result<Vec<Found>, Error> {
    hits.into_iter()
        .filter_map(|hit| hit.product.map(|found| (found, hit.why)))
        .map(|(found, why)| Ok(Found { product: product(found)?, why }))
        .collect()
}

pub(super) fn search_result(answer: wire::SearchResponse, currency: Currency) -> Result<SearchResult, Error> {
    let products = hits(answer.hits)?;
    let shown = count(products.len());
    let before = answer.page.saturating_sub(1).saturating_mul(answer.page_size);
    Ok(SearchResult {
        products,
        total: answer.total,
        page: answer.page,
        page_size: answer.page_size,
        shown,
        first: before.saturating_add(1),
        last: before.saturating_add(shown),
        remaining: answer.total.saturating_sub(before.saturating_add(shown)),
        corrected_query: answer.corrected_query,
        unmatched_words: answer.unmatched_words,
        generation: answer.generation,
        lowest_price: some_money(answer.lowest_price.as_ref())?,
        highest_price: some_money(answer.highest_price.as_ref())?,
        relaxations: answer.relaxations.into_iter().map(|r| relaxation(r, currency)).collect(),
        facets: answer.facets.into_iter().map(facet).collect(),
    })
}

pub(super) fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn facet(facet: wire::Facet) -> Facet {
    let values = facet.values.into_iter();
    let values = values.map(|v| FacetValue { value: v.value, label: v.label, count: v.count }).collect();
    Facet { name: facet.name, values }
}

/// The nearest value of a price constraint is an amount in minor units of the shop's currency.
fn relaxation(relaxation: wire::Relaxation, currency: Currency) -> Relaxation {
    let is_price = relaxation.constraint.starts_with("price");
    let minor = relaxation.nearest.first().filter(|_| is_price).and_then(|text| text.parse().ok());
    Relaxation {
        nearest_price: minor.map(|minor| Money::new(minor, currency)),
        constraint: relaxation.constraint,
        total: relaxation.total,
        nearest: relaxation.nearest,
    }
}

pub(super) fn search_request(search: &SearchState, page_size: u32) -> wire::SearchRequest {
    let sort = match search.sort {
        Some(SortOrder::PriceLow) => wire::Sort::PriceLow,
        Some(SortOrder::PriceHigh) => wire::Sort::PriceHigh,
        Some(SortOrder::Rating) => wire::Sort::Rating,
        Some(SortOrder::Relevance) | None => wire::Sort::Relevance,
    };
    wire::SearchRequest {
        query: search.query.clone().unwrap_or_default(),
        filters: Some(filters(search)),
        sort: sort.into(),
        page: search.page.max(1),
        page_size,
        with_facets: search.colours.is_empty() && search.page <= 1,
        with_relaxations: true,
        view: wire::ProductView::Basic.into(),
        ..wire::SearchRequest::default()
    }
}

fn filters(search: &SearchState) -> wire::Filters {
    let list = |value: &Option<String>| value.iter().cloned().collect::<Vec<_>>();
    wire::Filters {
        categories: list(&search.category),
        colours: search.colours.clone(),
        materials: search.materials.clone(),
        brands: list(&search.brand),
        rooms: list(&search.room),
        styles: list(&search.style),
        bed_sizes: list(&search.bed_size),
        features: search.features.clone(),
        price_min_minor: search.price_min.map(|price| price.minor),
        price_max_minor: search.price_max.map(|price| price.minor),
        sizes: search.sizes.iter().map(size_range).collect(),
        seats_min: search.seats,
        weight_capacity_kg_min: search.weight_capacity_kg,
        exclude_out_of_stock: false,
        exclude: Some(exclusions(search)),
        ..wire::Filters::default()
    }
}

pub(crate) fn exclusions(search: &SearchState) -> wire::Exclusions {
    let exclude = &search.exclude;
    wire::Exclusions {
        categories: exclude.categories.clone(),
        colours: exclude.colours.clone(),
        materials: exclude.materials.clone(),
        brands: exclude.brands.clone(),
        features: exclude.features.clone(),
        product_ids: Vec::new(),
    }
}

pub(crate) fn size_range(limit: &SizeLimit) -> wire::SizeRange {
    let dimension = match limit.dimension {
        Dimension::Width => WireDimension::Width,
        Dimension::Depth => WireDimension::Depth,
        Dimension::Height => WireDimension::Height,
    };
    wire::SizeRange { dimension: dimension.into(), min_cm: limit.min_cm, max_cm: limit.max_cm }
}

pub(super) fn comparison_row(row: wire::ComparisonRow) -> ComparisonRow {
    ComparisonRow { attribute: row.attribute, label: row.label, values: row.values, differs: row.differs }
}

pub(super) fn category(category: wire::Category) -> CategoryInfo {
    CategoryInfo {
        category: category.category_id,
        parent: category.parent_id,
        label: category.label,
        count: category.product_count,
    }
}

pub(super) fn vocabulary(answer: wire::GetVocabularyResponse) -> Vocabulary {
    Vocabulary {
        generation: answer.generation,
        terms: answer.terms.into_iter().filter_map(term).collect(),
        words: answer.words.into_iter().map(|word| (word.word, word.count)).collect(),
    }
}

fn term(term: wire::Term) -> Option<Term> {
    let kind = match term.kind() {
        wire::TermKind::Category => TermKind::Category,
        wire::TermKind::Colour => TermKind::Colour,
        wire::TermKind::Material => TermKind::Material,
        wire::TermKind::Style => TermKind::Style,
        wire::TermKind::Room => TermKind::Room,
        wire::TermKind::Brand => TermKind::Brand,
        wire::TermKind::Feature => TermKind::Feature,
        wire::TermKind::BedSize => TermKind::BedSize,
        // A kind of a later version: nothing here could use it.
        wire::TermKind::Unspecified => return None,
    };
    Some(Term {
        kind,
        value: term.value,
        label: term.label,
        names: term.names,
        parent: Some(term.parent).filter(|parent| !parent.is_empty()),
        product_count: term.product_count,
    })
}

pub(super) fn cart(cart: Option<cart_wire::Cart>) -> Result<Cart, Error> {
    let cart = cart.ok_or_else(|| Error::internal("an answer without a cart"))?;
    let sync = cart.sync.unwrap_or_default();
    Ok(Cart {
        subtotal: required_money(cart.subtotal.as_ref())?,
        lines: cart.lines.into_iter().map(cart_line).collect::<Result<_, _>>()?,
        sync: match sync.state() {
            cart_wire::SyncState::Pending => SyncState::Pending,
            cart_wire::SyncState::Synced => SyncState::Synced,
            cart_wire::SyncState::Conflict => SyncState::Conflict,
            cart_wire::SyncState::Failed => SyncState::Failed,
            cart_wire::SyncState::Local | cart_wire::SyncState::Unspecified => SyncState::Local,
        },
        cart_id: cart.cart_id,
        version: cart.version,
        item_count: cart.item_count,
        distinct_count: cart.distinct_count,
        remote_cart_id: sync.remote_cart_id,
        checkout_url: sync.checkout_url,
        sync_detail: sync.detail,
    })
}

fn cart_line(line: cart_wire::CartLine) -> Result<CartLine, Error> {
    Ok(CartLine {
        unit_price: required_money(line.unit_price.as_ref())?,
        line_total: required_money(line.line_total.as_ref())?,
        line_id: line.line_id,
        product_id: line.product_id,
        sku: line.sku,
        title: line.title,
        quantity: line.quantity,
        image_url: line.image_url,
        url: line.url,
    })
}
