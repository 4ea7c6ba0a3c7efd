//! What fingers do to a word: swap two letters, leave one out, press one twice, hit the key beside it.

/// Rows of a keyboard as English-speaking countries have it.
const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// Whether a single slip makes `typed` of `meant`.
pub(super) fn is_one(typed: &str, meant: &str) -> bool {
    let (typed, meant): (Vec<char>, Vec<char>) = (typed.chars().collect(), meant.chars().collect());
    let same = typed.iter().zip(&meant).take_while(|(a, b)| a == b).count();
    let before = typed[..same].last();
    match (&typed[same..], &meant[same..]) {
        (typed, [_, meant @ ..]) if typed == meant => true,
        ([twice, typed @ ..], meant) if typed == meant => before == Some(twice),
        ([a, b, typed @ ..], [c, d, meant @ ..]) if (a, b) == (d, c) => typed == meant,
        ([a, typed @ ..], [b, meant @ ..]) => typed == meant && are_neighbours(*a, *b),
        _ => false,
    }
}

/// Whether a single slip of the kind that keeps all letters makes `typed` of `meant`.
pub(super) fn is_swap(typed: &str, meant: &str) -> bool {
    typed.len() == meant.len() && is_one(typed, meant) && sorted(typed) == sorted(meant)
}

fn are_neighbours(a: char, b: char) -> bool {
    ROWS.iter().any(|row| matches!((row.find(a), row.find(b)), (Some(a), Some(b)) if a.abs_diff(b) == 1))
}

fn sorted(word: &str) -> Vec<char> {
    let mut letters: Vec<char> = word.chars().collect();
    letters.sort_unstable();
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingers_slip_in_four_ways() {
        for typed in ["tabel", "tabl", "tble", "taable", "rable", "tanle", "able", "ttable", "tablee"] {
            assert!(is_one(typed, "table"), "{typed}");
        }
        for typed in ["table", "cable", "fable", "tables", "tbale1", "tleab", "", "tae", "xtable"] {
            assert!(!is_one(typed, "table"), "{typed}");
        }
    }

    #[test]
    fn swaps_keep_all_letters() {
        assert!(is_swap("bde", "bed") && is_swap("rgu", "rug"));
        assert!(!is_swap("bed", "bed") && !is_swap("bwd", "bed") && !is_swap("be", "bed"));
    }
}
