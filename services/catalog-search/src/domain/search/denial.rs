//! What the query denies beyond what the taxonomy knows ("belts without buckles"): a product that says it has not comes forward, one
//! that mentions the thing steps back. A mention is no proof, so nothing is left out.

use super::{QueryPlan, WordIndex, cover::with_all};
use crate::domain::{
    catalogue::{Catalogue, Places},
    negation::same,
    text::Token,
};

/// What saying so is worth, of what the denied words are.
const SAYS_IT_HAS_NOT: f32 = 0.4;
/// What remains of the score of a product that mentions the thing.
const MENTIONS_IT: f32 = 0.8;

/// Changes the scores of the matches.
pub(super) fn apply(plan: &QueryPlan, catalogue: &Catalogue, index: &dyn WordIndex, matches: &mut [(u32, f64)]) {
    if plan.denied.is_empty() {
        return;
    }
    let mut within = catalogue.no_places();
    within.extend(matches.iter().map(|(place, _)| *place));
    for denied in &plan.denied {
        let denials = denials(denied, &within, catalogue, index);
        let mentions = mentions(plan, denied, &within, index);
        for (place, score) in matches.iter_mut() {
            let denial = denials[*place as usize];
            if denial > 0.0 {
                *score += f64::from(denial * SAYS_IT_HAS_NOT);
            } else if mentions.as_ref().is_some_and(|mentions| mentions.contains(*place)) {
                *score *= f64::from(MENTIONS_IT);
            }
        }
    }
}

/// Weight of the denied words that each product's text denies, too.
fn denials(denied: &[Token], within: &Places, catalogue: &Catalogue, index: &dyn WordIndex) -> Vec<f32> {
    let mut weights = vec![0.0; catalogue.len()];
    for word in denied {
        let weight = QueryPlan::weight_of(index.count(word), catalogue.len());
        index.denials(word, within).iter().for_each(|place| weights[place as usize] += weight);
    }
    weights
}

/// Which products mention every denied word; `None` when what is denied is also wanted: a case "without tools" is one for tools.
fn mentions(plan: &QueryPlan, denied: &[Token], within: &Places, index: &dyn WordIndex) -> Option<Places> {
    let wanted = |word: &&Token| plan.words.iter().any(|known| same(&known.text, word));
    let unwanted: Vec<Token> = denied.iter().filter(|word| !wanted(word)).cloned().collect();
    (!unwanted.is_empty()).then(|| with_all(&unwanted, within, index))
}
