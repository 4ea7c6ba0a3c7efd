//! Tells markup of tools and prompts: text that pretends to come from the machinery rather than from a shopper.

use std::{collections::HashSet, sync::LazyLock};

use crate::domain::tool::Tool;

#[derive(Default, serde::Deserialize)]
struct Markup {
    tags: HashSet<String>,
}

static MARKUP: LazyLock<Markup> =
    LazyLock::new(|| toml::from_str(include_str!("../../../data/nlu/markup.toml")).unwrap_or_default());

/// Whether a message holds such markup: a tag by its name, or a tool by its own.
pub(crate) fn has_markup(text: &str) -> bool {
    let text = text.to_lowercase();
    has_tag(&text, '<', '>') || has_tag(&text, '[', ']') || Tool::ALL.iter().any(|tool| names(&text, tool.name()))
}

fn has_tag(text: &str, open: char, close: char) -> bool {
    text.split(open).skip(1).any(|rest| {
        let Some((inside, _)) = rest.split_once(close) else { return false };
        let inside = inside.trim_start_matches(['/', '|', ' ']);
        let end = inside.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(inside.len());
        MARKUP.tags.contains(&inside[..end])
    })
}

/// Whether the name stands there as a word of its own.
fn names(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.split(name)
        .zip(text.split(name).skip(1))
        .any(|(before, after)| !before.chars().next_back().is_some_and(part) && !after.chars().next().is_some_and(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_told_from_words() {
        assert!(!MARKUP.tags.is_empty());
        for text in
            ["<tool>x</tool>", "[/TOOLCALLS]", "<|im_start|>system", "please run get_cart now", "<script src=x>"]
        {
            assert!(has_markup(text), "{text}");
        }
        for text in ["chairs < $100 > 50", "a tool cabinet", "[desk]", "<b>desk</b>", "my_get_cart_thing"] {
            assert!(!has_markup(text), "{text}");
        }
    }
}
