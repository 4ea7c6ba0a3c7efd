//! What would match with one constraint loosened, and why products were turned away, against trying it out product by product.

use std::sync::LazyLock;

use easymart_catalog_search::domain::{
    attribute::{Attribute, name},
    catalogue::{Catalogue, Exclusions, Filters, Opening, Range, Relaxation, Side},
    product::{Availability, Product},
};
use easymart_core::{Currency, Money};
use proptest::prelude::*;

use crate::support::{SHOP, imported, taxonomy};

/// A product with these figures; 0 means unknown.
fn product(id: usize, (price, sides, seats, capacity, out): (u32, [u32; 3], u32, u32, bool)) -> Product {
    let mut product = LISTED[id % 4].clone();
    let number = |name: &str, value: u32, unit: &str| {
        (value > 0).then(|| Attribute::number(name, f64::from(value), unit, "test", 1.0))
    };
    let measures = [
        number(name::WIDTH, sides[0], "cm"),
        number(name::DEPTH, sides[1], "cm"),
        number(name::HEIGHT, sides[2], "cm"),
        number(name::SEATS, seats, "seats"),
        number(name::WEIGHT_CAPACITY, capacity, "kg"),
    ];
    let measured = [name::WIDTH, name::DEPTH, name::HEIGHT, name::SEATS, name::WEIGHT_CAPACITY];
    product.attributes.retain(|fact| !measured.contains(&fact.name.as_str()));
    product.attributes.extend(measures.into_iter().flatten());
    product.id = format!("p{id:02}");
    product.handle.clone_from(&product.id);
    product.price = (price > 0).then(|| Money::new(i64::from(price), Currency::AUD));
    product.availability = if out { Availability::OutOfStock } else { Availability::InStock };
    product
}

fn figures() -> impl Strategy<Value = (u32, [u32; 3], u32, u32, bool)> {
    let side = || prop_oneof![1 => Just(0_u32), 6 => 2_u32..12];
    let side = move || side().prop_map(|tens| tens * 10);
    (prop_oneof![1 => Just(0_u32), 6 => 1_u32..10], [side(), side(), side()], 0_u32..5, 0_u32..5, any::<bool>())
        .prop_map(|(price, sides, seats, capacity, out)| (price * 1_000, sides, seats, capacity * 20, out))
}

fn filters() -> impl Strategy<Value = Filters> {
    let range = || (prop::option::of(2_u32..8), prop::option::of(3_u32..12));
    let range = move |unit: f64| {
        range().prop_map(move |(min, max)| Range {
            min: min.map(|n| f64::from(n) * unit),
            max: max.map(|n| f64::from(n) * unit),
        })
    };
    let side = prop::sample::select(vec![Side::Width, Side::Depth, Side::Height]);
    let sizes = prop::collection::vec((side, range(10.0)), 0..3);
    let opening = (2_u32..12, prop::option::of(2_u32..12)).prop_map(|(width, height)| Opening {
        width_cm: f64::from(width) * 10.0,
        height_cm: height.map(|height| f64::from(height) * 10.0),
    });
    let features = prop::collection::vec(prop::sample::select(vec!["wheels", "adjustable", "drawers"]), 0..3);
    let lists = (prop::option::of(prop::sample::select(vec!["desk", "chair"])), features);
    (
        range(1_000.0),
        sizes,
        prop::option::of(opening),
        prop::option::of(1_u32..5),
        prop::option::of(1_u32..5),
        any::<bool>(),
        lists,
    )
        .prop_map(|(price, sizes, through, seats_min, capacity, exclude_out_of_stock, (category, features))| {
            Filters {
                categories: category.into_iter().map(str::to_owned).collect(),
                features: features.into_iter().map(str::to_owned).collect(),
                price,
                sizes,
                through,
                seats_min,
                weight_capacity_kg_min: capacity.map(|kg| f64::from(kg) * 20.0),
                exclude_out_of_stock,
                exclude: Exclusions::default(),
                ..Filters::default()
            }
        })
}

fn within(range: Range, number: Option<f64>) -> bool {
    range.min.is_none_or(|min| number.is_some_and(|number| number >= min))
        && range.max.is_none_or(|max| number.is_some_and(|number| number <= max))
}

/// Whether two of the sides fit the opening, whichever is carried ahead and however it is turned. With the longest ahead is best.
fn passes(product: &Product, opening: Opening) -> bool {
    let sides = [name::WIDTH, name::DEPTH, name::HEIGHT].map(|side| product.number(side));
    let [Some(a), Some(b), Some(c)] = sides else { return false };
    let (width, height) = (opening.width_cm, opening.height_cm.unwrap_or(opening.width_cm));
    let fits = |x: f64, y: f64| (x <= width && y <= height) || (y <= width && x <= height);
    fits(a, b) || fits(b, c) || fits(a, c)
}

fn holds(product: &Product, filters: &Filters) -> bool {
    let tree = &taxonomy().categories;
    let side = |side: Side| match side {
        Side::Width => name::WIDTH,
        Side::Depth => name::DEPTH,
        Side::Height => name::HEIGHT,
    };
    let has_feature = |wanted: &String| {
        product.values(name::FEATURE).any(|own| taxonomy().features.with_ancestors(own).contains(wanted))
    };
    (filters.categories.is_empty()
        || filters.categories.iter().any(|wanted| product.categories.iter().any(|own| tree.is_within(own, wanted))))
        && filters.features.iter().all(has_feature)
        && within(filters.price, product.price.map(|price| price.minor as f64))
        && filters.sizes.iter().all(|(which, range)| within(*range, product.number(side(*which))))
        && filters.through.is_none_or(|opening| passes(product, opening))
        && filters.seats_min.is_none_or(|min| product.number(name::SEATS).is_some_and(|seats| seats >= f64::from(min)))
        && within(Range { min: filters.weight_capacity_kg_min, max: None }, product.number(name::WEIGHT_CAPACITY))
        && !(filters.exclude_out_of_stock && product.availability == Availability::OutOfStock)
}

fn matching(products: &[Product], filters: &Filters) -> Vec<String> {
    products.iter().filter(|product| holds(product, filters)).map(|product| product.id.clone()).collect()
}

/// The filters with a limit set to another number; `None` when the relaxation is of no such limit.
fn with_limit(filters: &Filters, relaxation: &Relaxation, number: f64) -> Vec<Filters> {
    let asked = relaxation.limit.map(|limit| limit.asked);
    let mut filters = filters.clone();
    match relaxation.constraint {
        "price_min" => filters.price.min = Some(number),
        "price_max" => filters.price.max = Some(number),
        "seats" => filters.seats_min = Some(number as u32),
        "weight_capacity" => filters.weight_capacity_kg_min = Some(number),
        "through" => filters.through = filters.through.map(|opening| Opening { width_cm: number, ..opening }),
        // One limit of one side, told by its name and number; several can be alike, and then any of them may be meant.
        _ => {
            let upper = relaxation.limit.is_some_and(|limit| limit.needed > limit.asked);
            let sizes = filters.sizes.iter().enumerate();
            let meant = sizes.filter(|(_, (side, range))| {
                side.name() == relaxation.subject && asked == if upper { range.max } else { range.min }
            });
            return meant
                .map(|(at, _)| {
                    let mut changed = filters.clone();
                    let range = &mut changed.sizes[at].1;
                    if upper {
                        range.max = Some(number)
                    } else {
                        range.min = Some(number)
                    }
                    changed
                })
                .collect();
        }
    }
    vec![filters]
}

static LISTED: LazyLock<Vec<Product>> = LazyLock::new(|| imported(SHOP).products);
static COUNTS: LazyLock<u32> =
    LazyLock::new(|| std::env::var("EASYMART_PROPERTY_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(300));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(*COUNTS))]

    #[test]
    fn relaxations_are_what_trying_out_finds(figures in prop::collection::vec(figures(), 1..14), filters in filters()) {
        let products: Vec<Product> = figures.into_iter().enumerate().map(|(id, figures)| product(id, figures)).collect();
        let catalogue = Catalogue::new(products.clone(), taxonomy(), Currency::AUD);
        let matched = matching(&products, &filters);
        let found: Vec<String> =
            catalogue.matching(&filters).iter().filter_map(|place| Some(catalogue.product(place)?.id.clone())).collect();
        prop_assert_eq!(&found, &matched);
        prop_assume!(matched.is_empty());
        let relaxations = catalogue.relaxations(&filters, None);
        for relaxation in &relaxations {
            prop_assert!(relaxation.total > 0 && relaxation.total_at_needed > 0);
            prop_assert!(relaxation.total_at_needed <= relaxation.total);
            let Some(limit) = relaxation.limit else { continue };
            // At the needed limit something matches, and exactly what is said; just short of it nothing does.
            let step = (limit.needed - limit.asked).signum() * 0.5;
            let at: Vec<Vec<String>> =
                with_limit(&filters, relaxation, limit.needed).iter().map(|filters| matching(&products, filters)).collect();
            prop_assert!(at.iter().any(|at| at.len() == relaxation.total_at_needed as usize), "{:?} {:?}", relaxation, at);
            if relaxation.constraint != "seats" {
                let short = with_limit(&filters, relaxation, limit.needed - step);
                prop_assert!(short.iter().any(|filters| matching(&products, filters).is_empty()));
            }
            for place in &relaxation.places {
                let id = &catalogue.product(*place).unwrap().id;
                prop_assert!(at.iter().any(|at| at.contains(id)));
            }
        }
        // Whatever can be loosened alone and helps is named.
        for (constraint, loosened) in alone(&filters) {
            let helps = !matching(&products, &loosened).is_empty();
            let named = relaxations.iter().any(|relaxation| relaxation.constraint == constraint);
            prop_assert!(named || !helps, "{constraint} would help: {:?}", relaxations);
        }
    }

    #[test]
    fn rejections_name_every_limit_that_a_product_misses(figures in prop::collection::vec(figures(), 1..14), filters in filters()) {
        let products: Vec<Product> = figures.into_iter().enumerate().map(|(id, figures)| product(id, figures)).collect();
        let catalogue = Catalogue::new(products.clone(), taxonomy(), Currency::AUD);
        let unlimited = filters.without_limits();
        let rejections = catalogue.rejections(&filters, &catalogue.matching(&unlimited));
        let turned_away: Vec<&Product> =
            products.iter().filter(|product| holds(product, &unlimited) && !holds(product, &filters)).collect();
        prop_assert_eq!(rejections.total as usize, turned_away.len());
        for (place, product) in (0..).zip(&products) {
            let missed: Vec<&str> =
                rejections.rejected.iter().filter(|missed| missed.place == place).map(|missed| missed.constraint).collect();
            prop_assert_eq!(!missed.is_empty(), turned_away.iter().any(|other| other.id == product.id));
            let kept = |filters: &Filters| holds(product, &Filters { categories: Vec::new(), features: Vec::new(), ..filters.clone() });
            if holds(product, &unlimited) {
                let through = kept(&Filters { through: filters.through, ..Filters::default() });
                prop_assert_eq!(missed.contains(&"through"), !through);
                let price = kept(&Filters { price: Range { min: None, max: filters.price.max }, ..Filters::default() });
                prop_assert_eq!(missed.contains(&"price_max"), !price);
                let stock = kept(&Filters { exclude_out_of_stock: filters.exclude_out_of_stock, ..Filters::default() });
                prop_assert_eq!(missed.contains(&"stock"), !stock);
            }
        }
    }
}

/// The filters with one constraint dropped.
fn alone(filters: &Filters) -> Vec<(&'static str, Filters)> {
    type Drop = (&'static str, fn(&mut Filters));
    const DROPS: [Drop; 9] = [
        ("category", |filters| filters.categories.clear()),
        ("price_min", |filters| filters.price.min = None),
        ("price_max", |filters| filters.price.max = None),
        ("through", |filters| filters.through = None),
        ("seats", |filters| filters.seats_min = None),
        ("weight_capacity", |filters| filters.weight_capacity_kg_min = None),
        ("stock", |filters| filters.exclude_out_of_stock = false),
        ("size", |filters| filters.sizes.clear()),
        ("feature", |filters| filters.features.clear()),
    ];
    let drops = DROPS.into_iter().map(|(constraint, drop)| {
        let mut dropped = filters.clone();
        drop(&mut dropped);
        (constraint, dropped)
    });
    drops.filter(|(_, dropped)| dropped != filters).collect()
}
