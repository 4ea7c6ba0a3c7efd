//! Which units are wanted and which are shunned: the scope of "no", "not", "without", "anything but".

use super::super::line::Line;
use crate::domain::lexicon::TermKind;

/// Whether a unit is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Polarity {
    /// Said plainly.
    Positive,
    /// Within the scope of a negation.
    Negative,
    /// A category within the scope whose look is what is shunned; wanted unless another one is.
    Spared,
}

/// The polarity of every unit of the line.
pub(crate) fn of(line: &Line<'_>) -> Vec<Polarity> {
    let mut polarity = vec![Polarity::Positive; line.len()];
    let mut at = 0;
    while at < line.len() {
        let end = scope_start(line, at);
        at = match end {
            Some(start) => mark_scope(line, start, &mut polarity).max(at + 1),
            None => at + 1,
        };
    }
    mark_free_of(line, &mut polarity);
    polarity
}

/// Where the scope begins, when a negation begins at `at`.
fn scope_start(line: &Line<'_>, at: usize) -> Option<usize> {
    if let Some(end) = line.starts_at("except_but", at) {
        return Some(end);
    }
    match line.stem(at) {
        "no" | "without" | "minus" | "except" | "never" | "nor" | "neither" | "hate" | "avoid" | "sans" | "exclude"
        | "excluding" | "omit" | "omitting" => Some(at + 1),
        "not" => Some(after_verbs(line, at + 1)),
        _ => None,
    }
}

/// "do not want any", "not looking for a": the scope begins behind the verb.
fn after_verbs(line: &Line<'_>, mut at: usize) -> usize {
    const PASSED: [&str; 24] = [
        "want",
        "need",
        "like",
        "looking",
        "look",
        "for",
        "a",
        "an",
        "any",
        "the",
        "after",
        "interested",
        "in",
        "show",
        "me",
        "show",
        "made",
        "of",
        "too",
        "be",
        "to",
        "have",
        "with",
        "from",
    ];
    while PASSED.contains(&line.stem(at)) {
        at += 1;
    }
    at
}

/// Marks names up to the end of the scope; returns where reading goes on.
fn mark_scope(line: &Line<'_>, start: usize, polarity: &mut [Polarity]) -> usize {
    let end = scope_end(line, start);
    let traits = (start..end).any(|at| is_trait(line, at));
    for (at, mark) in polarity.iter_mut().enumerate().take(end).skip(start) {
        // In "no leather sofas" it is the leather that is shunned.
        let spared = traits && line.units[at].has(TermKind::Category);
        *mark = if spared { Polarity::Spared } else { Polarity::Negative };
    }
    // A single plain word behind the negation is shunned too, so that it does not rank: "no armrest".
    if end == start && start < line.len() {
        polarity[start] = Polarity::Negative;
    }
    end
}

fn scope_end(line: &Line<'_>, start: usize) -> usize {
    const FILLERS: [&str; 12] = ["or", "any", "a", "an", "the", "and", "of", "made", "from", "in", "one", "too"];
    for at in start..line.len() {
        let next_is_name = line.units.get(at + 1).is_some_and(|next| next.is_term());
        let goes_on = line.units[at].is_term() || FILLERS.contains(&line.stem(at));
        if !goes_on || (line.stem(at) == "and" && !next_is_name) {
            return at;
        }
        let closes = line.units[at].has(TermKind::Category) && !joins(line.stem(at + 1));
        if line.breaks_after(at) || closes {
            return at + 1;
        }
    }
    line.len()
}

fn is_trait(line: &Line<'_>, at: usize) -> bool {
    let unit = line.units[at];
    if unit.has(TermKind::Category) {
        return false;
    }
    [TermKind::Colour, TermKind::Material, TermKind::Brand, TermKind::Style, TermKind::Feature]
        .iter()
        .any(|kind| unit.has(*kind))
}

fn joins(word: &str) -> bool {
    matches!(word, "or" | "and")
}

/// "metal-free", "leather free".
fn mark_free_of(line: &Line<'_>, polarity: &mut [Polarity]) {
    for at in 1..line.len() {
        if line.stem(at) == "free" && line.units[at - 1].has(TermKind::Material) {
            polarity[at - 1] = Polarity::Negative;
        }
    }
}
