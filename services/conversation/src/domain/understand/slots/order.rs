//! Order, paging, and wishes relative to what is shown.

use super::SlotReader;
use crate::domain::{
    understand::reading::Value,
    understanding::{Paging, PriceWord, Relative, SearchPatch, SortOrder},
};

/// Largest number that can be a page's.
const LAST_PAGE: u32 = 999;

impl SlotReader<'_> {
    pub(super) fn order(&mut self, patch: &mut SearchPatch) {
        patch.sort = self.sort();
        patch.page = self.page(patch);
        self.relative(patch);
    }

    fn sort(&mut self) -> Option<SortOrder> {
        const ORDERS: [(&str, SortOrder); 5] = [
            ("cheapest", SortOrder::PriceLow),
            ("dearest", SortOrder::PriceHigh),
            ("sort_high", SortOrder::PriceHigh),
            ("sort_rating", SortOrder::Rating),
            ("sort_low", SortOrder::PriceLow),
        ];
        let high_to_low = self.line.has("sort_high") && !self.line.has("cheapest");
        for (group, order) in ORDERS {
            if let Some((from, to)) = self.line.find(group) {
                self.take(from, to);
                return Some(if high_to_low { SortOrder::PriceHigh } else { order });
            }
        }
        None
    }

    /// "more" asks for the next page only when nothing new is asked with it.
    fn page(&mut self, patch: &SearchPatch) -> Option<Paging> {
        let new_wish = patch.category.is_some() || !patch.colours.is_empty() || !patch.materials.is_empty();
        if let Some(page) = self.numbered_page() {
            return Some(Paging::To(page));
        }
        if self.line.has("last_page") {
            return Some(Paging::Last);
        }
        if self.line.has("previous_page") {
            return Some(Paging::Previous);
        }
        let same = patch.category.is_none() || patch.category == self.situation.category;
        if self.line.has("next_page") && (!new_wish || (same && patch.colours.is_empty() && patch.materials.is_empty()))
        {
            return Some(Paging::Next);
        }
        None
    }

    /// "page 3", "page two".
    fn numbered_page(&mut self) -> Option<u32> {
        let at = (1..self.line.len()).find(|at| self.line.stem_before(*at) == "page")?;
        let Value::Number(number) = self.line.units[at].value else { return None };
        let is_page = number.fract() == 0.0 && (1.0..=f64::from(LAST_PAGE)).contains(&number);
        is_page.then(|| {
            self.take(at - 1, at + 1);
            number as u32
        })
    }

    fn relative(&mut self, patch: &mut SearchPatch) {
        const WORDS: [(&str, Relative); 8] = [
            ("cheaper", Relative::Cheaper),
            ("dearer", Relative::Dearer),
            ("taller", Relative::Taller),
            ("lower", Relative::Lower),
            ("deeper", Relative::Deeper),
            ("shallower", Relative::Shallower),
            ("smaller", Relative::Smaller),
            ("bigger", Relative::Bigger),
        ];
        let said = WORDS.iter().find_map(|(group, relative)| {
            let (from, to) = self.line.find(group)?;
            (!(from..to).any(|at| self.taken.contains(&at))).then_some((from, to, *relative))
        });
        let Some((from, to, relative)) = said else { return };
        self.take(from, to);
        if patch.price_max.is_some() || patch.price_min.is_some() || !patch.sizes.is_empty() {
            return;
        }
        if self.situation.searching || self.situation.shown > 0 {
            patch.relative = Some(relative);
        } else if relative == Relative::Cheaper {
            patch.price_word = patch.price_word.or(Some(PriceWord::Low));
        }
    }
}
