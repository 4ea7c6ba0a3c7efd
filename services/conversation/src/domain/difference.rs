//! What differs between a turn as it was answered and the same turn taken again. Times and keys differ always and are not compared.

use super::turn::Turn;

/// Something that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What: `reply`, `intents`, `products`, `tools`, `search`, `focus`, `chips`, `answered_by` or `degraded`.
    pub what: &'static str,
    /// As it was answered, one item a line.
    pub recorded: String,
    /// As it is now, one item a line.
    pub replayed: String,
}

/// What a replay compares: its name, and how a turn says it.
type Aspect = (&'static str, fn(&Turn) -> String);

const ASPECTS: [Aspect; 9] = [
    ("reply", |turn| turn.reply.text().to_owned()),
    ("intents", |turn| lines(turn.intents.iter().map(|intent| intent.as_str().to_owned()))),
    ("products", |turn| {
        let card = |card: &super::dialogue::Card| {
            format!("{}. {} {}", card.option, card.product.product_id, card.product.title)
        };
        lines(turn.cards.iter().map(card))
    }),
    ("tools", |turn| {
        let outcome = |ok| if ok { "ok" } else { "error" };
        lines(turn.tools.iter().map(|tool| format!("{} {} {}", tool.name, tool.arguments_json, outcome(tool.ok))))
    }),
    ("search", |turn| {
        turn.search.as_ref().map(|search| super::tool::search_arguments(search).to_string()).unwrap_or_default()
    }),
    ("focus", |turn| turn.focus_product_id.clone()),
    ("chips", |turn| lines(turn.chips.iter().map(|chip| chip.message.clone()))),
    ("answered_by", |turn| format!("{:?}", turn.answered_by).to_lowercase()),
    ("degraded", |turn| lines(turn.degraded.iter().cloned())),
];

/// Everything that differs; empty when the turns say the same.
#[must_use]
pub fn differences(recorded: &Turn, replayed: &Turn) -> Vec<Difference> {
    let compared =
        ASPECTS.iter().map(|(what, say)| Difference { what, recorded: say(recorded), replayed: say(replayed) });
    compared.filter(|compared| compared.recorded != compared.replayed).collect()
}

fn lines(items: impl Iterator<Item = String>) -> String {
    items.collect::<Vec<_>>().join("\n")
}
