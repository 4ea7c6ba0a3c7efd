//! Answers from a product's record: its attributes, and lines of its description word by word.

use super::{Scene, which::name_of};
use crate::domain::{
    fragment::{ClaimKind, Fragment, Proof},
    lexicon::TermKind,
    product::{Availability, Product},
    understanding::{Dimension, SizeLimit},
};

/// Most facts in a summary.
const FACTS: usize = 4;
/// Most lines quoted.
const QUOTES: usize = 2;
/// Confidence below which a value that was read out of running text is not stated as a fact.
const SURE: f64 = 0.5;

/// The facts that tell a product best, for a request for details.
pub(super) fn summary(scene: &Scene<'_>, product: &Product, proof: &Proof) -> Fragment {
    let name = name_of(proof, "title", &product.title);
    let mut text = price_sentence(scene, product, proof, name);
    let facts: Vec<Fragment> = ["material", "colour", "size", "weight_capacity", "bed_size", "seats", "warranty"]
        .iter()
        .filter_map(|attribute| labelled(scene, product, proof, attribute))
        .take(FACTS)
        .collect();
    for fact in &facts {
        text.push_sentence(&scene.text("spec.fact", &[("fact", fact.clone().capitalised())]));
    }
    if facts.is_empty() {
        text.push_sentence(&scene.text("spec.no_facts", &[]));
    }
    text
}

fn price_sentence(scene: &Scene<'_>, product: &Product, proof: &Proof, name: Fragment) -> Fragment {
    let Some(price) = product.price else {
        return scene.text("spec.price_on_request", &[("name", name)]);
    };
    let price = proof.price("price", price);
    if product.set_size > 1 {
        let pieces = proof.number("set_size", product.set_size);
        return scene.text("spec.price_of_set", &[("name", name), ("price", price), ("pieces", pieces)]);
    }
    scene.text("spec.price", &[("name", name), ("price", price)])
}

fn labelled(scene: &Scene<'_>, product: &Product, proof: &Proof, attribute: &str) -> Option<Fragment> {
    let value = values(scene, product, proof, attribute)?;
    let label = Fragment::plain(scene.shop.specs.question(attribute).label);
    if value.text().to_lowercase().contains(label.text()) {
        return Some(value);
    }
    Some(scene.text("spec.labelled", &[("label", label), ("value", value)]))
}

/// What the record says about an attribute; `None` when it says nothing.
fn values(scene: &Scene<'_>, product: &Product, proof: &Proof, attribute: &str) -> Option<Fragment> {
    if attribute == "size" {
        return size(scene, product, proof);
    }
    let asked = scene.shop.specs.question(attribute);
    if attribute == "screen_size" {
        return range(scene, product, proof, &asked.attributes);
    }
    let (index, found) =
        asked.attributes.iter().find_map(|name| product.attribute(name).filter(|(_, a)| a.confidence >= SURE))?;
    let claim = match found.name.as_str() {
        "colour" => ClaimKind::Colour,
        "material" => ClaimKind::Material,
        name if name.ends_with("_cm") => ClaimKind::Size,
        _ => ClaimKind::Attribute,
    };
    let kind = match found.name.as_str() {
        "colour" => Some(TermKind::Colour),
        "material" => Some(TermKind::Material),
        "bed_size" => Some(TermKind::BedSize),
        "feature" => Some(TermKind::Feature),
        _ => None,
    };
    let named: Vec<Fragment> = found
        .values
        .iter()
        .enumerate()
        .filter(|(_, value)| !value.trim().is_empty())
        .map(|(place, value)| {
            let label = kind.map_or_else(|| value.clone(), |kind| scene.names.label(kind, value));
            proof.named(claim, &format!("attributes[{index}].values[{place}]"), value, &label)
        })
        .collect();
    (!named.is_empty()).then(|| scene.shop.texts.all_of(&named))
}

/// From the first of the attributes to the last, as far as they are stated: "32 inch to 65 inch".
fn range(scene: &Scene<'_>, product: &Product, proof: &Proof, attributes: &[String]) -> Option<Fragment> {
    let end = |name: &String| {
        let (index, found) = product.attribute(name).filter(|(_, a)| a.confidence >= SURE)?;
        let value = found.values.first().filter(|value| !value.trim().is_empty())?;
        Some(proof.text(ClaimKind::Attribute, &format!("attributes[{index}].values[0]"), value))
    };
    let ends: Vec<Fragment> = attributes.iter().filter_map(end).collect();
    let to = scene.shop.texts.word("spec.to");
    (!ends.is_empty()).then(|| Fragment::list(&ends, &to, &to))
}

fn size(scene: &Scene<'_>, product: &Product, proof: &Proof) -> Option<Fragment> {
    let sides: Vec<Fragment> = [("width_cm", "search.wide"), ("depth_cm", "search.deep"), ("height_cm", "search.high")]
        .iter()
        .filter_map(|(name, way)| {
            let (size, way) = (side(product, proof, name)?, Fragment::plain(scene.shop.texts.word(way)));
            Some(scene.text("spec.side", &[("size", size), ("way", way)]))
        })
        .collect();
    (!sides.is_empty()).then(|| scene.shop.texts.all_of(&sides))
}

fn side(product: &Product, proof: &Proof, name: &str) -> Option<Fragment> {
    let (index, attribute) = product.attribute(name).filter(|(_, a)| a.confidence >= SURE)?;
    Some(proof.centimetres(&format!("attributes[{index}].number"), attribute.number?))
}

/// Answers a question about one attribute.
pub(super) fn question(scene: &Scene<'_>, product: &Product, proof: &Proof, attribute: &str) -> Fragment {
    let name = name_of(proof, "title", &product.title);
    match attribute {
        "price" => return price_sentence(scene, product, proof, name),
        "stock" => return stock(scene, product, proof, name),
        _ => {}
    }
    if let Some(text) = named_value(scene, product, proof, attribute, &name) {
        return text;
    }
    let asked = scene.shop.specs.question(attribute);
    let value = values(scene, product, proof, attribute);
    // What the value says already is not quoted again.
    let said = value.as_ref().map(|value| value.text().to_lowercase()).unwrap_or_default();
    let quotes: Vec<Fragment> = asked
        .quotes(product, QUOTES)
        .into_iter()
        .filter(|(_, line)| !said.contains(line.trim().trim_end_matches('.').to_lowercase().as_str()))
        .map(|(index, line)| proof.text(ClaimKind::Quote, &format!("features[{index}]"), line))
        .collect();
    let label = Fragment::plain(asked.label);
    let mut text = match value {
        Some(value) if said.contains(label.text()) => scene.text("spec.says", &[("name", name), ("value", value)]),
        Some(value) => scene.text("spec.answer", &[("name", name), ("label", label), ("value", value)]),
        None if quotes.is_empty() => {
            return scene.text("spec.unknown", &[("name", name), ("label", label)]);
        }
        None => {
            let quotes = quoted(scene, &quotes);
            return scene.text("spec.listing_of", &[("name", name), ("quotes", quotes)]);
        }
    };
    if !quotes.is_empty() {
        text.push_sentence(&scene.text("spec.listing", &[("quotes", quoted(scene, &quotes))]));
    }
    text
}

fn quoted(scene: &Scene<'_>, quotes: &[Fragment]) -> Fragment {
    let marked: Vec<Fragment> =
        quotes.iter().map(|quote| scene.text("spec.quote", &[("quote", quote.clone())])).collect();
    scene.shop.texts.all_of(&marked)
}

/// "Does it come in green?": yes or no by the record, with what the record does state.
fn named_value(
    scene: &Scene<'_>,
    product: &Product,
    proof: &Proof,
    attribute: &str,
    name: &Fragment,
) -> Option<Fragment> {
    let patch = &scene.act.patch;
    let (kind, wanted) = match attribute {
        "colour" => (TermKind::Colour, patch.colours.first()?),
        "material" => (TermKind::Material, patch.materials.first()?),
        _ => return None,
    };
    let stated = values(scene, product, proof, attribute);
    let holds = product
        .attribute(attribute)
        .and_then(|(index, found)| Some((index, found.values.iter().position(|v| v == wanted)?)));
    let label = scene.names.label(kind, wanted);
    let claim = if kind == TermKind::Colour { ClaimKind::Colour } else { ClaimKind::Material };
    if let Some((index, place)) = holds {
        let value = proof.named(claim, &format!("attributes[{index}].values[{place}]"), wanted, &label);
        let stated = stated.unwrap_or_default();
        return Some(scene.text("spec.has_value", &[("name", name.clone()), ("wanted", value), ("stated", stated)]));
    }
    // What the record does not list is the shopper's word, not a claim of ours; it is proved as such.
    let field = if kind == TermKind::Colour { "colours" } else { "materials" };
    let source = format!("message.acts[{}].patch.{field}[0]", scene.step);
    let wanted = Fragment::claim(ClaimKind::Query, label, wanted.clone(), source);
    Some(match stated {
        Some(stated) => {
            scene.text("spec.other_value", &[("name", name.clone()), ("wanted", wanted), ("stated", stated)])
        }
        None => scene.text("spec.value_unknown", &[("name", name.clone()), ("wanted", wanted)]),
    })
}

/// A word about stock, only as far as the record goes.
pub(super) fn stock(scene: &Scene<'_>, product: &Product, proof: &Proof, name: Fragment) -> Fragment {
    let word =
        |key: &str, value: &str| proof.named(ClaimKind::Stock, "availability", value, &scene.shop.texts.word(key));
    match product.availability {
        Availability::InStock => {
            let stock = word("stock.in_stock", "in_stock");
            match product.stock_quantity {
                Some(count) => {
                    let count = proof.number("stock_quantity", count);
                    scene.text("stock.yes_counted", &[("name", name), ("stock", stock), ("count", count)])
                }
                None => scene.text("stock.yes", &[("name", name), ("stock", stock)]),
            }
        }
        Availability::OutOfStock => {
            let stock = word("stock.out_of_stock", "out_of_stock");
            scene.text("stock.no", &[("name", name), ("stock", stock)])
        }
        Availability::Unknown => scene.text("stock.unknown", &[("name", name)]),
    }
}

/// Whether a product fits into a given space.
pub(super) fn fit(scene: &Scene<'_>, product: &Product, proof: &Proof) -> Fragment {
    let name = name_of(proof, "title", &product.title);
    let limits = &scene.act.patch.sizes;
    let size_known = size(scene, product, proof);
    let Some(size) = size_known else {
        return question(scene, product, proof, "size");
    };
    let slots = |size: Fragment| [("name", name.clone()), ("size", size)];
    if limits.is_empty() {
        return scene.text("spec.size_is", &slots(size));
    }
    let verdicts: Vec<Option<bool>> = limits.iter().map(|limit| fits(product, limit)).collect();
    let key = if verdicts.contains(&Some(false)) {
        "spec.does_not_fit"
    } else if verdicts.contains(&None) {
        "spec.may_fit"
    } else {
        "spec.fits"
    };
    scene.text(key, &slots(size))
}

/// Whether a product goes into a space on one side; `None` when its record does not state that side.
fn fits(product: &Product, space: &SizeLimit) -> Option<bool> {
    let name = match space.dimension {
        Dimension::Width => "width_cm",
        Dimension::Depth => "depth_cm",
        Dimension::Height => "height_cm",
    };
    let cm = product.attribute(name).filter(|(_, a)| a.confidence >= SURE)?.1.number?;
    // A space has no least size: a lower end only says how exactly it was measured.
    Some(match (space.min_cm, space.max_cm) {
        (_, Some(max)) => cm <= max,
        (Some(min), None) => cm >= min,
        (None, None) => true,
    })
}
