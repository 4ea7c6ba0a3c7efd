//! Texts as people should read them: entities decoded, mark-up gone, white space collapsed.

use std::{borrow::Cow, sync::LazyLock};

use memchr::memchr;
use regex::Regex;

use crate::domain::text::squeeze;

/// A plain text field: entities decoded (twice, because feeds escape what was escaped before), control characters and no-break
/// spaces gone.
#[must_use]
pub fn clean(text: &str) -> Cow<'_, str> {
    if memchr(b'&', text.as_bytes()).is_none() {
        return squeeze(text);
    }
    let once = html_escape::decode_html_entities(text);
    let twice = html_escape::decode_html_entities(&once);
    Cow::Owned(squeeze(&twice).into_owned())
}

/// A field with HTML: the visible text, one piece for each block, so that a list of selling points stays a list.
#[must_use]
pub fn clean_html(html: &str) -> Vec<String> {
    if memchr(b'<', html.as_bytes()).is_none() {
        return lines(html);
    }
    let without_scripts = replace(&SCRIPTS, html, " ");
    let blocks = replace(&BLOCKS, &without_scripts, "\n");
    lines(&replace(&TAGS, &blocks, " "))
}

fn lines(plain: &str) -> Vec<String> {
    plain.lines().map(clean).filter(|line| !line.is_empty()).map(Cow::into_owned).collect()
}

static SCRIPTS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?is)<script\b.*?</script\s*>|<style\b.*?</style\s*>|<!--.*?-->").ok());
static BLOCKS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)</?(?:p|div|li|ul|ol|br|tr|table|td|h[1-6]|section)\b[^>]*>").ok());
static TAGS: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"<[A-Za-z/!][^>]*>").ok());

fn replace<'a>(pattern: &Option<Regex>, text: &'a str, by: &str) -> Cow<'a, str> {
    pattern.as_ref().map_or(Cow::Borrowed(text), |pattern| pattern.replace_all(text, by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_and_white_space() {
        assert_eq!(clean("Oak &amp;amp; ash\u{a0}&gt; 2&nbsp;m\t"), "Oak & ash > 2 m");
        assert_eq!(clean("a < b"), "a < b");
    }

    #[test]
    fn html_keeps_its_lines_and_loses_its_scripts() {
        let html =
            "<p>Solid <b>oak</b></p><ul><li>Two drawers</li><li>Width: 120&nbsp;cm</li></ul><script>x()</script>";
        assert_eq!(clean_html(html), ["Solid oak", "Two drawers", "Width: 120 cm"]);
    }
}
