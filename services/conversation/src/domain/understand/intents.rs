//! Scores every intent for one line: the classifier's log odds, the rules' evidence, and what the situation makes likely.

use super::{
    classifier::classifier,
    contradiction,
    grammar::{Rule, Topic, grammar},
    language,
    line::Line,
    reading::{Entity, Unit, Value},
    slots::words,
};
use crate::domain::{
    lexicon::{Lexicon, TermKind},
    understanding::{Intent, PendingKind, Score, SearchPatch, Situation},
};

/// Evidence that settles a question unless something equally strong speaks against it, in log odds.
const DECISIVE: f32 = 6.0;
/// Evidence that tips a balance.
const STRONG: f32 = 3.0;
/// Evidence that counts.
const WEAK: f32 = 1.2;
/// Evidence that decides between equals.
const SLIGHT: f32 = 0.7;
/// From here on a number alone is neither a place on a list nor a count.
const LARGE_NUMBER: f64 = 100.0;
/// Most words of a finer point of what was just told: "how long do i have".
const LONGEST_FINER_POINT: usize = 6;
/// Scores below this are left out of the trace.
const LEAST_SCORE: f32 = 0.01;

/// All that is known about a line before its intents are ranked.
pub(crate) struct Evidence<'a> {
    pub(crate) line: &'a Line<'a>,
    pub(crate) text: &'a str,
    pub(crate) patch: &'a SearchPatch,
    pub(crate) situation: &'a Situation,
    pub(crate) lexicon: &'a Lexicon,
    /// Whether the message holds a payment card's number.
    pub(crate) has_card: bool,
    /// Whether the message holds markup of tools or prompts.
    pub(crate) has_markup: bool,
}

/// Intents with evidence, best first.
pub(crate) fn rank(evidence: &Evidence<'_>) -> Vec<Score> {
    let mut tally = Tally::new(evidence);
    tally.rules(evidence);
    tally.language(evidence);
    tally.contradictions(evidence);
    tally.content(evidence);
    tally.situation(evidence);
    tally.ranked()
}

/// Log odds and reasons of each intent.
struct Tally {
    sums: Vec<(Intent, f32, Vec<String>)>,
    /// What the classifier made of the wording alone.
    wording: Vec<(Intent, f32)>,
}

impl Tally {
    fn new(evidence: &Evidence<'_>) -> Self {
        let logits = classifier().logits(&evidence.line.units, evidence.line.asks);
        let wording: Vec<(Intent, f32)> = classifier().intents().iter().copied().zip(logits).collect();
        let sums = wording.iter().map(|(intent, logit)| (*intent, *logit, Vec::new())).collect();
        Self { sums, wording }
    }

    fn add(&mut self, intent: Intent, weight: f32, reason: &str) {
        match self.sums.iter_mut().find(|(other, ..)| *other == intent) {
            Some((_, sum, reasons)) => {
                *sum += weight;
                reasons.push(reason.to_owned());
            }
            None => self.sums.push((intent, weight, vec![reason.to_owned()])),
        }
    }

    fn rules(&mut self, evidence: &Evidence<'_>) {
        for rule in grammar().rules.iter().filter(|rule| rule.matches(evidence.line)) {
            self.add(rule.intent, rule.weight, &rule.name);
        }
    }

    /// The classifier has seen too few foreign sentences to be trusted either way: the words decide.
    fn language(&mut self, evidence: &Evidence<'_>) {
        let foreign = language::is_foreign(evidence.text, evidence.line);
        let weight = if foreign { DECISIVE + STRONG } else { -DECISIVE };
        self.add(Intent::LanguageUnsupported, weight, if foreign { "foreign words" } else { "english words" });
    }

    fn contradictions(&mut self, evidence: &Evidence<'_>) {
        match contradiction::of(evidence.line, evidence.patch, evidence.lexicon) {
            Some(kind) => self.add(Intent::ContradictionDetected, DECISIVE, kind),
            None => self.add(Intent::ContradictionDetected, -STRONG, "nothing contradicts"),
        }
    }

    /// What the line is made of, whatever its words say.
    fn content(&mut self, evidence: &Evidence<'_>) {
        let line = evidence.line;
        let meaningful = || line.units.iter().filter(|unit| !unit.is_courtesy);
        let has_category = line.units.iter().any(|unit| unit.has(TermKind::Category));
        if !line.units.iter().any(|unit| unit.is_term() || unit.is(Entity::Code)) {
            self.add(Intent::OutOfScope, SLIGHT, "names nothing of the catalogue");
        }
        if has_category && !line.has("points_or_shop_talk") {
            self.add(Intent::ProductSearch, WEAK, "names a category and nothing else of ours");
        }
        let has_code = line.units.iter().any(|unit| unit.is(Entity::Code));
        if has_category && has_code && (line.asks || line.units.iter().any(|unit| unit.in_class("wh"))) {
            self.add(Intent::ProductSearch, -STRONG, "asks about a code");
        }
        if has_category {
            self.add(Intent::OutOfScope, -WEAK, "names a category");
            self.add(Intent::ClarificationNeeded, -STRONG, "names a category");
        }
        if line.is_empty() {
            self.add(Intent::ClarificationNeeded, DECISIVE + DECISIVE, "no words");
        } else if meaningful().next().is_some() && meaningful().all(|unit| is_trait(unit)) {
            self.add(Intent::ProductSearch, STRONG, "only names of the catalogue");
        } else if meaningful().all(|unit| is_gibberish(unit, evidence.lexicon)) && meaningful().next().is_some() {
            let several = meaningful().count() > 1;
            self.add(Intent::ClarificationNeeded, if several { DECISIVE } else { STRONG }, "no known word");
        }
        if evidence.has_card {
            self.add(Intent::SecurityRefusal, DECISIVE, "tells a card number");
        }
        if evidence.has_markup {
            self.add(Intent::SecurityRefusal, DECISIVE + DECISIVE, "holds markup of tools or prompts");
        }
        let goes_on = evidence.situation.searching && !evidence.patch.is_empty();
        if is_only_a_number(line) && evidence.situation.pending.is_none() && !goes_on {
            self.add(Intent::ClarificationNeeded, DECISIVE, "a number alone");
        }
        let deeds = ["add", "remove", "change", "take"];
        let is_deed = line.units.iter().any(|unit| deeds.iter().any(|class| unit.in_class(class)));
        let lone_code = meaningful().count() <= 2 && line.units.iter().any(|unit| unit.is(Entity::Code));
        if lone_code && !is_deed {
            self.add(Intent::ProductSpecQa, DECISIVE, "a code alone");
        }
    }

    fn situation(&mut self, evidence: &Evidence<'_>) {
        let (line, situation) = (evidence.line, evidence.situation);
        let short = line.units.iter().filter(|unit| !unit.is_courtesy).count() <= 4;
        if situation.pending.is_some() && short {
            self.add(Intent::Affirm, WEAK, "a question waits");
            self.add(Intent::Deny, WEAK, "a question waits");
        }
        if situation.shown > 0 && asks_about_shown(line) {
            self.add(Intent::ProductSpecQa, WEAK, "asks about what is shown");
            self.add(Intent::OutOfScope, -STRONG, "asks about what is shown");
        }
        self.on_the_list(evidence, short);
        self.unsupported(evidence, short);
        self.pending(evidence, short);
        self.refinement(evidence, short);
        self.bypass(evidence);
        let pages = evidence.patch.page.is_some() && evidence.patch.category.is_none();
        match (pages, situation.searching || situation.shown > 0) {
            (true, true) => self.add(Intent::ProductSearch, DECISIVE, "turns the page"),
            (true, false) if short => self.add(Intent::ClarificationNeeded, STRONG, "more of nothing"),
            _ => {}
        }
        let lone_place = line
            .units
            .iter()
            .all(|unit| unit.is_courtesy || is_place(unit) || matches!(unit.stem.as_str(), "the" | "one" | "option"));
        if lone_place
            && line.units.iter().any(|unit| is_place(unit))
            && situation.pending != Some(PendingKind::Postcode)
        {
            let weight = if situation.shown > 0 { DECISIVE } else { STRONG };
            match situation.cart_just_changed && corrects_number(line) {
                true => self.add(Intent::CartUpdateQuantity, DECISIVE, "corrects how many"),
                false => self.add(Intent::ProductSpecQa, weight, "a place on the list alone"),
            }
        }
        let corrected = line.has("meant") && line.units.iter().any(|unit| is_place(unit));
        if corrected && situation.shown > 0 && !situation.cart_just_changed {
            self.add(Intent::ProductSpecQa, DECISIVE, "corrects which one is meant");
        }
        if situation.about == Some(Intent::ShippingInfo) && short && goes_on_about_delivery(line) {
            self.add(Intent::ShippingInfo, DECISIVE + STRONG, "goes on about delivery");
        }
        self.destination(line);
        self.same_policy(evidence, short);
        if situation.cart_just_changed && line.has("swap") {
            self.add(Intent::CartUpdateQuantity, DECISIVE, "corrects the cart");
        }
    }

    /// With a list before them, people point at it: "the vila one", "the last", "the cheapest of those", "which is the widest".
    fn on_the_list(&mut self, evidence: &Evidence<'_>, short: bool) {
        let (line, situation) = (evidence.line, evidence.situation);
        if situation.shown == 0 {
            return;
        }
        if points_at_place_of_kind(line) {
            self.add(Intent::ProductSpecQa, DECISIVE, "points at a place of the list");
            self.add(Intent::ProductSearch, -STRONG, "points at a place of the list");
        }
        if short && !line.asks && points_at_one(line) {
            self.add(Intent::ProductSpecQa, DECISIVE, "points at one of the list");
        }
        if situation.shown > 1 && line.stem(0) == "which" && !line.has("in_cart") {
            self.add(Intent::ProductCompare, WEAK, "asks which of the list");
            self.add(Intent::OutOfScope, -STRONG, "asks which of the list");
        }
        if situation.cart_lines == 0 && !line.units.iter().any(|unit| unit.in_class("cart")) {
            self.add(Intent::CartUpdateQuantity, -STRONG, "nothing is in the cart");
            if !line.units.iter().any(|unit| unit.in_class("remove")) {
                self.add(Intent::CartRemove, -STRONG, "nothing is in the cart");
            }
        }
    }

    /// In the middle of a search, what the classifier has never seen looks to it like something short: a greeting, or worse.
    fn unsupported(&mut self, evidence: &Evidence<'_>, short: bool) {
        if !evidence.situation.searching || !short {
            return;
        }
        for intent in [Intent::Greeting, Intent::SecurityRefusal, Intent::HumanHandoff, Intent::SystemReset] {
            let speaks = |rule: &Rule| rule.intent == intent && rule.matches(evidence.line);
            let told = evidence.has_card || evidence.has_markup;
            if !told && !grammar().rules.iter().any(speaks) {
                self.add(intent, -STRONG, "no word of it");
            }
        }
    }

    /// A place alone, or an amount that goes to one: a question about delivery without the word.
    fn destination(&mut self, line: &Line<'_>) {
        if is_only_a_place(line) || is_only_abroad(line) {
            self.add(Intent::ShippingInfo, DECISIVE, "only a place");
            self.add(Intent::ClarificationNeeded, -STRONG, "only a place");
            return;
        }
        let Some((_, (from, _))) = grammar().place(line).filter(|(_, (from, _))| line.stem_before(*from) == "to")
        else {
            return;
        };
        let amount = line.units[..from].iter().any(|unit| unit.is(Entity::Money));
        self.add(Intent::ShippingInfo, if amount { STRONG } else { WEAK }, "to a place");
    }

    /// "who pays", "and on sunday?", "45 days later ok?": a finer point of the policy that was just told.
    fn same_policy(&mut self, evidence: &Evidence<'_>, short: bool) {
        let (line, Some(policy)) = (evidence.line, evidence.situation.about) else { return };
        let own = |topic: &Topic| topic.intent == Some(policy) && topic.matches(line);
        let points = line.units.iter().any(|unit| unit.is_term() || unit.in_class("this") || is_named_place(unit));
        let short = short || line.units.len() <= LONGEST_FINER_POINT;
        if !short || points || line.has("deed_start") || !policy.is_policy() || !grammar().topics.iter().any(own) {
            return;
        }
        let elsewhere = |rule: &Rule| rule.intent != policy && rule.matches(line);
        let contested = grammar().rules.iter().any(elsewhere);
        self.add(policy, if contested { STRONG + WEAK } else { DECISIVE }, "a finer point of what was told");
    }

    fn pending(&mut self, evidence: &Evidence<'_>, short: bool) {
        let digits = evidence.line.units.iter().any(|unit| matches!(unit.value, Value::Number(_)));
        match evidence.situation.pending {
            Some(PendingKind::Postcode) if digits && short => {
                self.add(Intent::ShippingInfo, DECISIVE + STRONG, "answers with a postcode")
            }
            Some(PendingKind::Category | PendingKind::Choice | PendingKind::Relax)
                if short && !evidence.patch.is_empty() && evidence.line.units.iter().any(|unit| unit.is_term()) =>
            {
                self.add(Intent::ProductSearch, STRONG, "answers the question");
            }
            _ => {}
        }
    }

    /// A short message that only sets slots refines the search in force.
    fn refinement(&mut self, evidence: &Evidence<'_>, short: bool) {
        let patch = evidence.patch;
        let sets_slots = SearchPatch { query: None, ..patch.clone() } != SearchPatch::default();
        let relative = patch.relative.is_some() || !patch.remove.is_empty() || patch.sort.is_some();
        let searching = evidence.situation.searching || evidence.situation.pending == Some(PendingKind::Category);
        if evidence.situation.searching && !patch.remove.is_empty() {
            self.add(Intent::ProductSearch, STRONG, "takes a constraint back");
        }
        let looks = !patch.colours.is_empty() || !patch.materials.is_empty();
        if evidence.situation.searching && looks && evidence.line.has("permits") {
            self.add(Intent::ProductSearch, DECISIVE, "says what will do as well");
        }
        let any = usize::from(matches!(evidence.line.stem(0), "any" | "one" | "some" | "something" | "anything"));
        let places = matches!(evidence.line.stem(any), "for" | "in" | "with" | "without" | "but" | "to" | "under");
        if evidence.situation.searching && short && places {
            self.add(Intent::ProductSearch, STRONG, "goes on with the search");
        }
        let has_range = patch.price_min.is_some() && patch.price_max.is_some();
        let has_measure = !patch.sizes.is_empty()
            || patch.price_min.is_some()
            || patch.price_max.is_some()
            || patch.weight_capacity_kg.is_some();
        if evidence.situation.searching && short && has_measure {
            self.add(Intent::ProductSearch, if has_range { DECISIVE } else { STRONG }, "sets a limit");
            self.add(Intent::OutOfScope, -STRONG, "sets a limit");
        }
        if searching && sets_slots && (short || relative) {
            self.add(Intent::ProductSearch, if relative { STRONG } else { WEAK + 1.0 }, "refines the search");
            self.add(Intent::ClarificationNeeded, -STRONG, "refines the search");
        }
    }

    fn bypass(&mut self, evidence: &Evidence<'_>) {
        let (line, situation) = (evidence.line, evidence.situation);
        if line.has("bypass")
            && (situation.pending.is_some() || situation.searching)
            && situation.pending != Some(PendingKind::Confirm)
        {
            self.add(Intent::ProductSearch, DECISIVE, "leaves the choice to us");
            self.add(Intent::ClarificationNeeded, -STRONG, "leaves the choice to us");
        } else if line.has("strong_bypass") {
            self.add(Intent::ProductSearch, STRONG, "leaves the choice to us");
        }
    }

    /// Best first, as shares of one.
    fn ranked(mut self) -> Vec<Score> {
        self.sums.sort_by(|(a, one, _), (b, other, _)| other.total_cmp(one).then(a.cmp(b)));
        let most = self.sums.first().map_or(0.0, |(_, sum, _)| *sum);
        let total: f32 = self.sums.iter().map(|(_, sum, _)| (sum - most).exp()).sum();
        let score = |(intent, sum, evidence): (Intent, f32, Vec<String>)| Score {
            intent,
            score: (sum - most).exp() / total,
            evidence,
        };
        let scores: Vec<Score> = self.sums.into_iter().map(score).collect();
        let kept = scores.iter().take_while(|score| score.score >= LEAST_SCORE).count().max(1);
        scores.into_iter().take(kept).map(|score| with_wording(score, &self.wording)).collect()
    }
}

/// A score whose evidence begins with what the wording alone says, in log odds.
fn with_wording(mut score: Score, wording: &[(Intent, f32)]) -> Score {
    if let Some((_, logit)) = wording.iter().find(|(intent, _)| *intent == score.intent) {
        score.evidence.insert(0, format!("wording {logit:+.1}"));
    }
    score
}

/// "12345", "6 feet": too large for a place on a list or a count, or a size of nobody knows what.
fn is_only_a_number(line: &Line<'_>) -> bool {
    let mut said = line.units.iter().filter(|unit| !unit.is_courtesy);
    let telling = |unit: &Unit| match unit.value {
        Value::Number(value) => value >= LARGE_NUMBER,
        Value::LongNumber | Value::Length(_) | Value::Dimensions(_) => true,
        _ => false,
    };
    matches!((said.next(), said.next()), (Some(unit), None) if telling(unit))
}

fn is_trait(unit: &Unit) -> bool {
    unit.is_term()
        || (unit.is_courtesy && !words::is_free(unit))
        || matches!(unit.stem.as_str(), "in" | "for" | "the" | "a" | "with" | "or" | "my" | "one")
}

/// "the vila one", "the 2nd cheapest", "the last": an article, what tells it apart, and nothing else.
fn points_at_one(line: &Line<'_>) -> bool {
    let at = line.units.iter().take_while(|unit| unit.is_courtesy).count();
    if !matches!(line.stem(at), "the" | "that") {
        return false;
    }
    let rest = &line.units[at + 1..];
    let says = |unit: &&Unit| {
        words::is_free(unit) || matches!(unit.value, Value::Money(_) | Value::Length(_) | Value::Ordinal(_))
    };
    let by_name = line.stem(line.len() - 1) == "one"
        && rest.len() > 1
        && rest[..rest.len() - 1].iter().all(says)
        && !rest.iter().any(|unit| unit.has(TermKind::Category));
    let of_these = line.find("reference_of_these").is_some_and(|(_, to)| to == line.len());
    let last = line.find("reference_last").is_some_and(|(_, to)| to == line.len());
    by_name || of_these || last
}

/// "the second desk please": a place on the list with the name of what is listed, and no deed.
fn points_at_place_of_kind(line: &Line<'_>) -> bool {
    let said: Vec<&&Unit> = line.units.iter().filter(|unit| !unit.is_courtesy && unit.stem != "the").collect();
    matches!(said.as_slice(), [place, kind] if place.is(Entity::Ordinal) && kind.has(TermKind::Category))
}

fn is_place(unit: &Unit) -> bool {
    matches!(unit.value, Value::Option(_) | Value::Ordinal(_))
        || matches!(unit.value, Value::Number(value) if (1.0..=10.0).contains(&value))
}

/// A place on the list that is named as one; a plain number may be anything.
fn is_named_place(unit: &Unit) -> bool {
    matches!(unit.value, Value::Option(_) | Value::Ordinal(_) | Value::Code)
}

/// "tassie", "to Alice Springs": nothing but a place.
fn is_only_a_place(line: &Line<'_>) -> bool {
    let Some((_, (from, to))) = grammar().place(line) else { return false };
    let leads = |unit: &Unit| unit.is_courtesy || matches!(unit.stem.as_str(), "to" | "in" | "what" | "how" | "about");
    let around = line.units[..from].iter().chain(&line.units[to..]);
    around.into_iter().all(|unit| leads(unit))
}

/// Whether a line names another country.
fn is_abroad(line: &Line<'_>) -> bool {
    let abroad = |topic: &&Topic| topic.intent == Some(Intent::ShippingInfo) && topic.key == "international";
    grammar().topics.iter().filter(abroad).any(|topic| topic.matches(line))
}

/// Another country and nothing else; "us" is also a pronoun.
fn is_only_abroad(line: &Line<'_>) -> bool {
    let mut said = line.units.iter().filter(|unit| !unit.is_courtesy);
    let lone = matches!((said.next(), said.next()), (Some(unit), None) if unit.stem != "us");
    lone && is_abroad(line)
}

/// "0872", "and to 6000?", "what about Auckland": another place to deliver to.
fn goes_on_about_delivery(line: &Line<'_>) -> bool {
    let is_postcode = |unit: &Unit| {
        matches!(unit.value, Value::Number(_)) && unit.text.len() > 3 && unit.text.bytes().all(|b| b.is_ascii_digit())
    };
    let names_nothing = !line.units.iter().any(|unit| unit.has(TermKind::Category) || unit.is(Entity::Money));
    let leads = line.units.iter().any(|unit| matches!(unit.stem.as_str(), "to" | "for" | "about" | "postcode"));
    let is_abroad = (leads && is_abroad(line)) || is_only_abroad(line);
    let is_place = grammar().place(line).is_some();
    names_nothing && (line.units.iter().any(|unit| is_postcode(unit)) || is_abroad || is_place)
}

/// "two actually", "no, 3", right after something was put into the cart.
fn corrects_number(line: &Line<'_>) -> bool {
    let has = |test: fn(&Unit) -> bool| line.units.iter().any(|unit| test(unit));
    has(|unit| matches!(unit.stem.as_str(), "actually" | "no" | "sorry" | "wait" | "oops"))
        && has(|unit| matches!(unit.value, Value::Number(_)))
}

/// "is it anti tip", "do they come apart", "how long is it": a question whose subject stands on the list.
fn asks_about_shown(line: &Line<'_>) -> bool {
    let points = |at: usize| matches!(line.stem(at), "it" | "they" | "this" | "that" | "these" | "those");
    let how = line.stem(0) == "how" && matches!(line.stem(2), "is" | "are" | "does" | "do") && points(3);
    how || matches!(line.stem(0), "is" | "are" | "do" | "does" | "can" | "will" | "would" | "has" | "have") && points(1)
}

fn is_gibberish(unit: &Unit, lexicon: &Lexicon) -> bool {
    // What a pattern names is known, though no list of words has it: ways to pay, places, days.
    unit.value == Value::Word && unit.word == 0 && !unit.is_term() && !unit.corrected && !lexicon.knows(&unit.text)
}
