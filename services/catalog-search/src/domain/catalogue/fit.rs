//! Constraints in numbers: limits of price and size, openings to pass through, seats, weight. Each is exact and knows its unit; from
//! them come the reasons why a product was turned away, and how far a limit would have to give.

use easymart_core::Money;

use super::{Catalogue, Filters, Opening, Places, Range, Side};
use crate::domain::attribute::display_number;

/// Products whose reasons are given.
const EXPLAINED: usize = 20;
/// Unit of prices: the smallest one of the shop's currency.
pub(super) const MINOR: &str = "minor";

/// Why products were turned away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rejections {
    /// One entry for each constraint that a product misses; the products that miss the fewest come first.
    pub rejected: Vec<Rejected>,
    /// Products turned away over all.
    pub total: u32,
}

/// A constraint that a product misses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The product.
    pub place: u32,
    /// The constraint.
    pub constraint: &'static str,
    /// What the product has, for people; empty when it is unknown.
    pub actual: String,
    /// What was asked for, for people.
    pub wanted: String,
}

/// One limit that filters set. A size is named by its index among the filters' sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Limit {
    PriceMin,
    PriceMax,
    SizeMin(usize),
    SizeMax(usize),
    Through,
    Seats,
    Capacity,
}

impl Filters {
    /// The limits that are set.
    pub(super) fn limits(&self) -> Vec<Limit> {
        let sizes = (0..self.sizes.len()).flat_map(|at| [Limit::SizeMin(at), Limit::SizeMax(at)]);
        let all = [Limit::PriceMin, Limit::PriceMax].into_iter().chain(sizes);
        let all = all.chain([Limit::Through, Limit::Seats, Limit::Capacity]);
        all.filter(|limit| limit.asked(self).is_some()).collect()
    }

    /// The same without limits and whatever the stock: what is asked for, not what it must measure.
    #[must_use]
    pub fn without_limits(&self) -> Self {
        let mut filters = self.clone();
        self.limits().into_iter().for_each(|limit| limit.lift(&mut filters));
        filters.exclude_out_of_stock = false;
        filters
    }
}

impl Limit {
    /// The number asked for, in [`Self::unit`].
    pub(super) fn asked(self, filters: &Filters) -> Option<f64> {
        match self {
            Self::PriceMin => filters.price.min,
            Self::PriceMax => filters.price.max,
            Self::SizeMin(at) => filters.sizes.get(at)?.1.min,
            Self::SizeMax(at) => filters.sizes.get(at)?.1.max,
            Self::Through => filters.through.map(|opening| opening.width_cm),
            Self::Seats => filters.seats_min.map(f64::from),
            Self::Capacity => filters.weight_capacity_kg_min,
        }
    }

    /// Takes the limit away.
    pub(super) fn lift(self, filters: &mut Filters) {
        let size = |filters: &mut Filters, at: usize, lift: fn(&mut Range)| {
            filters.sizes.get_mut(at).into_iter().for_each(|(_, range)| lift(range));
        };
        match self {
            Self::PriceMin => filters.price.min = None,
            Self::PriceMax => filters.price.max = None,
            Self::SizeMin(at) => size(filters, at, |range| range.min = None),
            Self::SizeMax(at) => size(filters, at, |range| range.max = None),
            Self::Through => filters.through = None,
            Self::Seats => filters.seats_min = None,
            Self::Capacity => filters.weight_capacity_kg_min = None,
        }
    }

    /// Whether it limits a side.
    pub(super) fn is_of_size(self) -> bool {
        matches!(self, Self::SizeMin(_) | Self::SizeMax(_))
    }

    /// Whether it is an upper limit.
    pub(super) fn is_most(self) -> bool {
        matches!(self, Self::PriceMax | Self::SizeMax(_) | Self::Through)
    }

    /// Unit of its numbers.
    pub(super) fn unit(self) -> &'static str {
        match self {
            Self::PriceMin | Self::PriceMax => MINOR,
            Self::SizeMin(_) | Self::SizeMax(_) | Self::Through => "cm",
            Self::Seats => "seats",
            Self::Capacity => "kg",
        }
    }

    /// What it limits: a side by its own name.
    pub(super) fn name(self, filters: &Filters) -> &'static str {
        match self {
            Self::PriceMin => "price_min",
            Self::PriceMax => "price_max",
            Self::SizeMin(at) | Self::SizeMax(at) => filters.sizes.get(at).map_or("size", |(side, _)| side.name()),
            Self::Through => "through",
            Self::Seats => "seats",
            Self::Capacity => "weight_capacity",
        }
    }

    /// What a product has of it; `None` when it is unknown.
    pub(super) fn measure(self, filters: &Filters, catalogue: &Catalogue, place: u32) -> Option<f64> {
        match self {
            Self::PriceMin | Self::PriceMax => catalogue.prices().get(place),
            Self::SizeMin(at) | Self::SizeMax(at) => catalogue.side(filters.sizes.get(at)?.0).get(place),
            Self::Through => catalogue.width_to_pass(place, filters.through?.height_cm),
            Self::Seats => catalogue.columns.seats.get(place),
            Self::Capacity => catalogue.columns.capacities.get(place),
        }
    }

    fn is_kept(self, asked: f64, actual: Option<f64>) -> bool {
        actual.is_some_and(|actual| if self.is_most() { actual <= asked } else { actual >= asked })
    }
}

impl Side {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Width => "width",
            Self::Depth => "depth",
            Self::Height => "height",
        }
    }
}

impl Catalogue {
    /// Keeps what passes through an opening.
    pub(super) fn keep_passing(&self, places: &mut Places, opening: Opening) {
        places.retain(|place| {
            self.width_to_pass(place, opening.height_cm).is_some_and(|needed| needed <= opening.width_cm)
        });
    }

    /// The least width of an opening of that height that a product passes through, its longest side ahead. Without a height the opening
    /// is as high as it is wide. `None` when a side is unknown, or the opening too low whatever its width.
    fn width_to_pass(&self, place: u32, height_cm: Option<f64>) -> Option<f64> {
        let side = |side| self.side(side).get(place);
        let mut sides = [side(Side::Width)?, side(Side::Depth)?, side(Side::Height)?];
        sides.sort_by(f64::total_cmp);
        let [small, middle, _] = sides;
        match height_cm {
            Some(height) if middle <= height => Some(small),
            Some(height) if small > height => None,
            _ => Some(middle),
        }
    }

    /// Why products among `asked_for` are not among what the filters let through.
    #[must_use]
    pub fn rejections(&self, filters: &Filters, asked_for: &Places) -> Rejections {
        let mut turned_away = asked_for.clone();
        turned_away.subtract(&self.matching(filters));
        let limits = filters.limits();
        let mut missed: Vec<(u32, Vec<Rejected>)> =
            turned_away.iter().map(|place| (place, self.missed(filters, &limits, place))).collect();
        missed.retain(|(_, missed)| !missed.is_empty());
        let total = u32::try_from(missed.len()).unwrap_or(u32::MAX);
        missed.sort_by_key(|(place, missed)| (missed.len(), self.window_rank(*place)));
        Rejections { rejected: missed.into_iter().take(EXPLAINED).flat_map(|(_, missed)| missed).collect(), total }
    }

    fn missed(&self, filters: &Filters, limits: &[Limit], place: u32) -> Vec<Rejected> {
        let missed = limits.iter().filter_map(|limit| {
            let (asked, actual) = (limit.asked(filters)?, limit.measure(filters, self, place));
            let side = if limit.is_most() { "at most" } else { "at least" };
            (!limit.is_kept(asked, actual)).then(|| Rejected {
                place,
                constraint: limit.name(filters),
                actual: actual.map(|actual| self.display(actual, limit.unit())).unwrap_or_default(),
                wanted: format!("{side} {}", self.display(asked, limit.unit())),
            })
        });
        let sold_out = filters.exclude_out_of_stock && self.is_sold_out(place);
        let stock = sold_out.then(|| Rejected {
            place,
            constraint: "stock",
            actual: "out of stock".to_owned(),
            wanted: "in stock".to_owned(),
        });
        missed.chain(stock).collect()
    }

    /// A number of a limit, for people.
    fn display(&self, number: f64, unit: &str) -> String {
        match unit {
            MINOR => Money::new(number as i64, self.currency).to_string(),
            unit => display_number(number, unit).into_string(),
        }
    }
}
