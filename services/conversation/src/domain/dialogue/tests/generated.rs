//! Generated conversations about odd catalogues: every reply is proved, every amount is known, every chip works, every state can be
//! read again.

use std::{collections::BTreeSet, time::Instant};

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, to_value};

use crate::domain::{
    product::Product,
    state::SessionState,
    testing::{
        Said, Talk,
        generate::{acts, message, products},
        prove,
    },
    tool::Tool,
    understanding::{Act, Intent},
};

/// A turn of a generated conversation.
#[derive(Debug, Clone)]
enum Line {
    /// Acts, whatever words they may come from.
    Acts(Vec<Act>),
    /// A message that is understood first.
    Message(String),
}

#[derive(Debug, Clone)]
struct Dialogue {
    products: Vec<Product>,
    page_product: Option<String>,
    lines: Vec<(Line, Vec<Tool>)>,
}

fn line() -> impl Strategy<Value = Line> {
    prop_oneof![
        2 => prop::collection::vec(acts(), 1..4).prop_map(Line::Acts),
        1 => message().prop_map(Line::Message),
    ]
}

/// Tools that are down in a turn; none, as a rule.
fn down() -> impl Strategy<Value = Vec<Tool>> {
    prop_oneof![9 => Just(Vec::new()), 1 => prop::sample::subsequence(Tool::ALL.to_vec(), 1..8)]
}

prop_compose! {
    fn dialogues()(
        products in products(),
        page_product in prop::option::weighted(0.2, prop::sample::select(vec!["P0", "P1", "SL6 BR", "gone"])),
        lines in prop::collection::vec((line(), down()), 1..12),
    ) -> Dialogue {
        Dialogue { products, lines, page_product: page_product.map(str::to_owned) }
    }
}

fn say(talk: &mut Talk, line: &Line) -> Said {
    match line {
        Line::Acts(acts) => talk.carry_out_all(acts),
        Line::Message(message) => talk.send(message),
    }
}

#[test]
fn whatever_is_asked_the_reply_is_proved_and_the_state_survives() {
    prove("proved replies", 1_500, &dialogues(), |dialogue, tally| {
        let mut talk = Talk { page_product: dialogue.page_product, ..Talk::about(dialogue.products) };
        for (line, down) in &dialogue.lines {
            talk.world.down.clone_from(down);
            let said = say(&mut talk, line);
            tally.turn(said.turn.reply.claims().len());
            let begin = Instant::now();
            let problems = said.problems();
            tally.took(begin.elapsed());
            prop_assert!(problems.is_empty(), "{problems:?} in {:?} after {line:?}", said.turn.reply.text());
            is_sound(&said, line)?;
            let json = serde_json::to_string(&talk.state).unwrap();
            let read: SessionState = serde_json::from_str(&json).unwrap();
            let (before, after) = (to_value(&talk.state).unwrap(), to_value(&read).unwrap());
            prop_assert!(is_same(&before, &after), "{before} became {after}");
        }
        Ok(())
    });
}

/// Whether two texts say the same; numbers may differ in the last digit, which JSON does not always keep.
fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            (one - other).abs() <= one.abs() * 1e-12
        }
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, value)| other.get(key).is_some_and(|other| is_same(value, other)))
        }
        _ => one == other,
    }
}

fn is_sound(said: &Said, line: &Line) -> Result<(), TestCaseError> {
    let (turn, text) = (&said.turn, said.turn.reply.text());
    let unknown: Vec<String> = amounts(text).difference(&known_amounts(said)).cloned().collect();
    prop_assert!(unknown.is_empty() || has_quoted_amount(said), "{unknown:?} in {text:?} after {line:?}");
    prop_assert!(!text.trim().is_empty(), "{line:?}");
    prop_assert!(!turn.intents.is_empty());
    let questions = blanked_claims(said).matches('?').count();
    prop_assert!(questions <= 2, "{text}");
    let numbered: Vec<u32> = turn.cards.iter().map(|card| card.option).collect();
    prop_assert!(numbered.len() < 2 || numbered == (1..=numbered.len() as u32).collect::<Vec<_>>());
    prop_assert!(!turn.chips.is_empty());
    Ok(())
}

/// Amounts as a reply writes them: a second look at the numbers that trusts no claim.
fn amounts(text: &str) -> BTreeSet<String> {
    let pattern = regex::Regex::new(r"\$[0-9][0-9,]*\.[0-9]{2}").unwrap();
    pattern.find_iter(text).map(|found| found.as_str().replace(',', "")).collect()
}

/// Every amount that a tool told or was given, or that the shopper said.
fn known_amounts(said: &Said) -> BTreeSet<String> {
    let mut known = BTreeSet::new();
    for run in &said.runs {
        if let Ok(result) = &run.outcome {
            gather(&to_value(result).unwrap(), &mut known);
        }
        gather(&crate::domain::tool::arguments(&run.call), &mut known);
    }
    gather(&to_value(&said.acts).unwrap(), &mut known);
    known
}

fn gather(value: &Value, known: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(minor) = fields.get("minor").and_then(Value::as_i64) {
                known.insert(format!("${}.{:02}", minor / 100, minor % 100));
            }
            fields.values().for_each(|value| gather(value, known));
        }
        Value::Array(values) => values.iter().for_each(|value| gather(value, known)),
        Value::Number(number) => {
            known.insert(format!("${:.2}", number.as_f64().unwrap_or_default()));
        }
        _ => {}
    }
}

/// Whether names or lines of the catalogue that the reply quotes hold amounts of their own.
fn has_quoted_amount(said: &Said) -> bool {
    amounts(&blanked_claims(said)).is_empty()
        && said.turn.reply.claims().iter().any(|claim| !amounts(&claim.value).is_empty())
}

/// What a reply says without its claims.
fn blanked_claims(said: &Said) -> String {
    let covered = |index| said.turn.reply.claims().iter().any(|claim| (claim.start..claim.end).contains(&index));
    said.turn.reply.text().chars().enumerate().filter(|(index, _)| !covered(*index)).map(|(_, c)| c).collect()
}

#[test]
fn every_chip_works_where_it_is_shown() {
    prove("chips", 300, &dialogues(), |dialogue, tally| {
        let mut talk = Talk::about(dialogue.products);
        for (line, _) in &dialogue.lines {
            let said = say(&mut talk, line);
            tally.turn(said.turn.reply.claims().len());
            for chip in &said.turn.chips {
                tally.chip();
                let answer = talk.clone().send(&chip.message);
                prop_assert!(
                    works(&said, &answer),
                    "{chip:?} gave {:?} ({:?}) after {line:?}, {:?}",
                    answer.turn.reply.text(),
                    answer.turn.intents,
                    said.turn.reply.text()
                );
            }
        }
        Ok(())
    });
}

/// Whether a chip's message was understood and carried out. The answer to one question may lead to the next one.
fn works(said: &Said, answer: &Said) -> bool {
    let intents = &answer.turn.intents;
    let asks = intents.contains(&Intent::ClarificationNeeded);
    let leads_on = said.turn.asks && intents.first() != Some(&Intent::ClarificationNeeded);
    let lost = [
        Intent::OutOfScope,
        Intent::LanguageUnsupported,
        Intent::SecurityRefusal,
        Intent::Abuse,
        Intent::ContradictionDetected,
    ];
    (!asks || leads_on)
        && !intents.iter().any(|intent| lost.contains(intent))
        && answer.turn.tools.iter().all(|tool| tool.ok)
}
