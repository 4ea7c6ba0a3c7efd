//! Patterns that are looked for in every text of a feed.

use regex::Regex;

/// Compiles a pattern. A `\b` is a boundary between letters and digits of ASCII and anything else: for other boundaries the library takes
/// its slow way as soon as a text has a dash or a sign that is not ASCII.
pub(super) fn pattern(text: &str) -> Option<Regex> {
    Regex::new(&text.replace(r"\b", r"(?-u:\b)")).ok()
}
