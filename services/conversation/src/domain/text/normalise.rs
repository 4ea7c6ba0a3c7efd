//! One spelling for characters that look alike: quotes, dashes, full-width letters, white space, emoji.

use unicode_normalization::UnicodeNormalization;

/// Emoji that say a word of their own; all others are dropped.
const SPEAKING_EMOJI: [(char, &str); 12] = [
    ('👍', " yes "),
    ('👌', " yes "),
    ('✅', " yes "),
    ('👎', " no "),
    ('❌', " no "),
    ('🛒', " cart "),
    ('👋', " hello "),
    ('🙏', " thanks "),
    ('🛏', " bed "),
    ('🛋', " sofa "),
    ('🪑', " chair "),
    ('🖕', " fuck you "),
];

/// Characters that are the same to a reader, mapped to ASCII. Case is kept; white space is collapsed and trimmed.
#[must_use]
pub fn clean(message: &str) -> String {
    let mut text = pass(message);
    // Composition can create a character that is mapped in its turn; two rounds settle every known case.
    for _ in 0..3 {
        let next = pass(&text);
        if next == text {
            break;
        }
        text = next;
    }
    text
}

/// `clean` in lower case: what words are compared in. Normalising twice changes nothing.
#[must_use]
pub fn normalise(message: &str) -> String {
    let mut text = clean(message);
    for _ in 0..3 {
        let next = clean(&text.to_lowercase());
        if next == text {
            break;
        }
        text = next;
    }
    text
}

fn pass(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkc() {
        push_mapped(&mut out, c);
    }
    let collapsed: Vec<&str> = out.split_whitespace().collect();
    collapsed.join(" ")
}

fn push_mapped(out: &mut String, c: char) {
    match c {
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' | '`' | '\u{00b4}' | '\u{02bc}' => out.push('\''),
        '\u{201c}'..='\u{201f}' | '\u{2033}' | '\u{00ab}' | '\u{00bb}' => out.push('"'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' => out.push('-'),
        '\u{00d7}' | '\u{2715}' | '\u{2a2f}' => out.push('x'),
        '\u{2044}' => out.push('/'),
        '\u{2026}' => out.push_str("..."),
        c if is_invisible(c) => {}
        c if c.is_whitespace() || c.is_control() => out.push(' '),
        c => match SPEAKING_EMOJI.iter().find(|(emoji, _)| *emoji == c) {
            Some((_, word)) => out.push_str(word),
            None if is_pictograph(c) => out.push(' '),
            None => out.push(c),
        },
    }
}

/// Zero-width and formatting characters: they hide words from a reader's eye or from a word match, so they go.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0000}'..='\u{e01ef}')
}

fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2500}'..='\u{27bf}' | '\u{2900}'..='\u{2bff}'
        | '\u{1f000}'..='\u{1faff}' | '\u{e000}'..='\u{f8ff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn look_alikes_become_ascii() {
        assert_eq!(normalise("I’m  after a “DESK” — 60×40…"), "i'm after a \"desk\" - 60x40...");
        assert_eq!(normalise("ｄｅｓｋ\u{200b}s\u{00a0}now"), "desks now");
        assert_eq!(normalise("👍🏽"), "yes");
        assert_eq!(normalise("🎉 sofa 🎉"), "sofa");
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "\\PC{0,80}") {
            let once = normalise(&text);
            prop_assert_eq!(normalise(&once), once);
        }
    }
}
