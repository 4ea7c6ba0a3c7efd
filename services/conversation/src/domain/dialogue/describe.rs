//! What was searched, in words: "black office chairs up to $120.00". Only what the search holds, each part provable.

use super::Scene;
use crate::domain::{
    fragment::{ClaimKind, Fragment, Proof, trimmed},
    lexicon::TermKind,
    search_state::{PriceRule, SearchState},
    understanding::{Dimension, SizeLimit},
};

/// A search in words, for so many results.
pub(super) fn describe(scene: &Scene<'_>, search: &SearchState, proof: &Proof, count: u32) -> Fragment {
    let arguments = proof.at("arguments");
    let parts = [
        bed_size(scene, search, &arguments),
        values(scene, TermKind::Colour, &search.colours, &arguments),
        values(scene, TermKind::Material, &search.materials, &arguments),
        one(scene, TermKind::Style, search.style.as_deref(), &arguments),
        one(scene, TermKind::Brand, search.brand.as_deref(), &arguments),
        noun(scene, search, &arguments, count),
        room(scene, search),
        features(scene, search, &arguments),
        capacity(scene, search, &arguments),
        sizes(scene, search, &arguments),
        price(scene, search, &arguments),
        exclusions(scene, search, &arguments, count),
    ];
    let mut text = Fragment::default();
    for part in &parts {
        text.push_sentence(part);
    }
    text
}

fn noun(scene: &Scene<'_>, search: &SearchState, arguments: &Proof, count: u32) -> Fragment {
    let Some(category) = &search.category else {
        let thing = scene.shop.texts.count("search.thing", count, &[]);
        return match search.query.as_deref().and_then(quotable) {
            Some(words) => {
                let query =
                    arguments.named(ClaimKind::Query, "query", search.query.as_deref().unwrap_or_default(), &words);
                scene.text("search.thing_named", &[("thing", thing), ("query", query)])
            }
            None => thing,
        };
    };
    let name = if count == 1 { scene.names.singular(category) } else { scene.names.plural(category) };
    arguments.named(ClaimKind::Category, "category", category, &name)
}

/// A shopper's words, if they may be said back: plain words, not many.
pub(super) fn quotable(words: &str) -> Option<String> {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '\'');
    let clean: String = words.chars().filter(|c| plain(*c)).collect();
    let clean = clean.split_whitespace().collect::<Vec<_>>().join(" ");
    (!clean.is_empty() && clean.chars().count() <= 60).then_some(clean)
}

fn values(scene: &Scene<'_>, kind: TermKind, values: &[String], arguments: &Proof) -> Fragment {
    let (field, claim) = match kind {
        TermKind::Colour => ("colour", ClaimKind::Colour),
        _ => ("material", ClaimKind::Material),
    };
    let named: Vec<Fragment> =
        values.iter().map(|value| arguments.named(claim, field, value, &scene.names.label(kind, value))).collect();
    scene.shop.texts.any_of(&named)
}

fn one(scene: &Scene<'_>, kind: TermKind, value: Option<&str>, arguments: &Proof) -> Fragment {
    let Some(value) = value else {
        return Fragment::default();
    };
    let field = if kind == TermKind::Brand { "brand" } else { "style" };
    let label = if kind == TermKind::Brand {
        capitalised(&scene.names.label(kind, value))
    } else {
        scene.names.label(kind, value)
    };
    arguments.named(ClaimKind::Attribute, field, value, &label)
}

fn capitalised(text: &str) -> String {
    Fragment::plain(text).capitalised().text().to_owned()
}

fn bed_size(scene: &Scene<'_>, search: &SearchState, arguments: &Proof) -> Fragment {
    search.bed_size.as_ref().map_or_else(Fragment::default, |size| {
        let label = scene.names.label(TermKind::BedSize, size);
        arguments.named(ClaimKind::Size, "bed_size", size, &label)
    })
}

fn room(scene: &Scene<'_>, search: &SearchState) -> Fragment {
    search.room.as_ref().map_or_else(Fragment::default, |room| {
        let label = Fragment::plain(scene.names.label(TermKind::Room, room));
        scene.text(room_key(scene, room), &[("room", label)])
    })
}

/// "for the bedroom", but "for kids" and "for outdoor use".
pub(super) fn room_key(scene: &Scene<'_>, room: &str) -> &'static str {
    match scene.names.label(TermKind::Room, room) {
        whom if whom.ends_with('s') => "search.for_whom",
        place if place.ends_with("door") => "search.for_outside",
        _ => "search.for_room",
    }
}

fn features(scene: &Scene<'_>, search: &SearchState, arguments: &Proof) -> Fragment {
    if search.features.is_empty() {
        return Fragment::default();
    }
    let named: Vec<Fragment> = search
        .features
        .iter()
        .map(|feature| {
            let label = scene.names.label(TermKind::Feature, feature);
            arguments.named(ClaimKind::Attribute, "features", feature, &label)
        })
        .collect();
    scene.text("search.features", &[("features", scene.shop.texts.all_of(&named))])
}

fn capacity(scene: &Scene<'_>, search: &SearchState, arguments: &Proof) -> Fragment {
    let mut text = Fragment::default();
    if let Some(seats) = search.seats {
        let seats = arguments.number("seats", seats);
        text.push_sentence(&scene.text("search.seats", &[("seats", seats)]));
    }
    if let Some(weight) = search.weight_capacity_kg {
        let weight = arguments.number("weight_capacity_kg", trimmed(weight));
        text.push_sentence(&scene.text("search.weight", &[("weight", weight)]));
    }
    text
}

fn sizes(scene: &Scene<'_>, search: &SearchState, arguments: &Proof) -> Fragment {
    let limits: Vec<Fragment> = search.sizes.iter().flat_map(|limit| size(scene, limit, arguments)).collect();
    scene.shop.texts.all_of(&limits)
}

fn size(scene: &Scene<'_>, limit: &SizeLimit, arguments: &Proof) -> Vec<Fragment> {
    let (name, key) = match limit.dimension {
        Dimension::Width => ("width", "wide"),
        Dimension::Depth => ("depth", "deep"),
        Dimension::Height => ("height", "high"),
    };
    let ends = [("at_least", "min", limit.min_cm), ("at_most", "max", limit.max_cm)];
    ends.iter()
        .filter_map(|(text, end, cm)| {
            let size = arguments.centimetres(&format!("size.{end}_{name}_cm"), (*cm)?);
            let way = Fragment::plain(scene.shop.texts.word(&format!("search.{key}")));
            Some(scene.text(&format!("search.{text}"), &[("size", size), ("way", way)]))
        })
        .collect()
}

fn price(scene: &Scene<'_>, search: &SearchState, arguments: &Proof) -> Fragment {
    match search.price_rule {
        Some(PriceRule::Below { .. }) => return scene.text("search.price_below", &[]),
        Some(PriceRule::Above { .. }) => return scene.text("search.price_above", &[]),
        _ => {}
    }
    let min = search.price_min.map(|min| arguments.price("price_min", min));
    let max = search.price_max.map(|max| arguments.price("price_max", max));
    match (min, max) {
        (Some(min), Some(max)) => scene.text("search.price_between", &[("min", min), ("max", max)]),
        (Some(min), None) => scene.text("search.price_min", &[("min", min)]),
        (None, Some(max)) => scene.text("search.price_max", &[("max", max)]),
        (None, None) => Fragment::default(),
    }
}

fn exclusions(scene: &Scene<'_>, search: &SearchState, arguments: &Proof, count: u32) -> Fragment {
    let exclude = &search.exclude;
    let proof = arguments.at("exclude");
    let (mut looks, mut parts) = (Vec::new(), Vec::new());
    let kinds = [
        (TermKind::Category, "category", ClaimKind::Category, &exclude.categories),
        (TermKind::Colour, "colour", ClaimKind::Colour, &exclude.colours),
        (TermKind::Material, "material", ClaimKind::Material, &exclude.materials),
        (TermKind::Brand, "brand", ClaimKind::Attribute, &exclude.brands),
        (TermKind::Feature, "features", ClaimKind::Attribute, &exclude.features),
    ];
    for (kind, field, claim, values) in kinds {
        for value in values {
            let label = scene.names.label(kind, value);
            // "without drawers", but "that are not with storage".
            let is_part = kind == TermKind::Feature && !label.starts_with("with ");
            let list = if is_part { &mut parts } else { &mut looks };
            list.push(proof.named(claim, field, value, &label));
        }
    }
    let mut text = Fragment::default();
    let texts = &scene.shop.texts;
    if !looks.is_empty() {
        text.push_sentence(&texts.count("search.without", count, &[("what", texts.any_of(&looks))]));
    }
    if !parts.is_empty() {
        text.push_sentence(&texts.say("search.lacking", &[("what", texts.any_of(&parts))]));
    }
    text
}
