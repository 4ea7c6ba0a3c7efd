//! `easymart replay`: what comes out differently when a stored conversation is taken again.

use std::fmt::Write as _;

use easymart_proto::conversation::v1::{ReplaySessionResponse, ReplayedTurn, TurnDifference};
use similar::{ChangeTag, TextDiff};

use crate::console::{Palette, plain, plain_lines};

/// The key of the session that an operator names: an id as the API gives it, or the key itself.
#[must_use]
pub fn session_key(named: &str) -> String {
    easymart_gateway::session_key(named).map_or_else(|| named.to_owned(), |key| key.to_string())
}

/// How many turns differ.
#[must_use]
pub fn differing(replay: &ReplaySessionResponse) -> usize {
    replay.turns.iter().filter(|turn| !turn.differences.is_empty()).count()
}

/// A replay for people: one line a turn, and what differs.
#[must_use]
pub fn describe(replay: &ReplaySessionResponse, palette: Palette) -> String {
    let mut text = String::new();
    for (number, turn) in (1..).zip(&replay.turns) {
        describe_turn(&mut text, number, turn, replay, palette);
    }
    let (turns, differing) = (replay.turns.len(), differing(replay));
    // Writing to a text cannot fail.
    let _ = match differing {
        0 => writeln!(text, "{}", palette.good(&format!("{turns} turns came out the same"))),
        _ => writeln!(text, "{}", palette.bad(&format!("{differing} of {turns} turns came out differently"))),
    };
    if replay.left_out > 0 {
        let _ = writeln!(
            text,
            "{} more were not taken again: too many, or carts too large to have been kept",
            replay.left_out
        );
    }
    text
}

fn describe_turn(text: &mut String, number: u32, turn: &ReplayedTurn, now: &ReplaySessionResponse, palette: Palette) {
    let verdict = if turn.differences.is_empty() { palette.good("same     ") } else { palette.bad("different") };
    let _ = writeln!(text, "{number:>3}  {verdict}  {}  {}", palette.aside(&turn.turn_id), plain(&turn.message));
    if turn.differences.is_empty() {
        return;
    }
    for (what, then, now) in [
        ("version", &turn.recorded_version, &now.version),
        ("catalogue generation", &turn.recorded_generation, &now.generation),
    ] {
        if then != now {
            let _ = writeln!(text, "     {}", palette.aside(&format!("{what} was {}, is {}", named(then), named(now))));
        }
    }
    for difference in &turn.differences {
        let _ = writeln!(text, "     {}", plain(&difference.what));
        describe_difference(text, difference, palette);
    }
}

fn named(value: &str) -> String {
    if value.is_empty() { "unknown".to_owned() } else { plain(value) }
}

fn describe_difference(text: &mut String, difference: &TurnDifference, palette: Palette) {
    let (then, now) = (plain_lines(&difference.recorded).join("\n"), plain_lines(&difference.replayed).join("\n"));
    for change in TextDiff::from_lines(&then, &now).iter_all_changes() {
        let line = change.value().trim_end_matches('\n');
        let _ = match change.tag() {
            ChangeTag::Delete => writeln!(text, "       {}", palette.bad(&format!("- {line}"))),
            ChangeTag::Insert => writeln!(text, "       {}", palette.good(&format!("+ {line}"))),
            ChangeTag::Equal => writeln!(text, "         {line}"),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(message: &str, differences: Vec<TurnDifference>) -> ReplayedTurn {
        ReplayedTurn {
            turn_id: format!("turn-of-{message}"),
            message: message.to_owned(),
            recorded_version: "1".to_owned(),
            recorded_generation: "a".to_owned(),
            differences,
            ..ReplayedTurn::default()
        }
    }

    fn replay(turns: Vec<ReplayedTurn>) -> ReplaySessionResponse {
        let (version, generation) = ("1".to_owned(), "b".to_owned());
        ReplaySessionResponse { version, generation, turns, ..ReplaySessionResponse::default() }
    }

    #[test]
    fn a_difference_reads_as_a_diff() {
        let products = TurnDifference {
            what: "products".to_owned(),
            recorded: "1. D1 Oak desk\n2. D2 Ash desk".to_owned(),
            replayed: "1. D1 Oak desk\n2. D3 \u{1b}[2JElm desk".to_owned(),
        };
        let replay = replay(vec![turn("hello", Vec::new()), turn("desks", vec![products])]);
        assert_eq!(differing(&replay), 1);
        let text = describe(&replay, Palette::none());
        let expected = [
            "  1  same       turn-of-hello  hello",
            "  2  different  turn-of-desks  desks",
            "     catalogue generation was a, is b",
            "     products",
            "         1. D1 Oak desk",
            "       - 2. D2 Ash desk",
            "       + 2. D3 �[2JElm desk",
            "1 of 2 turns came out differently",
        ];
        assert_eq!(text.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn all_the_same_is_said_in_a_line() {
        let text = describe(&replay(vec![turn("hello", Vec::new())]), Palette::none());
        assert!(text.ends_with("1 turns came out the same\n"), "{text}");
    }

    #[test]
    fn a_session_is_named_by_its_id_or_its_key() {
        assert_eq!(session_key("0192f0c1-6d3e-7000-8000-000000000001"), "0192f0c1-6d3e-7000-8000-000000000001");
        assert_eq!(session_key("no.session"), "no.session");
    }
}
