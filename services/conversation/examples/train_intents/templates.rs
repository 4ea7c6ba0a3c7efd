//! Sentences out of templates: `(a|b|)` is a choice, `{name}` a filler of `fillers.toml`, which may itself be a template.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, bail};
use easymart_conversation::domain::understanding::Intent;

use super::noise::Random;

/// Fewest and most sentences that one line with choices gives; in between, about one for each choice.
const LEAST_PER_LINE: usize = 8;
const MOST_PER_LINE: usize = 90;
/// A filler adds at most this many sentences to its line.
const MOST_PER_FILLER: usize = 45;
/// How often a sentence counts that is written out, so that it weighs something beside those that a template gives many of.
const WRITTEN_OUT: usize = 3;
/// Fillers may name fillers, this deep.
const DEEPEST: usize = 6;

/// Every sentence of the folder; the file's name is the intent.
pub(crate) fn expand_all(folder: &Path, seed: u64) -> anyhow::Result<Vec<(Intent, String)>> {
    let fillers = fs::read_to_string(folder.join("fillers.toml")).context("fillers.toml")?;
    let fillers: BTreeMap<String, Vec<String>> = toml::from_str(&fillers)?;
    let mut paths: Vec<_> =
        fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?.into_iter().map(|entry| entry.path()).collect();
    paths.sort();
    let mut sentences = Vec::new();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "txt")) {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        let intent: Intent = serde_json::from_value(name.into()).with_context(|| format!("{name} is no intent"))?;
        let text = fs::read_to_string(path)?;
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            let mut expander = Expander { fillers: &fillers, random: Random::of(line, seed), used: BTreeMap::new() };
            let times = if line.contains(['(', '{']) { 1 } else { WRITTEN_OUT };
            let expanded = expander.sentences(line)?.into_iter();
            sentences.extend(expanded.flat_map(|sentence| std::iter::repeat_n((intent, sentence), times)));
        }
    }
    Ok(sentences)
}

/// Expands one line. Its randomness comes from the line itself, so that a new line changes the sentences of no other.
struct Expander<'a> {
    fillers: &'a BTreeMap<String, Vec<String>>,
    random: Random,
    /// How often each alternative of a choice was taken.
    used: BTreeMap<String, Vec<u32>>,
}

impl Expander<'_> {
    fn sentences(&mut self, line: &str) -> anyhow::Result<BTreeSet<String>> {
        let mut sentences = BTreeSet::new();
        let choices = line.matches('|').count() + self.filler_choices(line);
        let tries = if choices == 0 { 1 } else { choices.clamp(LEAST_PER_LINE, MOST_PER_LINE) };
        for _ in 0..tries {
            let sentence = self.expand(line, 0)?;
            sentences.insert(sentence.split_whitespace().collect::<Vec<_>>().join(" "));
        }
        Ok(sentences)
    }

    /// One of the alternatives that were taken least often so far, so that few sentences show them all.
    fn pick(&mut self, choice: &str, count: usize) -> usize {
        let used = self.used.entry(choice.to_owned()).or_insert_with(|| vec![0; count]);
        let least = used.iter().copied().min().unwrap_or(0);
        let rare: Vec<usize> = (0..count).filter(|at| used[*at] == least).collect();
        let picked = rare[self.random.below(rare.len())];
        used[picked] += 1;
        picked
    }

    /// How much the fillers of a line can vary, long lists counting less than they have.
    fn filler_choices(&self, line: &str) -> usize {
        let names = line.split('{').skip(1).filter_map(|rest| rest.split('}').next());
        names.map(|name| self.fillers.get(name).map_or(0, |choices| choices.len().min(MOST_PER_FILLER))).sum()
    }

    fn expand(&mut self, template: &str, depth: usize) -> anyhow::Result<String> {
        if depth > DEEPEST {
            bail!("fillers go in circles: {template}");
        }
        let mut out = String::new();
        let mut rest = template;
        while let Some(at) = rest.find(['(', '{']) {
            out.push_str(&rest[..at]);
            let opening = &rest[at..];
            if opening.starts_with('(') {
                let end = closing(opening).with_context(|| format!("unclosed choice: {template}"))?;
                let choices = alternatives(&opening[1..end]);
                let chosen = choices[self.pick(&opening[..=end], choices.len())];
                out.push_str(&self.expand(chosen, depth)?);
                rest = &opening[end + 1..];
            } else {
                let end = opening.find('}').with_context(|| format!("unclosed filler: {template}"))?;
                let name = &opening[1..end];
                let choices = self.fillers.get(name).with_context(|| format!("no filler {name}"))?;
                let chosen = choices[self.pick(&opening[..=end], choices.len())].clone();
                out.push_str(&self.expand(&chosen, depth + 1)?);
                rest = &opening[end + 1..];
            }
        }
        out.push_str(rest);
        Ok(out)
    }
}

/// Position of the bracket that closes the first one.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// The choices between the bars of this level.
fn alternatives(text: &str) -> Vec<&str> {
    let (mut depth, mut start) = (0, 0);
    let mut choices = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '|' if depth == 0 => {
                choices.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    choices.push(&text[start..]);
    choices
}
