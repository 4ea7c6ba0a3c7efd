//! Hard constraints: what breaks one is never returned.

use super::{Catalogue, NumberColumn, Places, ValueColumn};
use crate::domain::{
    taxonomy::{Count, TermKind, Terms},
    text::fold,
};

/// Hard constraints. Lists are any-of within a field, all-of across fields; an empty list constrains nothing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters {
    /// Category identifiers or names.
    pub categories: Vec<String>,
    /// Colours.
    pub colours: Vec<String>,
    /// Materials.
    pub materials: Vec<String>,
    /// Brands.
    pub brands: Vec<String>,
    /// Rooms.
    pub rooms: Vec<String>,
    /// Styles.
    pub styles: Vec<String>,
    /// Bed sizes.
    pub bed_sizes: Vec<String>,
    /// Features, every one of which must hold.
    pub features: Vec<String>,
    /// Price limits in minor units.
    pub price: Range,
    /// Size limits in cm.
    pub sizes: Vec<(Side, Range)>,
    /// Least number of seats.
    pub seats_min: Option<u32>,
    /// Least weight capacity in kg.
    pub weight_capacity_kg_min: Option<f64>,
    /// Only what is not known to be out of stock.
    pub exclude_out_of_stock: bool,
    /// What it has to pass through.
    pub through: Option<Opening>,
    /// What must not be there.
    pub exclude: Exclusions,
}

/// An opening that a product is carried through, its longest side ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opening {
    /// Clear width in cm.
    pub width_cm: f64,
    /// Clear height in cm; `None`: as high as it is wide.
    pub height_cm: Option<f64>,
}

/// What must not be there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exclusions {
    /// Categories.
    pub categories: Vec<String>,
    /// Colours.
    pub colours: Vec<String>,
    /// Materials.
    pub materials: Vec<String>,
    /// Brands.
    pub brands: Vec<String>,
    /// Features.
    pub features: Vec<String>,
    /// Products.
    pub product_ids: Vec<String>,
}

/// Limits, both inclusive.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Range {
    /// Least.
    pub min: Option<f64>,
    /// Most.
    pub max: Option<f64>,
}

impl Range {
    /// Its ends; infinite where it is open.
    fn ends(self) -> (f64, f64) {
        (self.min.unwrap_or(f64::NEG_INFINITY), self.max.unwrap_or(f64::INFINITY))
    }

    /// Whether it limits nothing.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }
}

/// A side of a piece of furniture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Side to side.
    Width,
    /// Front to back.
    Depth,
    /// Floor to top.
    Height,
}

impl Filters {
    /// Whether nothing is constrained.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The lists that name values, with their kind.
    pub(super) fn lists(&self) -> [(TermKind, &Vec<String>); 7] {
        [
            (TermKind::Category, &self.categories),
            (TermKind::Colour, &self.colours),
            (TermKind::Material, &self.materials),
            (TermKind::Brand, &self.brands),
            (TermKind::Room, &self.rooms),
            (TermKind::Style, &self.styles),
            (TermKind::BedSize, &self.bed_sizes),
        ]
    }
}

impl Catalogue {
    /// The products that hold every constraint.
    #[must_use]
    pub fn matching(&self, filters: &Filters) -> Places {
        let mut places = self.every();
        for (kind, wanted) in filters.lists() {
            if !wanted.is_empty() {
                places.intersect(&self.any_of(kind, wanted));
            }
        }
        for feature in &filters.features {
            places.intersect(&self.any_of(TermKind::Feature, std::slice::from_ref(feature)));
        }
        if !filters.price.is_open() {
            let (least, most) = filters.price.ends();
            self.prices().keep_within(&mut places, least, most);
        }
        for (side, range) in &filters.sizes {
            limit(&mut places, self.side(*side), *range);
        }
        let seats = Range { min: filters.seats_min.map(f64::from), max: None };
        limit(&mut places, &self.columns.seats, seats);
        let capacity = Range { min: filters.weight_capacity_kg_min, max: None };
        limit(&mut places, &self.columns.capacities, capacity);
        if let Some(opening) = filters.through {
            self.keep_passing(&mut places, opening);
        }
        if filters.exclude_out_of_stock {
            self.remove_sold_out(&mut places);
        }
        self.exclude(&mut places, &filters.exclude);
        places
    }

    /// The products that are known to have so many of a part.
    #[must_use]
    pub fn counting(&self, count: &Count) -> Places {
        let mut places = self.no_places();
        places.extend(self.columns.counts.with(&count.key()).iter().copied());
        places
    }

    /// Every product.
    #[must_use]
    pub fn every(&self) -> Places {
        Places::all(self.size())
    }

    /// No product.
    #[must_use]
    pub fn no_places(&self) -> Places {
        Places::none(self.size())
    }

    /// Numbers of a side.
    #[must_use]
    pub fn side(&self, side: Side) -> &NumberColumn {
        match side {
            Side::Width => &self.columns.widths,
            Side::Depth => &self.columns.depths,
            Side::Height => &self.columns.heights,
        }
    }

    /// The canonical form of a value as a filter gives it; a name that is not known stays as it is and matches nothing.
    #[must_use]
    pub fn canonical(&self, kind: TermKind, name: &str) -> String {
        let terms: &Terms = match kind {
            TermKind::Category => {
                let categories = &self.taxonomy.categories;
                return categories
                    .get(name)
                    .map(|c| c.id.clone())
                    .or_else(|| categories.resolve(name))
                    .unwrap_or_else(|| fold(name));
            }
            TermKind::Brand => return name.trim().to_lowercase(),
            TermKind::Colour => &self.taxonomy.colours,
            TermKind::Material => &self.taxonomy.materials,
            TermKind::Style => &self.taxonomy.styles,
            TermKind::Room => &self.taxonomy.rooms,
            TermKind::BedSize => &self.taxonomy.bed_sizes,
            TermKind::Feature => &self.taxonomy.features,
        };
        terms.resolve(name).map_or_else(|| fold(name), str::to_owned)
    }

    pub(super) fn size(&self) -> u32 {
        u32::try_from(self.len()).unwrap_or(u32::MAX)
    }

    fn any_of(&self, kind: TermKind, names: &[String]) -> Places {
        self.any_in(self.values(kind), kind, names)
    }

    fn any_in(&self, column: &ValueColumn, kind: TermKind, names: &[String]) -> Places {
        let mut places = self.no_places();
        for name in names {
            places.extend(column.with(&self.canonical(kind, name)).iter().copied());
        }
        places
    }

    fn exclude(&self, places: &mut Places, exclude: &Exclusions) {
        let unwanted = [
            (TermKind::Category, self.values(TermKind::Category), &exclude.categories),
            (TermKind::Colour, &self.columns.mentioned_colours, &exclude.colours),
            (TermKind::Material, &self.columns.mentioned_materials, &exclude.materials),
            (TermKind::Brand, self.values(TermKind::Brand), &exclude.brands),
            (TermKind::Feature, &self.columns.mentioned_features, &exclude.features),
        ];
        for (kind, column, names) in unwanted {
            if !names.is_empty() {
                places.subtract(&self.any_in(column, kind, names));
            }
        }
        for place in exclude.product_ids.iter().flat_map(|id| self.find(id)) {
            places.remove(place);
        }
    }
}

fn limit(places: &mut Places, column: &NumberColumn, range: Range) {
    if range.is_open() {
        return;
    }
    let (least, most) = range.ends();
    column.keep_within(places, least, most);
}
