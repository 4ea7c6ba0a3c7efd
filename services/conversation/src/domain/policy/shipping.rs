//! What delivery costs and how long it takes.

use easymart_core::Money;
use serde::Serialize;

use super::profile::{DaySpan, PostcodeArea, Profile};
use crate::domain::places::places;

/// What is known of a postcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PostcodeKind {
    /// None was said.
    Absent,
    /// One of the delivery area.
    Valid,
    /// Four digits outside every range, or not four digits.
    Unknown,
}

/// How far away a postcode is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Zone {
    /// A metropolitan area.
    Metro,
    /// Elsewhere in the country.
    Regional,
    /// Not known.
    Unknown,
}

/// What is known of a place by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// It has this postcode, among others.
    Postcode(String),
    /// A whole state: it has metropolitan areas and others.
    State,
}

/// A delivery quote.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShippingQuote {
    /// What the goods cost.
    pub order_total: Option<Money>,
    /// Postcode as typed.
    pub postcode: Option<String>,
    /// What is known of it.
    pub postcode_kind: PostcodeKind,
    /// State it lies in.
    pub state: Option<String>,
    /// Metropolitan area it lies in.
    pub area: Option<String>,
    /// How far that is.
    pub zone: Zone,
    /// Standard delivery of this order; of a small one when the total is not known.
    pub standard_cost: Money,
    /// Whether standard delivery of this order is free.
    pub is_free: bool,
    /// Orders of at least this ship free.
    pub free_from: Money,
    /// What is missing until then, when the total is known and below.
    pub missing_to_free: Option<Money>,
    /// Goods and standard delivery together.
    pub total: Option<Money>,
    /// Standard time, business days: of the zone, or of metropolitan areas when it is not known.
    pub standard_days: DaySpan,
    /// Standard time elsewhere than in metropolitan areas.
    pub regional_days: DaySpan,
    /// Express price.
    pub express_cost: Money,
    /// Express time, business days.
    pub express_days: DaySpan,
    /// Where deliveries go.
    pub delivery_area: String,
}

impl Profile {
    /// Quotes delivery of an order to a postcode, either of which may be unknown.
    #[must_use]
    pub fn quote(&self, order_total: Option<Money>, postcode: Option<&str>) -> ShippingQuote {
        let standard = &self.shipping.standard;
        let free_from = self.money(standard.free_from_minor);
        let is_free = order_total.is_some_and(|total| total.minor >= free_from.minor);
        let cost = self.money(if is_free { 0 } else { standard.price_minor });
        let place = self.place(postcode);
        let regional = place.zone == Zone::Regional;
        ShippingQuote {
            order_total,
            postcode: postcode.map(str::to_owned),
            postcode_kind: place.kind,
            state: place.state,
            area: place.area,
            zone: place.zone,
            standard_cost: cost,
            is_free,
            free_from,
            missing_to_free: order_total.filter(|_| !is_free).and_then(|total| free_from.checked_sub(total)),
            total: order_total.and_then(|total| total.checked_add(cost)),
            standard_days: if regional { standard.regional_days } else { standard.metro_days },
            regional_days: standard.regional_days,
            express_cost: self.money(self.shipping.express.price_minor),
            express_days: if regional { self.shipping.express.regional_days } else { self.shipping.express.metro_days },
            delivery_area: self.shipping.area.clone(),
        }
    }

    /// Where a place lies: one of the shop's own areas by its name, else one that everybody knows.
    #[must_use]
    pub fn destination(&self, place: &str) -> Option<Destination> {
        let same = |name: &str| name.eq_ignore_ascii_case(place);
        let metro = self.postcodes.metro.iter().find(|area| same(&area.name));
        if let Some((first, _)) = metro.and_then(|area| area.ranges.first()) {
            return Some(Destination::Postcode(first.clone()));
        }
        let code = places().state(place).unwrap_or(place);
        let is_state = |area: &PostcodeArea| same(&area.name) || area.code.eq_ignore_ascii_case(code);
        if self.postcodes.states.iter().any(is_state) {
            return Some(Destination::State);
        }
        // A shop in another country knows nothing of these postcodes.
        let postcode = places().postcode(place)?;
        area_of(&self.postcodes.states, postcode).map(|_| Destination::Postcode(postcode.to_owned()))
    }

    fn place(&self, postcode: Option<&str>) -> Place {
        let Some(postcode) = postcode else {
            return Place::nowhere(PostcodeKind::Absent);
        };
        let state = area_of(&self.postcodes.states, postcode);
        let Some(state) = state else {
            return Place::nowhere(PostcodeKind::Unknown);
        };
        let metro = area_of(&self.postcodes.metro, postcode);
        Place {
            kind: PostcodeKind::Valid,
            state: Some(state.name.clone()),
            area: metro.map(|area| area.name.clone()),
            zone: if metro.is_some() { Zone::Metro } else { Zone::Regional },
        }
    }
}

struct Place {
    kind: PostcodeKind,
    state: Option<String>,
    area: Option<String>,
    zone: Zone,
}

impl Place {
    fn nowhere(kind: PostcodeKind) -> Self {
        Self { kind, state: None, area: None, zone: Zone::Unknown }
    }
}

fn area_of<'a>(areas: &'a [PostcodeArea], postcode: &str) -> Option<&'a PostcodeArea> {
    // Four digits compare as text as they do as numbers.
    let within = |(from, to): &(String, String)| from.as_str() <= postcode && postcode <= to.as_str();
    is_four_digits(postcode).then(|| areas.iter().find(|area| area.ranges.iter().any(within))).flatten()
}

pub(super) fn is_four_digits(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit())
}
