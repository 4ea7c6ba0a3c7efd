//! Words: how every text and every query is cut, folded and compared. One definition, so that both sides always agree.

use std::borrow::Cow;

use compact_str::CompactString;
use unicode_normalization::UnicodeNormalization as _;

/// A folded word: lower case letters and digits, accents removed. All but the longest are held in place, without memory of their own: an
/// import cuts millions.
pub type Token = CompactString;

/// A text that is a word or two as a rule: held in place, too, unless it is longer than 24 bytes.
pub type ShortText = CompactString;

/// A word of a text, folded, and where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: Token,
    /// Byte offset of its first character in the original.
    pub start: usize,
    /// Byte offset just behind it.
    pub end: usize,
}

/// Most words with what parts them are not shorter than this, in bytes: a list of them is allocated once.
const SHORT: usize = 5;

/// Cuts a text into folded words: runs of letters and digits. An apostrophe inside a word does not part it.
#[must_use]
pub fn words(text: &str) -> Vec<Word> {
    words_as(text, |word| word)
}

/// The words of a text, each made into something.
fn words_as<T>(text: &str, of: impl FnMut(Word) -> T) -> Vec<T> {
    let mut made = Vec::with_capacity(text.len().div_ceil(SHORT));
    made.extend(Words { text, lower: text.to_ascii_lowercase(), start: 0 }.map(of));
    made
}

/// The words of a text, one after the other.
struct Words<'t> {
    text: &'t str,
    /// The same with its letters of one byte in lower case.
    lower: String,
    /// Where to go on.
    start: usize,
}

impl Iterator for Words<'_> {
    type Item = Word;

    #[inline]
    fn next(&mut self) -> Option<Word> {
        let bytes = self.lower.as_bytes();
        while self.start < bytes.len() {
            let start = self.start;
            let plain = bytes[start..].iter().position(|byte| KINDS[usize::from(*byte)] != Kind::OfWord);
            let end = plain.map_or(bytes.len(), |length| start + length);
            let between = bytes.get(end).is_none_or(|byte| KINDS[usize::from(*byte)] == Kind::Between);
            if !between {
                let (word, next) = any_word(self.text, start);
                self.start = next;
                if word.is_some() {
                    return word;
                }
                continue;
            }
            self.start = end + 1;
            // Most words are so: nothing but letters and digits of one byte.
            if end > start {
                return Some(Word { text: Token::new(&self.lower[start..end]), start, end });
            }
        }
        None
    }
}

/// What a byte of a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A letter or digit.
    OfWord,
    /// Neither that nor an apostrophe.
    Between,
    /// An apostrophe, or part of a longer character.
    Other,
}

const KINDS: [Kind; 256] = {
    let mut kinds = [Kind::Other; 256];
    let mut byte = 0;
    while byte < 128 {
        let character = byte as u8;
        kinds[byte] = match character {
            b'\'' | b'`' => Kind::Other,
            _ if character.is_ascii_alphanumeric() => Kind::OfWord,
            _ => Kind::Between,
        };
        byte += 1;
    }
    kinds
};

/// The word of any characters at an offset, unless there is none, and where to go on.
fn any_word(text: &str, from: usize) -> (Option<Word>, usize) {
    let mut word: Option<Word> = None;
    let mut next = text.len();
    for (at, character) in text[from..].char_indices() {
        let (start, end) = (from + at, from + at + character.len_utf8());
        if character.is_alphanumeric() {
            let word = word.get_or_insert_with(|| Word { text: Token::default(), start, end });
            push_folded(&mut word.text, character);
            word.end = end;
        } else if !is_apostrophe(character) {
            next = end;
            break;
        }
    }
    (word.filter(|word| !word.text.is_empty()), next)
}

/// The folded words alone.
#[must_use]
pub fn tokens(text: &str) -> Vec<Token> {
    words_as(text, |word| word.text)
}

/// The folded words, each in the singular: the form in which names are compared.
#[must_use]
pub fn stems(text: &str) -> Vec<Token> {
    words_as(text, |word| into_singular(word.text))
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '`')
}

fn push_folded(word: &mut Token, character: char) {
    if character.is_ascii() {
        word.push(character.to_ascii_lowercase());
        return;
    }
    // Compatibility decomposition parts "é" into "e" and an accent, which is no letter and goes.
    word.extend(character.to_lowercase().nfkd().filter(|c| c.is_alphanumeric()));
}

/// The singular of an English noun, good enough to compare names: "shelves" and "shelf", "benches" and "bench".
#[must_use]
pub fn singular(word: &str) -> Token {
    into_singular(Token::new(word))
}

fn into_singular(mut word: Token) -> Token {
    if word.len() < 4 || word.as_bytes().last() != Some(&b's') {
        return word;
    }
    let ends = |ends: &[&str]| ends.iter().any(|end| word.ends_with(end));
    let (cut, add) = if ends(&["ss", "us", "is"]) {
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
pub fn squeeze(text: &str) -> Cow<'_, str> {
    if is_squeezed(text.as_bytes()) {
        return Cow::Borrowed(text);
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
    Cow::Owned(squeezed)
}

/// Whether a text is plainly squeezed already: printable characters of one byte, single blanks between them.
fn is_squeezed(text: &[u8]) -> bool {
    let (Some(first), Some(last)) = (text.first(), text.last()) else { return true };
    // Without a way out on the way, each of the two goes over many bytes at once.
    let printable = text.iter().fold(true, |so_far, byte| so_far & matches!(byte, b' '..=b'~'));
    let single = text.iter().zip(&text[1..]).fold(true, |so_far, pair| so_far & (pair != (&b' ', &b' ')));
    printable && single && *first != b' ' && *last != b' '
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
        assert_eq!(tokens(" — "), Vec::<Token>::new());
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
        fn every_word_is_cut_like_any_other(text in "[ -~é’²ß]{0,60}") {
            let (mut one_by_one, mut at) = (Vec::new(), 0);
            while at < text.len() {
                let (word, next) = any_word(&text, at);
                one_by_one.extend(word);
                at = next;
            }
            prop_assert_eq!(words(&text), one_by_one);
        }

        #[test]
        fn what_is_squeezed_stays(text in "[ a-c\t]{0,20}") {
            prop_assert_eq!(squeeze(&text), text.split_whitespace().collect::<Vec<_>>().join(" "));
        }

        #[test]
        fn squeezing_twice_is_squeezing_once(text in ".{0,60}") {
            let once = squeeze(&text);
            prop_assert_eq!(squeeze(&once), &once[..]);
        }
    }
}
