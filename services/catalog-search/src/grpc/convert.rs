//! The domain's values as messages.

use easymart_core::{Currency, Money};
use easymart_proto::{
    catalog_search::v1::{self as proto, ProductView},
    common::v1 as common,
};

use crate::{
    app::{Generation, SpecAnswer},
    domain::{
        attribute::Attribute,
        catalogue::{Catalogue, Facet, Rejected, Rejections, Relaxation},
        compare::Row,
        import::Report,
        product::{Availability, Product, Variant},
        search::ScorePart,
        suggest::{Suggestion, SuggestionKind},
        taxonomy::{Taxonomy, TermKind},
        vocabulary::NamedTerm,
    },
};

pub(super) fn money(money: Money) -> common::Money {
    common::Money { amount_minor: money.minor, currency_code: money.currency.code().to_owned() }
}

pub(super) fn minor(minor: i64, currency: Currency) -> common::Money {
    money(Money::new(minor, currency))
}

pub(super) fn product(product: &Product, taxonomy: &Taxonomy, view: ProductView) -> proto::Product {
    let full = view == ProductView::Full;
    let category = product.category();
    proto::Product {
        product_id: product.id.clone(),
        handle: product.handle.clone(),
        sku: product.sku.clone(),
        title: product.title.clone(),
        description: if full { product.description.clone() } else { String::new() },
        features: if full { product.features.clone() } else { Vec::new() },
        brand: product.brand.clone(),
        category: category.to_owned(),
        category_path: if category.is_empty() { Vec::new() } else { taxonomy.categories.path(category) },
        price: product.price.map(money),
        was_price: product.was_price.map(money),
        image_urls: product.image_urls.clone(),
        url: product.url.clone(),
        availability: availability(product.availability),
        stock_quantity: product.stock_quantity,
        rating: product.rating,
        rating_count: product.rating_count,
        attributes: product.attributes.iter().map(attribute).collect(),
        variants: if full { product.variants.iter().map(variant).collect() } else { Vec::new() },
        set_size: product.set_size,
    }
}

fn attribute(attribute: &Attribute) -> proto::Attribute {
    proto::Attribute {
        name: attribute.name.to_string(),
        values: attribute.values.iter().map(ToString::to_string).collect(),
        number: attribute.number,
        unit: attribute.unit.to_string(),
        source: attribute.source.to_string(),
        confidence: attribute.confidence,
    }
}

fn variant(variant: &Variant) -> proto::Variant {
    proto::Variant {
        variant_id: variant.id.clone(),
        sku: variant.sku.clone(),
        title: variant.title.clone(),
        price: variant.price.map(money),
        attributes: variant.attributes.iter().map(attribute).collect(),
        availability: availability(variant.availability),
    }
}

fn availability(availability: Availability) -> i32 {
    let wire = match availability {
        Availability::Unknown => proto::Availability::Unspecified,
        Availability::InStock => proto::Availability::InStock,
        Availability::OutOfStock => proto::Availability::OutOfStock,
    };
    wire.into()
}

pub(super) fn facet(facet: &Facet) -> proto::Facet {
    let values = facet.values.iter();
    proto::Facet {
        name: facet.name.to_owned(),
        values: values
            .map(|value| proto::FacetValue {
                value: value.value.clone(),
                label: value.label.clone(),
                count: value.count,
            })
            .collect(),
    }
}

pub(super) fn score_part(part: &ScorePart) -> proto::ScorePart {
    proto::ScorePart { about: part.about.clone(), detail: part.detail.clone(), points: part.points }
}

pub(super) fn relaxation(relaxation: &Relaxation, catalogue: &Catalogue) -> proto::Relaxation {
    let limit = relaxation.limit;
    let places = relaxation.places.iter();
    proto::Relaxation {
        constraint: relaxation.constraint.to_owned(),
        total: relaxation.total,
        nearest: relaxation.nearest.clone(),
        subject: relaxation.subject.clone(),
        asked: limit.map(|limit| limit.asked),
        needed: limit.map(|limit| limit.needed),
        unit: limit.map(|limit| limit.unit.to_owned()).unwrap_or_default(),
        total_at_needed: relaxation.total_at_needed,
        product_ids: places.filter_map(|place| catalogue.id(*place)).collect(),
    }
}

pub(super) fn rejections(rejections: &Rejections, catalogue: &Catalogue) -> Vec<proto::Rejection> {
    let rejection = |rejected: &Rejected| {
        let product = catalogue.product(rejected.place)?;
        Some(proto::Rejection {
            product_id: product.id.clone(),
            title: product.title.clone(),
            constraint: rejected.constraint.to_owned(),
            actual: rejected.actual.clone(),
            wanted: rejected.wanted.clone(),
        })
    };
    rejections.rejected.iter().filter_map(rejection).collect()
}

pub(super) fn spec_answer(answered: SpecAnswer) -> proto::AnswerSpecResponse {
    let SpecAnswer { generation, product_id, answer } = answered;
    proto::AnswerSpecResponse {
        product_id,
        topic: answer.topic,
        label: answer.label,
        facts: answer.facts.iter().map(attribute).collect(),
        known_attributes: answer.known,
        generation: generation.id.clone(),
    }
}

pub(super) fn row(row: Row) -> proto::ComparisonRow {
    let Row { attribute, label, values, differs } = row;
    proto::ComparisonRow { attribute, label, values, differs }
}

pub(super) fn suggestion(suggestion: Suggestion) -> proto::Suggestion {
    let kind = match suggestion.kind {
        SuggestionKind::Category => proto::SuggestionKind::Category,
        SuggestionKind::Brand => proto::SuggestionKind::Brand,
        SuggestionKind::Product => proto::SuggestionKind::Product,
    };
    proto::Suggestion { text: suggestion.text, kind: kind.into(), id: suggestion.id }
}

pub(super) fn term(term: NamedTerm) -> proto::Term {
    let kind = match term.kind {
        TermKind::Category => proto::TermKind::Category,
        TermKind::Colour => proto::TermKind::Colour,
        TermKind::Material => proto::TermKind::Material,
        TermKind::Style => proto::TermKind::Style,
        TermKind::Room => proto::TermKind::Room,
        TermKind::Brand => proto::TermKind::Brand,
        TermKind::Feature => proto::TermKind::Feature,
        TermKind::BedSize => proto::TermKind::BedSize,
    };
    let NamedTerm { value, label, names, parent, count, .. } = term;
    proto::Term { kind: kind.into(), value, label, names, parent, product_count: count }
}

/// Categories that hold products, in the order of the taxonomy, which has parents before children.
pub(super) fn categories(catalogue: &Catalogue) -> Vec<proto::Category> {
    let column = catalogue.values(TermKind::Category);
    let categories = catalogue.taxonomy.categories.iter();
    let listed =
        categories.map(|category| (category, column.with(&category.id))).filter(|(_, places)| !places.is_empty());
    let listed = listed.map(|(category, places)| {
        let prices = || places.iter().filter_map(|place| catalogue.prices().get(*place));
        let money = |price: Option<f64>| price.map(|price| minor(price as i64, catalogue.currency));
        proto::Category {
            category_id: category.id.clone(),
            parent_id: category.parent.clone(),
            label: category.label.clone(),
            product_count: u32::try_from(places.len()).unwrap_or(u32::MAX),
            lowest_price: money(prices().min_by(f64::total_cmp)),
            highest_price: money(prices().max_by(f64::total_cmp)),
        }
    });
    listed.collect()
}

pub(super) fn info(generation: &Generation) -> proto::GetCatalogueInfoResponse {
    let (record, currency) = (&generation.record, generation.catalogue.currency);
    proto::GetCatalogueInfoResponse {
        generation: generation.id.clone(),
        changed_offers: u32::try_from(generation.catalogue.changed_offers()).unwrap_or(u32::MAX),
        product_count: record.product_count,
        currency_code: currency.code().to_owned(),
        source_name: record.source_name.clone(),
        content_sha256: record.content_sha256.clone(),
        imported_at_ms: record.imported_at_ms,
        report: Some(report(record.report.clone())),
    }
}

pub(super) fn report(report: Report) -> proto::ImportReport {
    let rejected = report.rejected.into_iter();
    let warnings = report.warnings.into_iter();
    proto::ImportReport {
        read: report.read,
        kept: report.kept,
        rejected: rejected
            .map(|row| proto::RejectedRow { row: row.row, field: row.field, reason: row.reason })
            .collect(),
        rejected_count: report.rejected_count,
        price_on_request: report.price_on_request,
        warnings: warnings
            .map(|warning| proto::ImportWarning { kind: warning.kind, count: warning.count, example: warning.example })
            .collect(),
        duration_ms: report.duration_ms,
    }
}
