//! Wishes that cannot come true together: "under $100 but over $500", "cheap luxury", "leather but no leather".

use std::sync::LazyLock;

use super::{line::Line, slots};
use crate::domain::{
    lexicon::{Lexicon, TermKind},
    understanding::{Dimension, SearchPatch, SizeLimit},
};

#[derive(Default, serde::Deserialize)]
struct Contradictions {
    styles: StylePairs,
}

#[derive(Default, serde::Deserialize)]
struct StylePairs {
    pairs: Vec<(String, String)>,
}

static DATA: LazyLock<Contradictions> =
    LazyLock::new(|| toml::from_str(include_str!("../../../data/nlu/contradictions.toml")).unwrap_or_default());

/// What contradicts what, as a key of the reply texts; `None` when all can be had together.
pub(crate) fn of(line: &Line<'_>, patch: &SearchPatch, lexicon: &Lexicon) -> Option<&'static str> {
    if prices_cross(patch) {
        return Some("price_range");
    }
    if price_words_clash(line) {
        return Some("price_word");
    }
    if sizes_cross(patch) || sizes_clash(line) {
        return Some("size");
    }
    if wanted_and_shunned(line, patch, lexicon) {
        return Some("excluded");
    }
    if bed_sizes_clash(line, lexicon) {
        return Some("bed_size");
    }
    styles_clash(line, lexicon).then_some("style")
}

fn prices_cross(patch: &SearchPatch) -> bool {
    matches!((patch.price_min, patch.price_max), (Some(least), Some(most)) if least.minor > most.minor)
}

/// A cheap word and a dear word, neither of them denied.
fn price_words_clash(line: &Line<'_>) -> bool {
    let low = line.find("price_low_word").or_else(|| line.find("cheapest"));
    let high = line.find("price_high_word").or_else(|| line.find("dearest"));
    let compares = |from: usize| {
        matches!(
            line.stem_before(from),
            "not" | "less" | "more" | "too" | "no" | "than" | "least" | "nothing" | "look" | "without"
        )
    };
    match (low, high) {
        (Some((low, low_end)), Some((high, _))) => {
            !(low..low_end).contains(&high) && !compares(low) && !compares(high) && !line.has("compare_words")
        }
        _ => false,
    }
}

fn sizes_cross(patch: &SearchPatch) -> bool {
    [Dimension::Width, Dimension::Depth, Dimension::Height].iter().any(|dimension| {
        let of = |limit: &&SizeLimit| limit.dimension == *dimension;
        let least = patch.sizes.iter().filter(of).filter_map(|limit| limit.min_cm).fold(f64::MIN, f64::max);
        let most = patch.sizes.iter().filter(of).filter_map(|limit| limit.max_cm).fold(f64::MAX, f64::min);
        least > most
    })
}

/// "small but spacious". Sizes of different things may differ: "small table with a large drawer".
fn sizes_clash(line: &Line<'_>) -> bool {
    let (Some((small, _)), Some((large, _))) = (line.find("small_word"), line.find("large_word")) else { return false };
    let between = &line.units[small.min(large) + 1..small.max(large)];
    let denied = |at: usize| matches!(line.stem_before(at), "not" | "too" | "no" | "how" | "nor" | "or");
    let parted = between.iter().any(|unit| {
        matches!(unit.stem.as_str(), "with" | "for" | "in" | "to" | "or" | "room" | "space" | "into" | "than" | "has")
    });
    !denied(small) && !denied(large) && !parted
}

fn wanted_and_shunned(line: &Line<'_>, patch: &SearchPatch, lexicon: &Lexicon) -> bool {
    let both = |kind: TermKind, wanted: &[String], shunned: &[String]| {
        shunned.iter().any(|no| wanted.iter().any(|yes| lexicon.is_within(kind, yes, no)))
    };
    both(TermKind::Colour, &patch.colours, &patch.exclude.colours)
        || both(TermKind::Material, &patch.materials, &patch.exclude.materials)
        || both(TermKind::Feature, &patch.features, &patch.exclude.features)
        || (line.has("same_thing_denied") && names_one_kind(line, lexicon))
}

/// Whether every kind that the line names is the same: "no desks, just chairs" contradicts nothing.
fn names_one_kind(line: &Line<'_>, lexicon: &Lexicon) -> bool {
    let kinds = slots::mentions(line, lexicon);
    kinds.windows(2).all(|pair| matches!(pair, [one, other] if one.value == other.value))
}

/// "queen size king bed". "twin over full" is a bunk, "queen or king" a choice.
fn bed_sizes_clash(line: &Line<'_>, lexicon: &Lexicon) -> bool {
    let sizes: Vec<(usize, &str)> = line
        .units
        .iter()
        .enumerate()
        .filter_map(|(at, unit)| {
            let id = unit.terms.iter().find(|id| lexicon.term(**id).kind == TermKind::BedSize)?;
            Some((at, lexicon.term(*id).value.as_str()))
        })
        .collect();
    let has_bed = line
        .units
        .iter()
        .any(|unit| unit.has(TermKind::Category) && (unit.stem.contains("bed") || unit.stem.contains("mattress")));
    has_bed
        && sizes.windows(2).any(|pair| {
            let [(first, one), (second, other)] = pair else { return false };
            let between = line.units[first + 1..*second]
                .iter()
                .any(|unit| matches!(unit.stem.as_str(), "over" | "or" | "and" | "to" | "with" | "not"));
            one != other && !between && !line.breaks_after(*first)
        })
}

fn styles_clash(line: &Line<'_>, lexicon: &Lexicon) -> bool {
    let styles: Vec<&str> = line
        .units
        .iter()
        .filter_map(|unit| unit.terms.iter().find(|id| lexicon.term(**id).kind == TermKind::Style))
        .map(|id| lexicon.term(*id).value.as_str())
        .collect();
    let has = |style: &String| styles.contains(&style.as_str());
    let chosen = line.units.iter().any(|unit| matches!(unit.stem.as_str(), "or" | "not" | "instead" | "no" | "mid"));
    !chosen && line.has("contrast") && DATA.styles.pairs.iter().any(|(one, other)| has(one) && has(other))
}
