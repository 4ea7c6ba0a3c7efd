//! The small shop's terms, texts and products, and short ways to write acts.

use std::sync::Arc;

use easymart_core::{Currency, Money};

use crate::domain::{
    dialogue::{Rooms, Shop},
    lexicon::{Term, TermKind, Vocabulary},
    names::Names,
    policy::Profile,
    product::{Attribute, Product},
    specs::SpecTable,
    texts::Texts,
    understanding::{Act, Intent, Reference, SearchPatch},
};

pub(crate) fn shop() -> Shop {
    Shop {
        texts: Texts::english().unwrap(),
        profile: Arc::new(Profile::parse(include_str!("../../../../../deploy/sample-shop/store.toml")).unwrap()),
        specs: SpecTable::parse(include_str!("../../../data/specs.toml")).unwrap(),
        rooms: Rooms::parse(include_str!("../../../data/rooms.toml")).unwrap(),
    }
}

pub(crate) fn vocabulary() -> Vocabulary {
    let term = |kind, value: &str, label: &str, name: &str, parent: &str, product_count| Term {
        kind,
        value: value.to_owned(),
        label: label.to_owned(),
        names: vec![name.to_owned()],
        parent: Some(parent.to_owned()).filter(|parent| !parent.is_empty()),
        product_count,
    };
    let mut terms = vec![
        term(TermKind::Category, "desk", "desks", "desk", "", 8),
        term(TermKind::Category, "chair", "chairs", "chair", "", 4),
        term(TermKind::Category, "office_chair", "office chairs", "office chair", "chair", 4),
        term(TermKind::Category, "rug", "rugs", "rug", "", 0),
    ];
    for colour in ["black", "white", "grey", "red", "green"] {
        terms.push(term(TermKind::Colour, colour, colour, colour, "", 3));
    }
    for material in ["wood", "steel", "mesh", "leather"] {
        terms.push(term(TermKind::Material, material, material, material, "", 3));
    }
    Vocabulary { generation: "g1".to_owned(), terms, words: Vec::new() }
}

pub(crate) fn names() -> Names {
    Names::build(&vocabulary())
}

/// A product; a price of 0 means on request.
pub(crate) fn product(id: &str, title: &str, category: &str, dollars: i64, colour: &str, width: f64) -> Product {
    let path = if category == "office_chair" { vec!["chair", category] } else { vec![category] };
    let text = |name: &str, value: &str| Attribute {
        name: name.to_owned(),
        values: vec![value.to_owned()],
        confidence: 1.0,
        ..Attribute::default()
    };
    let size =
        |name: &str, cm: f64| Attribute { number: Some(cm), unit: "cm".to_owned(), ..text(name, &format!("{cm} cm")) };
    Product {
        product_id: id.to_owned(),
        handle: id.to_lowercase(),
        sku: id.to_owned(),
        title: title.to_owned(),
        brand: "Acme".to_owned(),
        category: category.to_owned(),
        category_path: path.into_iter().map(str::to_owned).collect(),
        price: (dollars > 0).then(|| Money::new(dollars * 100, Currency::AUD)),
        url: format!("https://shop.example/{id}"),
        attributes: vec![
            text("colour", colour),
            text("material", if category == "desk" { "wood" } else { "mesh" }),
            size("width_cm", width),
            size("depth_cm", 60.0),
        ],
        features: vec!["Material: solid pine 18mm".to_owned(), "Weight capacity:".to_owned()],
        set_size: 1,
        ..Product::default()
    }
}

pub(crate) fn act(intent: Intent) -> Act {
    Act::of(intent, 0.9)
}

pub(crate) fn refer(intent: Intent, references: &[Reference]) -> Act {
    Act { references: references.to_vec(), ..act(intent) }
}

pub(crate) fn search_act(patch: SearchPatch) -> Act {
    Act { patch, ..act(Intent::ProductSearch) }
}
