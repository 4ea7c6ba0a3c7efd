//! What people read on a terminal: colours where there is one, and texts of others that cannot command it.

use console::Style;

/// `text` without what a terminal would obey or hide: control characters and marks that turn the writing direction become visible.
#[must_use]
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if commands_a_terminal(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// [`plain`], line by line.
#[must_use]
pub fn plain_lines(text: &str) -> Vec<String> {
    text.lines().map(plain).collect()
}

fn commands_a_terminal(c: char) -> bool {
    let turns_direction = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || turns_direction
}

/// How texts stand out; or not, where nobody could see it.
#[derive(Debug, Clone, Copy)]
pub struct Palette {
    colours: bool,
}

impl Palette {
    /// Colours when standard output is a terminal that takes them (and `NO_COLOR` is not set).
    #[must_use]
    pub fn of_stdout() -> Self {
        Self { colours: console::colors_enabled() }
    }

    /// No colours at all.
    #[must_use]
    pub const fn none() -> Self {
        Self { colours: false }
    }

    /// A heading.
    #[must_use]
    pub fn heading(self, text: &str) -> String {
        self.apply(&Style::new().bold(), text)
    }

    /// Something beside the point.
    #[must_use]
    pub fn aside(self, text: &str) -> String {
        self.apply(&Style::new().dim(), text)
    }

    /// What is as it should be, or new.
    #[must_use]
    pub fn good(self, text: &str) -> String {
        self.apply(&Style::new().green(), text)
    }

    /// What is not as it should be, or gone.
    #[must_use]
    pub fn bad(self, text: &str) -> String {
        self.apply(&Style::new().red(), text)
    }

    fn apply(self, style: &Style, text: &str) -> String {
        style.clone().force_styling(self.colours).apply_to(text).to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_write_cannot_command_the_terminal() {
        assert_eq!(plain("a\u{1b}[31mb\u{7}\u{9b}c\r\nd\u{202e}e"), "a�[31mb��c��d�e");
        assert_eq!(plain("Café – 120 × 60 cm 🪑"), "Café – 120 × 60 cm 🪑");
        assert_eq!(plain_lines("one\ntwo\u{1b}"), ["one", "two�"]);
    }

    #[test]
    fn without_colours_nothing_is_added() {
        let palette = Palette::none();
        assert_eq!(palette.heading("a") + &palette.bad("b") + &palette.good("c") + &palette.aside("d"), "abcd");
        assert!(Palette { colours: true }.bad("b").contains('\u{1b}'));
    }
}
