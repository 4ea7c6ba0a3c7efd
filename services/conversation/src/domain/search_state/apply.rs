//! Applying a patch: same slot replaces, new slot adds, another category starts afresh.

use easymart_core::Money;

use super::{PriceRule, SearchState};
use crate::domain::{
    names::Names,
    product::Brief,
    understanding::{Dimension, Exclusions, Paging, PriceWord, Relative, SearchPatch, SizeLimit, SortOrder},
};

/// How far "around" reaches, in per cent of the price said, to either side.
const AROUND_PERCENT: i64 = 25;

/// What applying a patch did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Applied {
    /// The rule that a relative wish or a price word was turned into.
    pub rule: Option<Rule>,
    /// Whether another category began a new search.
    pub new_search: bool,
}

/// A rule that the reply has to state, since the shopper did not say it in so many words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Cheapest first, for a word such as "cheap".
    CheapestFirst,
    /// Dearest first, for a word such as "premium".
    DearestFirst,
    /// Within a band about a price.
    Around,
    /// Below the cheapest shown.
    Below,
    /// Above the dearest shown.
    Above,
    /// Of more of a side than anything shown: wider, deeper, taller.
    MoreOf(Dimension),
    /// Of less of a side than anything shown.
    LessOf(Dimension),
    /// A relative size was wished, and nothing shown states its size.
    SizeUnknown,
}

impl SearchState {
    /// Applies what a message says. `shown` is the list that relative wishes refer to.
    pub fn apply(&mut self, patch: &SearchPatch, shown: &[Brief], names: &Names) -> Applied {
        let mut applied = Applied::default();
        let before = self.clone();
        self.apply_category(patch, names, &mut applied);
        for slot in &patch.remove {
            self.remove(slot);
        }
        self.apply_attributes(patch);
        self.narrow_to_room(names);
        self.apply_exclusions(&patch.exclude);
        self.apply_price(patch, shown, &mut applied);
        self.apply_sizes(patch, shown, &mut applied);
        self.apply_order(patch, &mut applied);
        self.apply_page(patch, &before);
        applied
    }

    fn apply_category(&mut self, patch: &SearchPatch, names: &Names, applied: &mut Applied) {
        let Some(category) = &patch.category else {
            return;
        };
        let related = self
            .category
            .as_deref()
            .is_some_and(|current| names.is_within(category, current) || names.is_within(current, category));
        let alone = SearchPatch { category: patch.category.clone(), ..SearchPatch::default() };
        let restated = self.category.as_ref() == Some(category) && *patch == alone;
        if !related && self.category.is_some() || restated {
            *self = Self { room: self.room.take(), ..Self::default() };
            applied.new_search = true;
        }
        // What was looked for without a category ("something red") narrows to the category named now.
        self.category = Some(category.clone());
        self.exclude.categories.retain(|other| other != category);
        if patch.query.is_none() {
            self.query = None;
        }
    }

    fn apply_attributes(&mut self, patch: &SearchPatch) {
        if patch.other_colour {
            self.exclude.colours.append(&mut self.colours);
        }
        if patch.also {
            permit(&mut self.colours, &patch.colours, &self.exclude.colours);
            permit(&mut self.materials, &patch.materials, &self.exclude.materials);
        } else {
            replace(&mut self.colours, &patch.colours);
            replace(&mut self.materials, &patch.materials);
        }
        replace(&mut self.features, &patch.features);
        replace_one(&mut self.query, &patch.query);
        replace_one(&mut self.style, &patch.style);
        replace_one(&mut self.room, &patch.room);
        replace_one(&mut self.brand, &patch.brand);
        replace_one(&mut self.bed_size, &patch.bed_size);
        replace_one(&mut self.seats, &patch.seats);
        replace_one(&mut self.weight_capacity_kg, &patch.weight_capacity_kg);
        for (wanted, excluded) in [
            (&patch.colours, &mut self.exclude.colours),
            (&patch.materials, &mut self.exclude.materials),
            (&patch.features, &mut self.exclude.features),
        ] {
            excluded.retain(|value| !wanted.contains(value));
        }
        if let Some(brand) = &patch.brand {
            self.exclude.brands.retain(|other| other != brand);
        }
    }

    /// A kind of furniture that is made for the room says more than the room, which the catalogue rarely states.
    fn narrow_to_room(&mut self, names: &Names) {
        let (Some(category), Some(room)) = (&self.category, &self.room) else {
            return;
        };
        if let Some(narrower) = names.made_for(category, room) {
            (self.category, self.room) = (Some(narrower), None);
        }
    }

    fn apply_exclusions(&mut self, exclude: &Exclusions) {
        add_all(&mut self.exclude.categories, &exclude.categories);
        add_all(&mut self.exclude.colours, &exclude.colours);
        add_all(&mut self.exclude.materials, &exclude.materials);
        add_all(&mut self.exclude.brands, &exclude.brands);
        add_all(&mut self.exclude.features, &exclude.features);
        self.colours.retain(|value| !exclude.colours.contains(value));
        self.materials.retain(|value| !exclude.materials.contains(value));
        self.features.retain(|value| !exclude.features.contains(value));
        if self.brand.as_ref().is_some_and(|brand| exclude.brands.contains(brand)) {
            self.brand = None;
        }
    }

    fn apply_price(&mut self, patch: &SearchPatch, shown: &[Brief], applied: &mut Applied) {
        if patch.price_min.is_some() || patch.price_max.is_some() {
            self.say_price(patch.price_min, patch.price_max);
        } else if let Some(price) = patch.price_around {
            self.price_around(price);
            applied.rule = Some(Rule::Around);
        } else if let Some(relative) = patch.relative {
            self.price_relative(relative, shown, applied);
        }
    }

    fn say_price(&mut self, min: Option<Money>, max: Option<Money>) {
        if self.price_rule.take().is_some() || (min.is_some() && max.is_some()) {
            (self.price_min, self.price_max) = (None, None);
        }
        if min.is_some() {
            self.price_min = min;
            let contradicted = |limit: &Money| min.is_some_and(|min| limit.minor < min.minor);
            self.price_max = max.or(self.price_max.filter(|limit| !contradicted(limit)));
        }
        if max.is_some() {
            self.price_max = max;
            let contradicted = |limit: &Money| max.is_some_and(|max| limit.minor > max.minor);
            self.price_min = min.or(self.price_min.filter(|limit| !contradicted(limit)));
        }
    }

    fn price_around(&mut self, price: Money) {
        let unit = 10_i64.pow(price.currency.exponent());
        let reach = price.minor / 100 * AROUND_PERCENT + price.minor % 100 * AROUND_PERCENT / 100;
        // Whole units, rounded towards the price.
        let low = price.minor.saturating_sub(reach);
        let low = low.div_euclid(unit) * unit + i64::from(low % unit != 0) * unit;
        let high = price.minor.saturating_add(reach) / unit * unit;
        self.price_min = Some(Money::new(low, price.currency));
        self.price_max = Some(Money::new(high.max(price.minor), price.currency));
        self.price_rule = Some(PriceRule::Around { price });
    }

    fn price_relative(&mut self, relative: Relative, shown: &[Brief], applied: &mut Applied) {
        let prices = || shown.iter().filter_map(|product| product.price);
        let (Some(low), Some(high)) =
            (prices().min_by_key(|price| price.minor), prices().max_by_key(|price| price.minor))
        else {
            self.price_order(relative, applied);
            return;
        };
        let (least, most) = self.said_prices();
        match relative {
            Relative::Cheaper => {
                (self.price_min, self.price_rule) = (None, Some(PriceRule::Below { price: low, said: most }));
                self.price_max = Some(Money::new(low.minor.saturating_sub(1).max(0), low.currency));
                applied.rule = Some(Rule::Below);
            }
            Relative::Dearer => {
                (self.price_max, self.price_rule) = (None, Some(PriceRule::Above { price: high, said: least }));
                self.price_min = Some(Money::new(high.minor.saturating_add(1), high.currency));
                applied.rule = Some(Rule::Above);
            }
            _ => {}
        }
        // Nearest to what was seen first.
        if applied.rule == Some(Rule::Below) && self.sort == Some(SortOrder::PriceHigh) {
            self.sort = None;
        }
    }

    /// With nothing shown to compare with, a relative price is an order.
    fn price_order(&mut self, relative: Relative, applied: &mut Applied) {
        let (order, rule) = match relative {
            Relative::Cheaper => (SortOrder::PriceLow, Rule::CheapestFirst),
            Relative::Dearer => (SortOrder::PriceHigh, Rule::DearestFirst),
            _ => return,
        };
        self.sort = Some(order);
        applied.rule = Some(rule);
    }

    fn apply_sizes(&mut self, patch: &SearchPatch, shown: &[Brief], applied: &mut Applied) {
        for limit in &patch.sizes {
            self.limit(*limit);
        }
        let Some((dimension, more)) = patch.relative.and_then(Relative::side) else {
            return;
        };
        let sides = shown.iter().filter_map(|product| product.side(dimension));
        let edge = if more { sides.max_by(f64::total_cmp) } else { sides.min_by(f64::total_cmp) };
        let Some(edge) = edge else {
            applied.rule = Some(Rule::SizeUnknown);
            return;
        };
        applied.rule = Some(if more { Rule::MoreOf(dimension) } else { Rule::LessOf(dimension) });
        // Sizes are stated to the millimetre: one more, or one less, is the next size there is.
        self.limit(if more {
            SizeLimit { dimension, min_cm: Some(edge + 0.1), max_cm: None }
        } else {
            SizeLimit { dimension, min_cm: None, max_cm: Some((edge - 0.1).max(0.0)) }
        });
    }

    fn limit(&mut self, limit: SizeLimit) {
        let old = self.size(limit.dimension).copied();
        self.drop_dimension(limit.dimension);
        let keep_min = |min: &f64| limit.min_cm.is_none() && limit.max_cm.is_none_or(|max| *min <= max);
        let keep_max = |max: &f64| limit.max_cm.is_none() && limit.min_cm.is_none_or(|min| *max >= min);
        self.sizes.push(SizeLimit {
            dimension: limit.dimension,
            min_cm: limit.min_cm.or(old.and_then(|old| old.min_cm).filter(keep_min)),
            max_cm: limit.max_cm.or(old.and_then(|old| old.max_cm).filter(keep_max)),
        });
    }

    fn apply_order(&mut self, patch: &SearchPatch, applied: &mut Applied) {
        if let Some(word) = patch.price_word {
            let (order, rule) = match word {
                PriceWord::Low => (SortOrder::PriceLow, Rule::CheapestFirst),
                PriceWord::High => (SortOrder::PriceHigh, Rule::DearestFirst),
            };
            (self.sort, self.price_word) = (Some(order), Some(word));
            applied.rule = Some(rule);
        }
        if let Some(order) = patch.sort {
            self.sort = Some(order).filter(|order| *order != SortOrder::Relevance);
            self.price_word = None;
        }
    }

    fn apply_page(&mut self, patch: &SearchPatch, before: &Self) {
        let same = Self { page: before.page, ..self.clone() } == *before;
        self.page = match patch.page {
            Some(Paging::Next) if same => before.page.saturating_add(1),
            Some(Paging::Previous) if same => before.page.saturating_sub(1).max(1),
            Some(Paging::To(page)) if same => page.max(1),
            _ => 1,
        };
    }
}

fn replace(slot: &mut Vec<String>, said: &[String]) {
    if !said.is_empty() {
        *slot = said.to_vec();
    }
}

/// Adds values to those that will do. One that was excluded is only excluded no more.
fn permit(slot: &mut Vec<String>, said: &[String], excluded: &[String]) {
    let fresh = said.iter().filter(|value| !excluded.contains(value));
    let fresh: Vec<String> = fresh.filter(|value| !slot.contains(value)).cloned().collect();
    slot.extend(fresh);
}

fn replace_one<T: Clone>(slot: &mut Option<T>, said: &Option<T>) {
    if said.is_some() {
        slot.clone_from(said);
    }
}

fn add_all(list: &mut Vec<String>, more: &[String]) {
    for value in more {
        if !list.contains(value) {
            list.push(value.clone());
        }
    }
}
