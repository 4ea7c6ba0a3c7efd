//! Personal data out of what is kept: messages are redacted before anything is stored, and so is what was read from them.

use super::{
    text::redact,
    understanding::{Act, Intent, Reference, Score, Understanding},
};

/// What stands in a redacted text for a card number.
const CARD: &str = "[card]";

/// Whether a redacted text lost something, so that reading it again need not give what was read before.
#[must_use]
pub fn lost_something(redacted: &str) -> bool {
    [CARD, "[email]", "[phone]"].iter().any(|label| redacted.contains(label))
}

/// What was understood, without card numbers, e-mail addresses and phone numbers in its free texts.
/// A card number is answered before anything else, and nothing else is done with such a message.
#[must_use]
pub fn without_personal_data(understanding: Understanding) -> Understanding {
    let has_card = understanding.redacted.contains(CARD);
    let warning = Act { topic: Some("card".to_owned()), ..Act::of(Intent::SecurityRefusal, 1.0) };
    let acts = if has_card { vec![warning] } else { understanding.acts };
    Understanding {
        acts: acts.into_iter().map(act).collect(),
        scores: understanding.scores.into_iter().map(score).collect(),
        corrections: understanding.corrections.iter().map(|(typed, meant)| (redact(typed), redact(meant))).collect(),
        ..understanding
    }
}

fn act(mut act: Act) -> Act {
    act.patch.query = act.patch.query.map(|query| redact(&query));
    act.place = act.place.map(|place| redact(&place));
    act.references = act.references.into_iter().map(reference).collect();
    act
}

fn reference(reference: Reference) -> Reference {
    match reference {
        Reference::Sku(key) => Reference::Sku(redact(&key)),
        Reference::Name(name) => Reference::Name(redact(&name)),
        Reference::InCart(inner) => Reference::InCart(Box::new(self::reference(*inner))),
        other => other,
    }
}

fn score(score: Score) -> Score {
    Score { evidence: score.evidence.iter().map(|word| redact(word)).collect(), ..score }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn free_texts_lose_numbers_that_belong_to_people() {
        let mut said = Act::of(Intent::ProductSearch, 1.0);
        said.patch.query = Some("desk 4111 1111 1111 1111".to_owned());
        said.place = Some("0412 345 678".to_owned());
        said.references = vec![Reference::InCart(Box::new(Reference::Name("jo@example.com".to_owned())))];
        let understanding = Understanding { acts: vec![said], ..Understanding::default() };
        let kept = format!("{:?}", without_personal_data(understanding));
        assert!(!kept.contains("4111") && !kept.contains("0412") && !kept.contains("example.com"), "{kept}");
    }
}
