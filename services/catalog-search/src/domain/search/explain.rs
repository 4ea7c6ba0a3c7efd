//! Why a hit ranks where it does: the parts that its score is the sum of.

use super::{
    PlanWord, QueryPlan, SearchQuery, WordIndex, denial,
    forms::Form,
    nearness,
    rank::{MAIN_CATEGORY, TITLE, wanted_categories},
    tally::saturated,
};
use crate::domain::catalogue::Catalogue;

/// One part of a score.
#[derive(Debug, Clone, PartialEq)]
pub struct ScorePart {
    /// What it is about: a word of the query in quotes, or a rule.
    pub about: String,
    /// How the product meets it.
    pub detail: String,
    /// What it adds.
    pub points: f64,
}

impl ScorePart {
    fn new(about: impl Into<String>, detail: impl Into<String>, points: f64) -> Self {
        Self { about: about.into(), detail: detail.into(), points }
    }
}

/// Takes the score of one hit apart.
pub(super) fn explain(
    plan: &QueryPlan,
    place: u32,
    catalogue: &Catalogue,
    index: &dyn WordIndex,
    query: &SearchQuery,
) -> Vec<ScorePart> {
    let mut parts = Vec::new();
    if plan.references.contains(&place) {
        parts.push(ScorePart::new("reference", "the query is its id, handle or SKU", 1.0));
    } else if plan.titled.contains(&place) {
        parts.push(ScorePart::new("title", "the query is its title", TITLE));
    } else {
        parts.extend(by_words(plan, place, catalogue, index));
    }
    let wanted = wanted_categories(plan, catalogue, &query.filters);
    let category = wanted.into_iter().find(|category| catalogue.mainly(std::slice::from_ref(category))(place));
    parts.extend(
        category.map(|category| ScorePart::new("category", format!("is mainly one of {category}"), MAIN_CATEGORY)),
    );
    parts
}

fn by_words(plan: &QueryPlan, place: u32, catalogue: &Catalogue, index: &dyn WordIndex) -> Vec<ScorePart> {
    let (mut parts, mut had) = (Vec::new(), 0.0_f32);
    for word in &plan.words {
        match best_form(word, place, index) {
            Some((form, value, fields)) => {
                let detail = detail(word, form, &fields);
                parts.push(ScorePart::new(quoted(&word.text), detail, f64::from(value * word.weight)));
                had += word.weight;
            }
            None if word.in_category && in_named_category(plan, place, catalogue) => {
                parts.push(ScorePart::new(quoted(&word.text), "by its category", 0.0));
                had += word.weight;
            }
            None => parts.push(ScorePart::new(quoted(&word.text), "not found", 0.0)),
        }
    }
    let sum: f64 = parts.iter().map(|part| part.points).sum();
    let known: f32 = plan.words.iter().map(|word| word.weight).sum();
    let share = f64::from(had / known.max(f32::MIN_POSITIVE));
    let mut matches = [(place, sum * share)];
    let mut add = |about: &str, detail: String, before: f64, after: f64| {
        if (after - before).abs() > f64::EPSILON {
            parts.push(ScorePart::new(about, detail, after - before));
        }
    };
    add("coverage", format!("has {:.0} % of what the words say", share * 100.0), sum, matches[0].1);
    let before = matches[0].1;
    matches[0].1 += nearness::worths(plan, index, &[place]).into_iter().sum::<f64>();
    add("order", "the words stand together in the title".to_owned(), before, matches[0].1);
    let before = matches[0].1;
    denial::apply(plan, catalogue, index, &mut matches);
    let denied = plan.denied.iter().map(|words| words.join(" ")).collect::<Vec<_>>().join(", ");
    let says = if matches[0].1 > before { "says that it has no" } else { "mentions" };
    add("without", format!("{says} {denied}"), before, matches[0].1);
    parts
}

/// The form of a word that a product has, what it gives, and the fields that have it with how often.
type Matched<'w> = (&'w Form, f32, Vec<(&'static str, f32)>);

/// The form of a word that gives the product most.
fn best_form<'w>(word: &'w PlanWord, place: u32, index: &dyn WordIndex) -> Option<Matched<'w>> {
    let of = |form: &'w Form| {
        let each: Vec<_> = form.words.iter().map(|word| index.matched_fields(word, place)).collect();
        let frequency = |fields: &Vec<(&str, f32)>| fields.iter().map(|(_, often)| often).sum::<f32>();
        let least = each.iter().map(frequency).fold(f32::MAX, f32::min);
        (form, saturated(least) * form.worth, each.into_iter().flatten().collect())
    };
    let found = word.forms.iter().map(of).filter(|(_, value, _)| *value > 0.0);
    found.max_by(|(_, a, _), (_, b, _)| a.total_cmp(b))
}

fn in_named_category(plan: &QueryPlan, place: u32, catalogue: &Catalogue) -> bool {
    let column = catalogue.values(crate::domain::taxonomy::TermKind::Category);
    plan.categories.iter().any(|category| column.has(category, place))
}

/// "as \"sofa\"; title 2.10, category 1.30; weight 4.2".
fn detail(word: &PlanWord, form: &Form, fields: &[(&'static str, f32)]) -> String {
    let written = form.words.join(" ");
    let as_form = if written == word.text { String::new() } else { format!("as {}; ", quoted(&written)) };
    let fields: Vec<String> = fields.iter().map(|(field, often)| format!("{field} {often:.2}")).collect();
    format!("{as_form}{}; weight {:.2}", fields.join(", "), word.weight)
}

fn quoted(word: &str) -> String {
    format!("\"{word}\"")
}
