//! Personal data out of a text before it is stored: payment cards, e-mail addresses, phone numbers.
//!
//! Postcodes, prices, SKUs and order numbers stay: they are what a shop talks about.

/// Fewest and most digits of a payment card.
const CARD_DIGITS: std::ops::RangeInclusive<usize> = 13..=19;
/// Fewest and most digits of a phone number with its prefixes.
const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 8..=15;

/// `text` with every card number, e-mail address and phone number replaced by `[card]`, `[email]` and `[phone]`.
#[must_use]
pub fn redact(text: &str) -> String {
    redact_numbers(&redact_emails(text))
}

fn redact_emails(text: &str) -> String {
    if !text.contains('@') {
        return text.to_owned();
    }
    let words: Vec<&str> = text.split(' ').map(|word| if is_email(word) { "[email]" } else { word }).collect();
    words.join(" ")
}

fn is_email(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    match word.split_once('@') {
        Some((name, host)) => !name.is_empty() && host.contains('.') && !host.starts_with('.'),
        None => false,
    }
}

/// A stretch of digits that are written as one number: single spaces, dots, dashes and brackets between them belong to it.
struct DigitRun {
    start: usize,
    end: usize,
    digits: Vec<u8>,
    has_plus: bool,
}

fn redact_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for run in digit_runs(text) {
        let Some(label) = label_of(text, &run) else { continue };
        out.push_str(&text[done..run.start]);
        out.push_str(label);
        done = run.end;
    }
    out.push_str(&text[done..]);
    out
}

fn label_of(text: &str, run: &DigitRun) -> Option<&'static str> {
    if holds_card(&run.digits) {
        return Some("[card]");
    }
    is_phone(text, run).then_some("[phone]")
}

/// Whether some stretch of the digits is a valid card number. A card hidden among more digits must not survive either.
fn holds_card(digits: &[u8]) -> bool {
    CARD_DIGITS.clone().any(|length| digits.windows(length).any(passes_luhn))
}

/// The check-digit rule that every payment card satisfies.
fn passes_luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(*digit);
            match place % 2 {
                0 => digit,
                _ if digit > 4 => 2 * digit - 9,
                _ => 2 * digit,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

fn is_phone(text: &str, run: &DigitRun) -> bool {
    if !PHONE_DIGITS.contains(&run.digits.len()) {
        return false;
    }
    let before = text[..run.start].chars().next_back();
    let part_of_a_code = before.is_some_and(|c| c == '#' || c == '-' || c == '/' || c == '$' || c.is_alphanumeric());
    let after = text[run.end..].chars().next();
    let glued = after.is_some_and(|c| c.is_alphanumeric() || c == '/');
    let dialled = run.has_plus || run.digits[0] == 0 || run.digits.starts_with(&[6, 1]);
    !part_of_a_code && !glued && dialled
}

fn digit_runs(text: &str) -> Vec<DigitRun> {
    let mut runs: Vec<DigitRun> = Vec::new();
    let mut previous = None;
    for (at, c) in text.char_indices() {
        if let Some(digit) = c.to_digit(10).and_then(|d| u8::try_from(d).ok()) {
            match runs.last_mut() {
                Some(run) if continues(&text[run.end..at]) => {
                    run.digits.push(digit);
                    run.end = at + 1;
                }
                _ => {
                    runs.push(DigitRun { start: at, end: at + 1, digits: vec![digit], has_plus: previous == Some('+') })
                }
            }
        }
        previous = Some(c);
    }
    for run in &mut runs {
        run.start -= usize::from(run.has_plus);
    }
    runs
}

fn continues(gap: &str) -> bool {
    gap.len() <= 2 && gap.chars().all(|c| matches!(c, ' ' | '-' | '.' | '(' | ')'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn personal_data_goes() {
        assert_eq!(redact("pay with 5555-5555 5555 4444 thanks"), "pay with [card] thanks");
        assert_eq!(redact("mail me at jo.b+x@example.com, please"), "mail me at [email] please");
        assert_eq!(redact("ring 0412 345 678 or +61 2 9876 5432"), "ring [phone] or [phone]");
    }

    #[test]
    fn shop_talk_stays() {
        for text in [
            "order #4821399",
            "to 0800",
            "under $1,500",
            "ABC-G-20041234-BK",
            "60 x 40 x 40",
            "sku 12345678901",
            "@home",
        ] {
            assert_eq!(redact(text), text);
        }
    }

    fn card_left(text: &str) -> bool {
        digit_runs(text).iter().any(|run| holds_card(&run.digits))
    }

    proptest! {
        #[test]
        fn no_card_survives(text in "[0-9 .a-z-]{0,60}") {
            prop_assert!(!card_left(&redact(&text)));
        }

        #[test]
        fn redacting_twice_changes_nothing(text in "\\PC{0,60}") {
            let once = redact(&text);
            prop_assert_eq!(redact(&once), once);
        }
    }
}
