//! Words: how every text and every query is cut, folded and compared. One definition, so that both sides always agree.

use unicode_normalization::UnicodeNormalization as _;

/// A word of a text, folded, and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Lower case letters and digits, accents removed.
    pub text: String,
    /// Byte offset of its first character in the original.
    pub start: usize,
    /// Byte offset just behind it.
    pub end: usize,
}

/// Most words are not longer than this, in bytes: they are allocated once.
const USUAL: usize = 12;
/// And with what parts them not shorter than this, so that a list of them is allocated once.
const SHORT: usize = 5;

/// Cuts a text into folded words: runs of letters and digits. An apostrophe inside a word does not part it.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    // Most texts are so, and an import cuts many.
    if text.is_ascii() {
        return ascii_words(text);
    }
    let mut found = Vec::new();
    let mut current: Option<Word> = None;
    for (start, character) in text.char_indices() {
        let end = start + character.len_utf8();
        if character.is_alphanumeric() {
            let word = current.get_or_insert_with(|| Word { text: String::with_capacity(USUAL), start, end });
            push_folded(&mut word.text, character);
            word.end = end;
        } else if !is_apostrophe(character) {
            found.extend(current.take());
        }
    }
    found.extend(current);
    found.retain(|word| !word.text.is_empty());
    found
}

/// The words of a text in which every byte is a character.
fn ascii_words(text: &str) -> Vec<Word> {
    let lower = text.to_ascii_lowercase();
    let bytes = lower.as_bytes();
    let mut found: Vec<Word> = Vec::with_capacity(bytes.len() / SHORT);
    let (mut end, mut goes_on) = (0, false);
    while let Some(between) = bytes[end..].iter().position(|byte| is_of_word(*byte)) {
        let start = end + between;
        goes_on = goes_on && bytes[end..start].iter().all(|byte| is_apostrophe((*byte).into()));
        let length = bytes[start..].iter().position(|byte| !is_of_word(*byte));
        end = length.map_or(bytes.len(), |length| start + length);
        match found.last_mut().filter(|_| goes_on) {
            Some(word) => {
                word.text.push_str(&lower[start..end]);
                word.end = end;
            }
            None => found.push(Word { text: lower[start..end].to_owned(), start, end }),
        }
        goes_on = true;
    }
    found
}

fn is_of_word(byte: u8) -> bool {
    matches!(byte, b'a'..=b'z' | b'0'..=b'9')
}

/// The folded words alone.
#[must_use]
pub fn tokens(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.text).collect()
}

/// The folded words, each in the singular: the form in which names are compared.
#[must_use]
pub fn stems(text: &str) -> Vec<String> {
    singulars(words(text))
}

/// Words in the singular.
#[must_use]
pub fn singulars(words: Vec<Word>) -> Vec<String> {
    words.into_iter().map(|word| into_singular(word.text)).collect()
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '`')
}

fn push_folded(word: &mut String, character: char) {
    if character.is_ascii() {
        word.push(character.to_ascii_lowercase());
        return;
    }
    // Compatibility decomposition parts "é" into "e" and an accent, which is no letter and goes.
    word.extend(character.to_lowercase().nfkd().filter(|c| c.is_alphanumeric()));
}

/// The singular of an English noun, good enough to compare names: "shelves" and "shelf", "benches" and "bench".
#[must_use]
pub fn singular(word: &str) -> String {
    into_singular(word.to_owned())
}

fn into_singular(mut word: String) -> String {
    let ends = |ends: &[&str]| ends.iter().any(|end| word.ends_with(end));
    let (cut, add) = if word.len() < 4 || !ends(&["s"]) || ends(&["ss", "us", "is"]) {
        (0, "")
    } else if ends(&["shelves"]) || word == "halves" {
        (3, "f")
    } else if ends(&["ies"]) && word.len() > 5 {
        (3, "y")
    } else if ends(&["ches", "shes", "sses", "xes"]) {
        (2, "")
    } else {
        (1, "")
    };
    word.truncate(word.len() - cut);
    word.push_str(add);
    word
}

/// The number and the unit of a word such as "120cm".
#[must_use]
pub fn number_and_unit(word: &str) -> Option<(&str, &str)> {
    let unit = word.find(|c: char| !c.is_ascii_digit()).filter(|at| *at > 0)?;
    let (number, unit) = word.split_at(unit);
    unit.chars().all(|c| c.is_ascii_alphabetic()).then_some((number, unit))
}

/// One value in the form in which names are compared: folded, singular, single blanks.
#[must_use]
pub fn fold(text: &str) -> String {
    stems(text).join(" ")
}

/// White space of any kind collapsed to single blanks; control characters dropped.
#[must_use]
pub fn squeeze(text: &str) -> String {
    if is_squeezed(text.as_bytes()) {
        return text.to_owned();
    }
    let mut squeezed = String::with_capacity(text.len());
    for part in text.split(|c: char| c.is_whitespace() || c.is_control() || is_invisible(c)) {
        if part.is_empty() {
            continue;
        }
        if !squeezed.is_empty() {
            squeezed.push(' ');
        }
        squeezed.push_str(part);
    }
    squeezed
}

/// Whether a text is plainly squeezed already: printable characters of one byte, single blanks between them.
fn is_squeezed(text: &[u8]) -> bool {
    let blank = |byte: Option<&u8>| byte == Some(&b' ');
    text.iter().all(|byte| (b' '..=b'~').contains(byte))
        && !blank(text.first())
        && !blank(text.last())
        && !text.windows(2).any(|pair| pair == b"  ")
}

/// Zero-width characters and the byte order mark: there to be seen by nobody.
fn is_invisible(character: char) -> bool {
    matches!(character, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}' | '\u{feff}')
}

/// A SKU or handle in the form in which it is looked up: without case, white space collapsed.
#[must_use]
pub fn reference_key(reference: &str) -> String {
    squeeze(reference).to_lowercase()
}

/// At most `limit` characters of a text, cut at a character.
#[must_use]
pub fn clip(text: &str, limit: usize) -> &str {
    text.char_indices().nth(limit).map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_folded_and_whole() {
        assert_eq!(tokens("Café-Style  L-Shaped DESK, 120cm"), ["cafe", "style", "l", "shaped", "desk", "120cm"]);
        assert_eq!(tokens("children's"), ["childrens"]);
        assert_eq!(tokens(" — "), Vec::<String>::new());
    }

    #[test]
    fn plurals_meet_their_singular() {
        for (plural, one) in [
            ("shelves", "shelf"),
            ("bookshelves", "bookshelf"),
            ("benches", "bench"),
            ("boxes", "box"),
            ("tables", "table"),
            ("buddies", "buddy"),
            ("glass", "glass"),
            ("chaise", "chaise"),
            ("bus", "bus"),
            ("chassis", "chassis"),
        ] {
            assert_eq!(singular(plural), one);
        }
    }

    #[test]
    fn white_space_collapses() {
        assert_eq!(squeeze(" A\u{a0}\tB\u{200b}\n C\u{7} "), "A B C");
        assert_eq!(reference_key("SW2MOB\tWILDO"), "sw2mob wildo");
    }

    proptest! {
        #[test]
        fn cutting_never_fails_and_offsets_are_real(text in ".{0,60}") {
            for word in words(&text) {
                prop_assert!(text.get(word.start..word.end).is_some());
                prop_assert!(!word.text.is_empty());
            }
        }

        #[test]
        fn plain_texts_are_cut_like_others(text in "[ -~]{0,60}") {
            // A letter that is no ASCII takes the long way and becomes a word of its own.
            let mut long_way = words(&format!("{text} é"));
            long_way.pop();
            prop_assert_eq!(words(&text), long_way);
        }

        #[test]
        fn what_is_squeezed_stays(text in "[ a-c\t]{0,20}") {
            prop_assert_eq!(squeeze(&text), text.split_whitespace().collect::<Vec<_>>().join(" "));
        }

        #[test]
        fn squeezing_twice_is_squeezing_once(text in ".{0,60}") {
            let once = squeeze(&text);
            prop_assert_eq!(squeeze(&once), once.clone());
        }
    }
}
