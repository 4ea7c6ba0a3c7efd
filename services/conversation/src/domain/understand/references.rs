//! Which products or cart lines a line points at, in the order they are named.

use std::collections::HashSet;

use super::{
    line::Line,
    quantity::lone_number,
    reading::{Entity, Unit, Value},
    slots::{is_part_of_product, words},
};
use crate::domain::{
    lexicon::{Lexicon, TermKind},
    understanding::{Intent, Reference, Situation},
};

/// Largest number that a bare numeral can have as a place on a list.
const LAST_BARE_PLACE: f64 = 20.0;

/// Reads the references of a line that asks for `intent`.
pub(crate) fn read(line: &Line<'_>, intent: Intent, lexicon: &Lexicon, situation: &Situation) -> Vec<Reference> {
    let mut reader = ReferenceReader { line, lexicon, intent, situation, found: Vec::new(), taken: HashSet::new() };
    reader.codes();
    reader.groups_of_places();
    reader.places();
    reader.bare_numbers();
    reader.others();
    reader.named();
    reader.traits();
    reader.pointed();
    reader.pronouns();
    reader.finish()
}

struct ReferenceReader<'a> {
    line: &'a Line<'a>,
    lexicon: &'a Lexicon,
    intent: Intent,
    situation: &'a Situation,
    /// With the place where each was named.
    found: Vec<(usize, Reference)>,
    taken: HashSet<usize>,
}

impl ReferenceReader<'_> {
    fn add(&mut self, from: usize, to: usize, reference: Reference) {
        self.taken.extend(from..to.max(from + 1));
        if !self.found.iter().any(|(_, other)| *other == reference) {
            self.found.push((from, reference));
        }
    }

    fn is_free(&self, at: usize) -> bool {
        !self.taken.contains(&at)
    }

    fn is_about_cart(&self) -> bool {
        matches!(
            self.intent,
            Intent::CartAdd
                | Intent::CartRemove
                | Intent::CartUpdateQuantity
                | Intent::CartShow
                | Intent::CartClear
                | Intent::Checkout
        )
    }

    fn codes(&mut self) {
        for (at, unit) in self.line.units.iter().enumerate() {
            match unit.value {
                Value::Code => self.add(at, at + 1, Reference::Sku(unit.raw.clone())),
                Value::Url => {
                    if let Some(handle) = handle_of(&unit.text) {
                        self.add(at, at + 1, Reference::Sku(handle));
                    }
                }
                _ => {}
            }
        }
        self.spelt_out_code();
    }

    /// "sku ABC": what follows the word is a code whatever it looks like.
    fn spelt_out_code(&mut self) {
        let introduced = |at: usize| matches!(self.line.stem_before(at), "sku" | "skus");
        let at = (1..self.line.len()).find(|at| {
            introduced(*at) && !self.line.units[*at].is(Entity::Code) && !words::is_stop(self.line.units[*at])
        });
        if let Some(at) = at {
            let raw = self.line.units[at].raw.clone();
            self.add(at, at + 1, Reference::Sku(raw));
        }
    }

    /// "the first two", "both", "all of them".
    fn groups_of_places(&mut self) {
        if let Some((from, to)) = self.line.find("reference_first_n") {
            let count = (from..to).find_map(|at| small_number(self.line.units[at]));
            let both = self.line.stem(from) == "both";
            let place_follows = self
                .line
                .units
                .get(from + 1..)
                .is_some_and(|rest| rest.iter().any(|unit| unit.is(Entity::Ordinal) || unit.is(Entity::Option)));
            if !(both && place_follows) {
                self.add(from, to, Reference::FirstN(Some(count.unwrap_or(2))));
            } else {
                self.taken.insert(from);
            }
        } else if let Some((from, to)) = self.line.find("reference_all") {
            let reference = if self.is_about_cart() && self.intent != Intent::CartAdd {
                Reference::WholeCart
            } else {
                Reference::FirstN(None)
            };
            self.add(from, to, reference);
        }
    }

    /// "option 2", "the third one", "the last one".
    fn places(&mut self) {
        for at in 0..self.line.len() {
            if !self.is_free(at) {
                continue;
            }
            match self.line.units[at].value {
                Value::Option(place) => self.option(at, place),
                Value::Ordinal(place) if self.is_place(at) => self.add(at, at + 1, Reference::Option(place)),
                _ => {}
            }
        }
        let last = self.line.find("reference_last").filter(|(from, to)| (*from..*to).all(|at| self.is_free(at)));
        if let Some((from, to)) = last {
            self.add(from, to, Reference::Last);
        }
    }

    /// "options 1 and 2": the numbers behind belong to it.
    fn option(&mut self, at: usize, place: u32) {
        self.add(at, at + 1, Reference::Option(place));
        let mut next = at + 1;
        while let Some((step, place)) = self.listed_number(next) {
            self.add(step, step + 1, Reference::Option(place));
            next = step + 1;
        }
    }

    fn listed_number(&self, at: usize) -> Option<(usize, u32)> {
        let step = at + usize::from(matches!(self.line.stem(at), "and" | "or" | "with" | "to" | "v" | "vs" | "versus"));
        let joined = step > at || (at > 0 && self.line.breaks_after(at - 1));
        let unit = self.line.units.get(step).filter(|_| joined && self.intent != Intent::CartUpdateQuantity)?;
        Some((step, small_number(unit)?))
    }

    /// Ordinals that count something else: "first glance", "a second", "second hand", "first time".
    fn is_place(&self, at: usize) -> bool {
        let next = self.line.stem(at + 1);
        let idiom = matches!(
            next,
            "glance"
                | "hand"
                | "time"
                | "thing"
                | "order"
                | "class"
                | "of"
                | "place"
                | "floor"
                | "day"
                | "week"
                | "name"
                | "thought"
                | "half"
                | "home"
        ) && !(next == "thing" && self.line.has("in_cart"))
            && !(next == "of" && matches!(self.line.stem(at + 2), "these" | "those" | "them" | "the"));
        let with_article = matches!(self.line.stem_before(at), "a" | "at" | "one" | "per");
        !idiom && !with_article
    }

    /// "compare 1 and 3": where only places make sense, numerals are places.
    fn bare_numbers(&mut self) {
        let only_places = matches!(
            self.intent,
            Intent::ProductCompare | Intent::FindSimilar | Intent::ProductSpecQa | Intent::ProductAvailability
        );
        let lone = self.line.units.iter().filter(|unit| !unit.is_courtesy).count() <= 2;
        let numbers: Vec<(usize, u32)> = (0..self.line.len())
            .filter(|at| self.is_free(*at))
            .filter_map(|at| small_number(self.line.units[at]).map(|place| (at, place)))
            .filter(|(at, _)| !self.is_counted(*at))
            .collect();
        let comparing = self.intent == Intent::ProductCompare && numbers.len() > 1;
        let names_kind = self.line.units.iter().any(|unit| unit.has(TermKind::Category) || unit.is(Entity::Code));
        // "add 2", "add 2 and 4": with nothing that they could count. Where one product is spoken of, "add 2" counts pieces of it.
        let one_place = lone && numbers.len() == 1 && !(self.situation.about_one && lone_number(self.line).is_some());
        let adding = self.intent == Intent::CartAdd && (one_place || numbers.len() > 1 && !names_kind);
        if comparing
            || adding
            || (only_places && lone)
            || (only_places && self.intent != Intent::ProductCompare && self.named_by_article(&numbers))
        {
            for (at, place) in numbers {
                self.add(at, at + 1, Reference::Option(place));
            }
        }
    }

    fn named_by_article(&self, numbers: &[(usize, u32)]) -> bool {
        matches!(numbers, [(at, _)] if matches!(self.line.stem_before(*at), "like" | "on" | "about" | "is"))
    }

    /// Whether a numeral counts what follows, or belongs to a price or size.
    fn is_counted(&self, at: usize) -> bool {
        let next = self.line.units.get(at + 1).filter(|_| !self.line.breaks_after(at));
        next.is_some_and(|next| {
            next.has(TermKind::Category) || next.in_class("counted") || matches!(next.stem.as_str(), "of" | "x")
        }) || matches!(self.line.stem_before(at), "under" | "over" | "below" | "than" | "qty" | "quantity" | "within")
    }

    /// "the other one", "the cheapest", "the $65 one".
    fn others(&mut self) {
        if let Some((from, to)) = self.line.find("reference_other") {
            self.add(from, to, Reference::Other);
        }
        for (group, reference) in
            [("reference_cheapest", Reference::Cheapest), ("reference_dearest", Reference::Dearest)]
        {
            let comparing = self.intent == Intent::ProductCompare;
            if let Some((from, to)) = self.line.find(group).filter(|_| !comparing) {
                self.add(from, to, reference);
            }
        }
        for at in 0..self.line.len() {
            if let Value::Money(money) = self.line.units[at].value {
                let pointed = matches!(self.line.stem_before(at), "the" | "that" | "this")
                    && (self
                        .line
                        .units
                        .get(at + 1)
                        .is_some_and(|next| next.stem == "one" || next.has(TermKind::Category)));
                if pointed {
                    self.add(at, at + 2, Reference::Price(money));
                }
            }
        }
    }

    /// Noun phrases around a category: "the Moonbeam recliner", "that white standing desk", "the desk".
    fn named(&mut self) {
        for at in 0..self.line.len() {
            if !self.line.units[at].has(TermKind::Category) || !self.is_free(at) {
                continue;
            }
            let (from, to) = (self.phrase_start(at), self.phrase_end(at));
            if (from..at).any(|place| !self.is_free(place)) || self.is_kept(from) || self.is_part(from, at) {
                continue;
            }
            let bare = from == at && to == at + 1;
            let reference = if bare { self.category(at) } else { Some(Reference::Name(self.raw(from, to))) };
            if let Some(reference) = reference {
                self.add(from, to, reference);
            }
        }
        self.lone_name();
    }

    fn category(&self, at: usize) -> Option<Reference> {
        let unit = self.line.units[at];
        let id = unit.terms.iter().find(|id| self.lexicon.term(**id).kind == TermKind::Category)?;
        Some(Reference::Category(self.lexicon.term(*id).value.clone()))
    }

    /// Start of the phrase that ends at `at`: names, traits, unknown words and "3 seater" before it.
    fn phrase_start(&self, at: usize) -> usize {
        let mut start = at;
        while start > 0 && !self.line.breaks_after(start - 1) && start + 6 > at {
            let unit = self.line.units[start - 1];
            let counts_part = unit.is(Entity::Number) && start < at;
            let describes =
                unit.is_term() || counts_part || unit.stem == "seater" || unit.stem == "effect" || words::is_free(unit);
            if !describes || is_verb(unit) {
                break;
            }
            start -= 1;
        }
        start
    }

    /// Two categories in a row are one name: "modular sofa lounge".
    fn phrase_end(&self, at: usize) -> usize {
        let goes_on = |place: &usize| {
            !self.line.breaks_after(place - 1)
                && self.line.units.get(*place).is_some_and(|unit| unit.has(TermKind::Category))
        };
        (at + 1..self.line.len() + 1).find(|place| !goes_on(place)).unwrap_or(at + 1)
    }

    /// "the seat of option 2", "which of these has a footrest": a part of what is asked about.
    fn is_part(&self, from: usize, at: usize) -> bool {
        let about_product =
            matches!(self.intent, Intent::ProductSpecQa | Intent::ProductCompare | Intent::ProductAvailability);
        let article = usize::from(matches!(self.line.stem_before(from), "a" | "an" | "any" | "the"));
        let verb = self.line.stem_before(from - article);
        let has =
            matches!(verb, "has" | "have" | "with" | "include" | "includes" | "got" | "without" | "need" | "needs");
        about_product && (is_part_of_product(self.line, at) || (has && from > article + 1))
    }

    /// "remove the desk but keep the chair": what is to stay is not what the act is about.
    fn is_kept(&self, at: usize) -> bool {
        let verb = (0..at).rev().map(|before| self.line.stem(before)).find(|stem| {
            matches!(
                *stem,
                "keep" | "leave" | "want" | "remove" | "delete" | "take" | "ditch" | "drop" | "scrap" | "bin" | "lose"
            )
        });
        let only = self.line.units[..at].iter().any(|unit| unit.stem == "only");
        self.intent == Intent::CartRemove && matches!((verb, only), (Some("keep" | "leave"), _) | (Some("want"), true))
    }

    /// "is the Moonbeam available": a capitalised word that no list knows.
    fn lone_name(&mut self) {
        if !self.found.is_empty() {
            return;
        }
        let is_name = |at: usize| {
            let unit = self.line.units[at];
            at > 0
                && words::is_free(unit)
                && !unit.is_term()
                && unit.classes == 0
                && unit.word == 0
                && unit.raw.starts_with(char::is_uppercase)
                && self.is_free(at)
        };
        let Some(from) = (0..self.line.len()).find(|at| is_name(*at)) else { return };
        let to = (from..self.line.len()).find(|at| !is_name(*at)).unwrap_or(self.line.len());
        let name = self.raw(from, to);
        self.add(from, to, Reference::Name(name));
    }

    /// "the vila one", "the 140cm one", "the 3 seater one", "add the barnsly": what an article points at on the list by a word of its name.
    fn pointed(&mut self) {
        if !self.found.is_empty() || self.situation.shown == 0 {
            return;
        }
        let names = |at: usize| {
            let unit = self.line.units[at];
            let counted =
                unit.is(Entity::Number) && self.line.units.get(at + 1).is_some_and(|next| next.in_class("counted"));
            counted || matches!(unit.value, Value::Length(_)) || (words::is_free(unit) && !is_verb(unit))
        };
        let article = |at: &usize| matches!(self.line.stem_before(*at), "the" | "that") && names(*at);
        let Some(from) = (1..self.line.len()).find(article) else { return };
        let to = (from..self.line.len()).find(|at| !names(*at)).unwrap_or(self.line.len());
        let points = self.line.stem(to) == "one" || (to == self.line.len() && self.is_about_cart());
        if points {
            let name = self.raw(from, to);
            self.add(from, to + 1, Reference::Name(name));
        }
    }

    fn raw(&self, from: usize, to: usize) -> String {
        let words: Vec<&str> = self.line.units[from..to].iter().map(|unit| unit.raw.as_str()).collect();
        words.join(" ")
    }

    /// "the red one", "the leather ones".
    fn traits(&mut self) {
        for at in 0..self.line.len() {
            let unit = self.line.units[at];
            let pointed = matches!(self.line.stem(at + 1), "one")
                || matches!(self.line.stem_before(at), "the" | "that") && at + 1 == self.line.len();
            if !self.is_free(at) || !pointed {
                continue;
            }
            let trait_of = |kind: TermKind| {
                unit.terms
                    .iter()
                    .find(|id| self.lexicon.term(**id).kind == kind)
                    .map(|id| self.lexicon.term(*id).value.clone())
            };
            let kinds = [
                (TermKind::Colour, "colour"),
                (TermKind::Material, "material"),
                (TermKind::Brand, "brand"),
                (TermKind::BedSize, "size"),
                (TermKind::Style, "style"),
            ];
            if let Some((name, value)) =
                kinds.iter().find_map(|(kind, name)| trait_of(*kind).map(|value| (*name, value)))
            {
                self.add(at, at + 2, Reference::Attribute { name: name.to_owned(), value });
            }
        }
    }

    /// "it", "that one": only when nothing says more.
    fn pronouns(&mut self) {
        if !self.found.is_empty() {
            return;
        }
        let at = (0..self.line.len()).find(|at| self.is_free(*at) && self.is_pronoun(*at));
        if let Some(at) = at {
            self.add(at, at + 1, Reference::Pronoun);
        }
    }

    fn is_pronoun(&self, at: usize) -> bool {
        let clause = matches!(self.line.stem(at + 1), "is" | "has" | "fit" | "can" | "will" | "are" | "have")
            && at > 2
            && self.intent == Intent::ProductSearch;
        match self.line.stem(at) {
            "it" | "this" | "these" | "those" | "them" => true,
            "that" | "they" => !clause,
            _ => false,
        }
    }

    fn finish(mut self) -> Vec<Reference> {
        self.found.sort_by_key(|(at, _)| *at);
        let in_cart = self.points_into_cart();
        if self.found.is_empty()
            && self.line.has("whole_cart")
            && matches!(self.intent, Intent::CartClear | Intent::Checkout | Intent::ShippingInfo | Intent::CartRemove)
        {
            return vec![Reference::WholeCart];
        }
        let wrap = |reference: Reference| match reference {
            Reference::Option(_)
            | Reference::Last
            | Reference::FirstN(_)
            | Reference::Cheapest
            | Reference::Dearest
                if in_cart =>
            {
                Reference::InCart(Box::new(reference))
            }
            other => other,
        };
        self.found.into_iter().map(|(_, reference)| wrap(reference)).collect()
    }

    /// Whether places count the cart's lines.
    fn points_into_cart(&self) -> bool {
        let item =
            self.line.units.iter().any(|unit| matches!(unit.text.split(' ').next(), Some("item" | "thing" | "line")));
        let changing = matches!(self.intent, Intent::CartRemove | Intent::CartUpdateQuantity);
        self.intent != Intent::CartAdd && self.is_about_cart() && (self.line.has("in_cart") || (item && changing))
    }
}

/// Verbs and fillers that can stand before a name without belonging to it.
fn is_verb(unit: &Unit) -> bool {
    [
        "add", "remove", "show", "clear", "take", "change", "want", "cart", "neg", "wh", "modal", "worth", "return",
        "ship",
    ]
    .iter()
    .any(|class| unit.in_class(class))
        && !unit.is_term()
}

fn small_number(unit: &Unit) -> Option<u32> {
    match unit.value {
        Value::Number(value) if value.fract() == 0.0 && (1.0..=LAST_BARE_PLACE).contains(&value) => Some(value as u32),
        _ => None,
    }
}

/// The handle in a product's address: the last part of its path.
fn handle_of(url: &str) -> Option<String> {
    let path = url.split(['?', '#']).next()?.split_once("//").map_or(url, |(_, rest)| rest);
    let last = path.trim_end_matches('/').rsplit('/').next()?;
    (path.contains('/') && !last.is_empty() && !last.contains('.')).then(|| last.to_owned())
}
