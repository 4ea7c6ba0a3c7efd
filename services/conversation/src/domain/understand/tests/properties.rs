//! What must hold for any text at all.

use proptest::prelude::*;

use super::{desks_shown, fresh, lexicon};
use crate::domain::{lexicon::Lexicon, understand::understand};

/// Pieces that trip readers of numbers, codes and scope more often than random text does.
fn tricky() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "$",
        ".5",
        "1..5",
        "99.9.9",
        "1,00",
        "x",
        "by",
        "#",
        "-",
        "--",
        "no",
        "not",
        "but",
        "any colour",
        "option",
        "3rd",
        "the",
        "https://",
        "www.",
        "a/b",
        "A1",
        "B",
        "under",
        "over",
        "or less",
        "'",
        "\"",
        "🛒",
        "é",
        "\u{200b}",
        "0800",
        "and",
        ",",
        "?",
        "desk",
        "soooooo",
        "1m",
        "60x40",
        "kg",
        "k",
        "sku",
        "first",
        "undo",
        "swap it for",
        "cart",
    ]);
    prop::collection::vec(pieces, 0..14).prop_map(|pieces| pieces.join(" "))
}

fn holds(text: &str, lexicon: &Lexicon) {
    for situation in [fresh(), desks_shown()] {
        let understanding = understand(text, &situation, lexicon);
        assert!(!understanding.acts.is_empty(), "{text:?}");
        assert!(!understanding.scores.is_empty(), "{text:?}");
        assert!(understanding.acts.iter().all(|act| (0.0..=1.0).contains(&act.confidence)), "{text:?}");
        assert_eq!(understanding, understand(text, &situation, lexicon));
    }
}

#[test]
fn any_text_is_understood_somehow_and_always_the_same() {
    let lexicon = lexicon();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(300));
    runner
        .run(&"\\PC{0,120}", |text| {
            holds(&text, &lexicon);
            Ok(())
        })
        .unwrap();
    runner
        .run(&tricky(), |text| {
            holds(&text, &lexicon);
            Ok(())
        })
        .unwrap();
}

#[test]
fn long_messages_are_read_in_time() {
    let lexicon = lexicon();
    for text in ["desk ".repeat(200), "a".repeat(1_000), "add 1 and ".repeat(100), "?!".repeat(500), "1x".repeat(500)] {
        let started = std::time::Instant::now();
        holds(&text, &lexicon);
        assert!(started.elapsed().as_secs() < 5, "{} took {:?}", &text[..10], started.elapsed());
    }
}
