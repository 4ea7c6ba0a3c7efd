//! Messages: sentences put together from what shoppers say, noise of all kinds, and the corpus of hostile texts.

use proptest::prelude::*;

/// Messages that try to break in, to break things, or to be mistaken for something else; one a line, with escapes.
const CORPUS: &str = include_str!("../../../../tests/corpus/hostile.txt");
/// Longest message that reaches the dialogue, in characters.
const LONGEST: usize = 1_000;

const OPENINGS: [&str; 12] =
    ["", "hi, ", "please ", "can you ", "umm ", "no, ", "actually ", "and ", "ok so ", "g'day mate, ", "sorry, ", "I "];

const SENTENCES: [&str; 96] = [
    "show me desks",
    "show me black desks under $200",
    "office chairs",
    "rugs",
    "cheapest chair",
    "most expensive desk",
    "a desk and a chair",
    "something to sit on",
    "desks between $100 and $300",
    "desks under 1m wide",
    "around $150",
    "in white",
    "not black",
    "anything but mesh",
    "any colour",
    "forget the budget",
    "cheaper ones",
    "bigger",
    "smaller ones please",
    "show me more",
    "previous page",
    "sort by price",
    "option 2",
    "the second one",
    "the last one",
    "the black one",
    "the $65 one",
    "the cheapest of those",
    "tell me about it",
    "details of option 1",
    "what is it made of",
    "how wide is option 3",
    "will option 1 fit in a 90 cm gap",
    "does it come in green",
    "is it in stock",
    "what's the warranty on it",
    "is assembly required",
    "compare option 1 and option 2",
    "compare both",
    "which one is cheaper",
    "show me similar ones to it",
    "add option 1 to my cart",
    "add 2 of the first and show my cart",
    "add it",
    "add both",
    "add 12 of option 2",
    "add 0 of them",
    "add -3 of option 1",
    "add 9999 of it",
    "add NOPE-1 to cart",
    "one more",
    "make it 3",
    "make that 40",
    "remove it",
    "remove the desk but keep the chair",
    "remove everything except the chair",
    "swap it for option 2",
    "undo that",
    "clear my cart",
    "show my cart",
    "checkout",
    "yes",
    "no",
    "ok",
    "whatever",
    "surprise me",
    "how much is delivery",
    "how much is delivery to 0800",
    "delivery to 3000 for a $199 order",
    "do you ship to new zealand",
    "2000",
    "what's your returns policy",
    "can i return a mattress",
    "how long do refunds take",
    "your warranty and payment options",
    "do you take afterpay",
    "do you accept bitcoin",
    "any discount codes",
    "are you open on saturday",
    "are you open now",
    "where are you",
    "what's your phone number",
    "where is my order 48213",
    "cancel my order",
    "talk to a human",
    "start over",
    "help",
    "what can you do",
    "thanks",
    "bye",
    "who are you",
    "what's the capital of france",
    "this is useless you idiot",
    "cheap luxury desk",
    "bonjour je cherche une table",
    "¿tienen escritorios negros?",
];

const JOINTS: [&str; 8] = ["", " and ", ", then ", ". ", "; also ", " but ", "? ", "\n"];

/// The corpus, escapes resolved.
pub(crate) fn corpus() -> Vec<String> {
    CORPUS.lines().filter(|line| !line.is_empty() && !line.starts_with("# ")).map(unescaped).collect()
}

/// A line with `\n`, `\t` and `\u{…}` resolved, and `{×300}` at its end as so many repetitions.
fn unescaped(line: &str) -> String {
    let (text, times) =
        line.split_once("{×").map_or((line, 1), |(text, times)| (text, times.trim_end_matches('}').parse().unwrap()));
    let mut pieces = text.split("\\u{");
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (code, rest) = piece.split_once('}').unwrap();
        plain.push(char::from_u32(u32::from_str_radix(code, 16).unwrap()).unwrap());
        plain.push_str(rest);
    }
    plain.replace("\\n", "\n").replace("\\t", "\t").repeat(times)
}

/// What a hasty thumb does to a text: letters swapped, dropped, doubled, shouted.
fn mistyped(text: &str, at: usize, slip: u8) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = at % chars.len().max(1);
    match slip {
        0 if at + 1 < chars.len() => chars.swap(at, at + 1),
        1 if !chars.is_empty() => drop(chars.remove(at)),
        2 if !chars.is_empty() => chars.insert(at, chars[at]),
        3 => return text.to_uppercase(),
        4 => return text.replace(' ', ""),
        _ => {}
    }
    chars.into_iter().collect()
}

fn said() -> impl Strategy<Value = String> {
    let sentence = || prop::sample::select(SENTENCES.to_vec());
    let opening = prop::sample::select(OPENINGS.to_vec());
    let second = prop::option::weighted(0.35, (prop::sample::select(JOINTS.to_vec()), sentence()));
    (opening, sentence(), second, any::<usize>(), 0_u8..12).prop_map(|(opening, first, second, at, slip)| {
        let (joint, second) = second.unwrap_or_default();
        mistyped(&format!("{opening}{first}{joint}{second}"), at, slip)
    })
}

/// Any message that the service accepts: not empty, not too long.
pub(crate) fn message() -> impl Strategy<Value = String> {
    let hostile = || prop::sample::select(corpus());
    let message = prop_oneof![
        10 => said(),
        2 => hostile(),
        1 => (said(), hostile()).prop_map(|(said, hostile)| format!("{said} {hostile}")),
        1 => "\\PC{1,120}",
        1 => prop::collection::vec(any::<char>(), 1..60).prop_map(|chars| chars.into_iter().collect()),
        1 => prop::collection::vec("[ -~]{1,12}", 1..90).prop_map(|words| words.join(" ")),
    ];
    message
        .prop_map(|text: String| text.chars().take(LONGEST).collect::<String>())
        .prop_filter("has text", |text| !text.trim().is_empty())
}
