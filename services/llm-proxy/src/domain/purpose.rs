use std::{collections::BTreeSet, fmt, sync::Arc};

/// Most purposes that are told apart: each is a series of every metric.
const MAX_PURPOSES: usize = 32;
/// Longest purpose, in characters.
const MAX_LENGTH: usize = 32;
/// What those beyond count as.
const OTHER: &str = "other";
/// What callers count as that do not say.
const UNSPECIFIED: &str = "unspecified";

/// What a call is for, fit to be a label of metrics: snake case, short, and one of few.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Purpose(Arc<str>);

impl Purpose {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The purposes seen so far.
#[derive(Debug, Default)]
pub(crate) struct Purposes(BTreeSet<Purpose>);

impl Purposes {
    /// The purpose that a caller means. What callers send cannot make more than [`MAX_PURPOSES`] of them, and two.
    pub(crate) fn named(&mut self, word: &str) -> Purpose {
        let purpose = Purpose(sanitise(word).into());
        let is_known = matches!(purpose.as_str(), OTHER | UNSPECIFIED) || self.0.contains(&purpose);
        if is_known {
            return purpose;
        }
        if self.0.len() >= MAX_PURPOSES {
            return Purpose(OTHER.into());
        }
        self.0.insert(purpose.clone());
        purpose
    }
}

fn sanitise(word: &str) -> String {
    let snake: String = word
        .chars()
        .take(MAX_LENGTH)
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' })
        .collect();
    match snake.trim_matches('_') {
        "" => UNSPECIFIED.to_owned(),
        snake => snake.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_become_snake_case() {
        let cases = [
            ("phrase_help", "phrase_help"),
            ("Phrase Help!", "phrase_help"),
            ("", UNSPECIFIED),
            ("!?", UNSPECIFIED),
            ("help\"} 1\nevil", "help___1_evil"),
        ];
        for (word, label) in cases {
            assert_eq!(Purposes::default().named(word).as_str(), label);
        }
    }

    #[test]
    fn those_beyond_the_limit_are_other_and_the_known_stay() {
        let mut purposes = Purposes::default();
        for number in 0..MAX_PURPOSES {
            purposes.named(&format!("p{number}"));
        }
        assert_eq!(purposes.named("one_more").as_str(), OTHER);
        assert_eq!(purposes.named("p0").as_str(), "p0");
        assert_eq!(purposes.named("").as_str(), UNSPECIFIED);
    }

    proptest! {
        #[test]
        fn every_label_is_short_snake_case_and_there_are_few(words in prop::collection::vec(".{0,50}", 0..80)) {
            let mut purposes = Purposes::default();
            let labels: BTreeSet<_> = words.iter().map(|word| purposes.named(word)).collect();
            prop_assert!(labels.len() <= MAX_PURPOSES + 2);
            for label in labels {
                let label = label.as_str();
                prop_assert!((1..=MAX_LENGTH).contains(&label.len()));
                prop_assert!(label.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_')));
            }
        }
    }
}
