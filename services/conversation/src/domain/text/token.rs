//! Words, numbers, codes, addresses and punctuation marks of a message, in order.

use super::contraction;

/// Longest text that is read; the rest of a longer message is ignored. Messages are limited to 1,000 characters long before.
const MAX_BYTES: usize = 8_000;

/// Units of measurement and markers that may stick to a number: "120cm", "2x", "1.2k".
const STICKY: [&str; 46] = [
    "mm", "cm", "cms", "m", "mtr", "metre", "metres", "meter", "meters", "in", "inch", "inches", "ft", "feet", "foot",
    "kg", "kgs", "kilo", "kilos", "g", "k", "x", "pc", "pcs", "pk", "pack", "seater", "seat", "door", "drawer", "tier",
    "shelf", "bucks", "dollars", "aud", "cents", "c", "hr", "hrs", "mins", "am", "pm", "d", "l", "h", "w",
];

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TokenKind {
    /// Letters.
    Word,
    /// Digits with an optional fraction.
    Number(f64),
    /// Letters and digits together, as in stock keeping units.
    Code,
    /// A web address.
    Url,
    /// One mark.
    Mark(char),
}

/// One piece of a message.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    /// In lower case, contracted forms written out.
    pub text: String,
    /// As typed.
    pub raw: String,
    /// What it is.
    pub kind: TokenKind,
    /// Whether white space or the start stands before it.
    pub spaced: bool,
}

/// Splits a text that went through [`super::clean`].
#[must_use]
pub fn tokenise(text: &str) -> Vec<Token> {
    let text = cut(text);
    let mut tokens = Vec::with_capacity(text.len() / 5 + 1);
    for piece in text.split(' ').filter(|piece| !piece.is_empty()) {
        Piece { rest: piece, spaced: true, tokens: &mut tokens }.split();
    }
    tokens
}

fn cut(text: &str) -> &str {
    if text.len() <= MAX_BYTES {
        return text;
    }
    let end = (0..=MAX_BYTES).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    &text[..end]
}

/// What is left of a stretch without white space, and where its tokens go.
struct Piece<'a, 't> {
    rest: &'a str,
    spaced: bool,
    tokens: &'t mut Vec<Token>,
}

impl Piece<'_, '_> {
    fn split(&mut self) {
        if is_url(self.rest) {
            let length = self.rest.trim_end_matches(['.', ',', '!', '?', ')', ';']).len();
            self.push(length, TokenKind::Url);
        } else if let Some(length) = code_length(self.rest) {
            self.push(length, TokenKind::Code);
        }
        while let Some(first) = self.rest.chars().next() {
            if starts_number(self.rest) {
                self.number();
            } else if first.is_alphabetic() {
                self.word();
            } else {
                self.push(first.len_utf8(), TokenKind::Mark(first));
            }
        }
    }

    fn number(&mut self) {
        let length = number_length(self.rest);
        let digits = self.rest[..length].replace(',', "");
        let suffix = letters(&self.rest[length..]);
        let sticks = suffix.is_empty() || STICKY.contains(&suffix.to_lowercase().as_str());
        if !sticks {
            return self.push(length + alphanumeric_length(&self.rest[length..]), TokenKind::Code);
        }
        self.push(length, TokenKind::Number(digits.parse().unwrap_or(0.0)));
    }

    fn word(&mut self) {
        let length = contraction::slashed(self.rest).unwrap_or_else(|| word_length(self.rest));
        let raw = &self.rest[..length];
        let lower = raw.to_lowercase();
        let digits_follow = self.rest[length..].starts_with(|c: char| c.is_ascii_digit());
        if digits_follow && !is_marker(&lower) {
            return self.push(alphanumeric_length(self.rest), TokenKind::Code);
        }
        match contraction::expand(&lower) {
            Some(words) => self.push_words(words, length),
            None => self.push_plain(&lower, length),
        }
    }

    fn push_words(&mut self, words: &[&str], length: usize) {
        let raw = &self.rest[..length];
        for word in words {
            let token =
                Token { text: (*word).to_owned(), raw: raw.to_owned(), kind: TokenKind::Word, spaced: self.spaced };
            self.tokens.push(token);
        }
        self.advance(length);
    }

    /// A word without its possessive ending.
    fn push_plain(&mut self, lower: &str, length: usize) {
        let stem = lower.strip_suffix("'s").unwrap_or(lower).replace('\'', "");
        let raw = self.rest[..length].to_owned();
        self.tokens.push(Token { text: stem, raw, kind: TokenKind::Word, spaced: self.spaced });
        self.advance(length);
    }

    fn push(&mut self, length: usize, kind: TokenKind) {
        let raw = &self.rest[..length];
        self.tokens.push(Token { text: raw.to_lowercase(), raw: raw.to_owned(), kind, spaced: self.spaced });
        self.advance(length);
    }

    fn advance(&mut self, length: usize) {
        self.rest = &self.rest[length..];
        self.spaced = false;
    }
}

fn is_url(text: &str) -> bool {
    let lower = text.get(..8).unwrap_or(text).to_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("www.")
}

/// Words that a number may follow without a space: "option2", "x4", "no1".
fn is_marker(word: &str) -> bool {
    matches!(
        word,
        "x" | "no"
            | "option"
            | "opt"
            | "item"
            | "number"
            | "num"
            | "product"
            | "choice"
            | "qty"
            | "aud"
            | "a"
            | "au"
            | "under"
            | "over"
    )
}

fn starts_number(text: &str) -> bool {
    let mut chars = text.chars();
    match chars.next() {
        Some(c) if c.is_ascii_digit() => true,
        Some('.') => chars.next().is_some_and(|c| c.is_ascii_digit()),
        _ => false,
    }
}

/// Length of "1,500.25": commas only before groups of three digits.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut end = 0;
    let mut seen_point = false;
    while end < bytes.len() {
        match bytes[end] {
            b'0'..=b'9' => end += 1,
            b'.' if !seen_point && digit(end + 1) => {
                seen_point = true;
                end += 1;
            }
            b',' if !seen_point && (1..=3).all(|i| digit(end + i)) && !digit(end + 4) => end += 4,
            _ => break,
        }
    }
    end
}

fn letters(text: &str) -> &str {
    &text[..text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len())]
}

fn alphanumeric_length(text: &str) -> usize {
    text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len())
}

/// Length of a word: letters with apostrophes between them.
fn word_length(text: &str) -> usize {
    let mut end = 0;
    for (at, c) in text.char_indices() {
        let inner_apostrophe = c == '\'' && at > 0 && text[at + 1..].starts_with(char::is_alphabetic);
        if !c.is_alphabetic() && !is_mark_on_letter(c) && !inner_apostrophe {
            break;
        }
        end = at + c.len_utf8();
    }
    end.max(text.chars().next().map_or(0, char::len_utf8))
}

/// Vowel signs and accents that belong to the letter before them, in scripts that write them apart.
fn is_mark_on_letter(c: char) -> bool {
    matches!(c, '\u{0300}'..='\u{036f}' | '\u{0900}'..='\u{0903}' | '\u{093a}'..='\u{094f}' | '\u{064b}'..='\u{065f}' | '\u{0e31}'..='\u{0e4e}')
}

/// Length of a stock keeping unit at the start: letters and digits in at least two parts joined by `-`, `/` or `_`.
fn code_length(text: &str) -> Option<usize> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '/' | '_')).unwrap_or(text.len());
    let code = text[..end].trim_end_matches(['-', '/', '_']);
    let parts: Vec<&str> = code.split(['-', '/', '_']).collect();
    let has = |test: fn(&u8) -> bool| code.bytes().any(|b| test(&b));
    let mixed = has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic);
    (parts.len() > 1 && mixed && parts.iter().all(|part| !part.is_empty()) && !parts.iter().all(|part| is_plain(part)))
        .then_some(code.len())
}

/// Whether a part reads as ordinary language: "3", "seater", "80cm"; a code has at least one part that does not, or a shouted one.
fn is_plain(part: &str) -> bool {
    let split = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
    let (digits, rest) = part.split_at(split);
    let lower = rest.to_lowercase();
    let all_letters = rest.bytes().all(|b| b.is_ascii_alphabetic());
    match (digits.is_empty(), rest.is_empty()) {
        (false, true) => digits.len() < 5,
        (true, false) => {
            all_letters && (part == lower || part.len() > 5 || part.chars().skip(1).all(char::is_lowercase))
        }
        _ => STICKY.contains(&lower.as_str()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::text::clean;

    fn texts(message: &str) -> Vec<String> {
        tokenise(&clean(message)).into_iter().map(|token| token.text).collect()
    }

    #[test]
    fn words_numbers_and_marks() {
        assert_eq!(texts("Don't add 2x, mate's rates!"), ["do", "not", "add", "2", "x", ",", "mate", "rates", "!"]);
        assert_eq!(texts("under $1,500 or 1.2k"), ["under", "$", "1,500", "or", "1.2", "k"]);
        assert_eq!(texts("80-120 dollars"), ["80", "-", "120", "dollars"]);
        assert_eq!(texts("60x40x40cm"), ["60", "x", "40", "x", "40", "cm"]);
        assert_eq!(texts("x4 of option2"), ["x", "4", "of", "option", "2"]);
        assert_eq!(texts("chair W/out arms, w/wheels"), ["chair", "without", "arms", ",", "with", "wheels"]);
        assert_eq!(texts("a 3-seater, mid-century"), ["a", "3", "-", "seater", ",", "mid", "-", "century"]);
    }

    #[test]
    fn codes_and_addresses_stay_whole() {
        assert_eq!(texts("is ABC-G-2004-BK ok?"), ["is", "abc-g-2004-bk", "ok", "?"]);
        assert_eq!(texts("SKU XLW10/CH"), ["sku", "xlw10/ch"]);
        assert_eq!(texts("HASD-1-BK."), ["hasd-1-bk", "."]);
        assert_eq!(
            texts("https://shop.example/products/a-b?x=1, ok"),
            ["https://shop.example/products/a-b?x=1", ",", "ok"]
        );
        assert_eq!(tokenise("XL9 BR")[0].kind, TokenKind::Code);
    }
}
