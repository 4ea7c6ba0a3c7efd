//! A linear classifier over the features of a message. It was trained from the sentences in `data/nlu/training` by `make train-intents`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{
    features::{Feature, features, hash, symbols},
    reading::{Reading, Unit},
};
use crate::domain::{lexicon::Lexicon, understanding::Intent};

/// First bytes of a model file.
const MAGIC: &[u8; 8] = b"EMNLU-01";

/// Weights below this many steps of the scale are left out of the file: they decide nothing and make half of it.
const LEAST_STEP: i8 = 2;

/// Intents with one weight for each feature that speaks for or against them.
#[derive(Debug, Default)]
pub struct Classifier {
    intents: Vec<Intent>,
    scale: f32,
    /// Range in `weights` for each feature.
    rows: FxHashMap<u32, (u32, u32)>,
    weights: Vec<(u8, i8)>,
}

static CLASSIFIER: LazyLock<Classifier> =
    LazyLock::new(|| Classifier::from_bytes(include_bytes!("../../../data/nlu/model/intents.bin")).unwrap_or_default());

/// The classifier of the repository's model file.
#[must_use]
pub fn classifier() -> &'static Classifier {
    &CLASSIFIER
}

impl Classifier {
    /// Intents it can tell.
    #[must_use]
    pub fn intents(&self) -> &[Intent] {
        &self.intents
    }

    /// Log odds of each intent, in the order of `intents`.
    pub(crate) fn logits(&self, line: &[&Unit], asks: bool) -> Vec<f32> {
        let symbols = symbols(line, |word| self.rows.contains_key(&word));
        let mut sums = vec![0.0; self.intents.len()];
        for (hash, value) in features(line, &symbols, asks) {
            let Some((start, end)) = self.rows.get(&hash) else { continue };
            for (class, weight) in &self.weights[*start as usize..*end as usize] {
                if let Some(sum) = sums.get_mut(usize::from(*class)) {
                    *sum += value * f32::from(*weight) * self.scale;
                }
            }
        }
        sums
    }

    /// Reads a model file; `None` when it is not one.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let mut model = Self { scale: f32::from_le_bytes(take(&mut rest)?), ..Self::default() };
        let [classes] = take::<1>(&mut rest)?;
        for _ in 0..classes {
            let [length] = take::<1>(&mut rest)?;
            let name = std::str::from_utf8(rest.get(..usize::from(length))?).ok()?;
            rest = rest.get(usize::from(length)..)?;
            model.intents.push(serde_json::from_value(serde_json::Value::from(name)).ok()?);
        }
        while !rest.is_empty() {
            let feature = u32::from_le_bytes(take(&mut rest)?);
            let [count] = take::<1>(&mut rest)?;
            let start = u32::try_from(model.weights.len()).ok()?;
            for _ in 0..count {
                let [class, weight] = take::<2>(&mut rest)?;
                model.weights.push((class, i8::from_le_bytes([weight])));
            }
            model.rows.insert(feature, (start, start + u32::from(count)));
        }
        Some(model)
    }

    /// Writes a model file out of full weights: for each feature, by hash, one weight an intent. Weights too small for a step of the
    /// scale vanish.
    #[must_use]
    pub fn encode(intents: &[Intent], rows: &[(u32, Vec<f32>)]) -> Vec<u8> {
        let largest =
            rows.iter().flat_map(|(_, weights)| weights).fold(1e-6_f32, |most, weight| most.max(weight.abs()));
        let scale = largest / 127.0;
        let mut bytes = MAGIC.to_vec();
        bytes.extend(scale.to_le_bytes());
        bytes.push(intents.len() as u8);
        for intent in intents {
            bytes.push(intent.as_str().len() as u8);
            bytes.extend(intent.as_str().bytes());
        }
        for (feature, weights) in rows {
            let steps = weights.iter().map(|weight| (weight / scale).round() as i8).enumerate();
            let kept: Vec<[u8; 2]> = steps
                .filter(|(_, step)| step.abs() >= LEAST_STEP)
                .map(|(class, step)| [class as u8, step.to_le_bytes()[0]])
                .collect();
            if kept.is_empty() {
                continue;
            }
            bytes.extend(feature.to_le_bytes());
            bytes.push(kept.len() as u8);
            bytes.extend(kept.concat());
        }
        bytes
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*head)
}

/// A sentence as the trainer needs it.
#[derive(Debug)]
pub struct Sample {
    symbols: Vec<String>,
    units: Vec<Unit>,
    asks: bool,
}

impl Sample {
    /// Reads a training sentence with every word known.
    #[must_use]
    pub fn read(text: &str, lexicon: &Lexicon) -> Self {
        let reading = Reading::of(text, lexicon);
        let asks = reading.units.iter().any(|unit| unit.is_mark_of('?'));
        let units: Vec<Unit> = reading.units.into_iter().filter(|unit| !unit.is_mark()).collect();
        let line: Vec<&Unit> = units.iter().collect();
        Self { symbols: symbols(&line, |_| true), asks, units }
    }

    /// Plain words in it.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.symbols.iter().map(String::as_str).filter(|symbol| !symbol.starts_with('<'))
    }

    /// Its features when only the words that `knows` accepts are known.
    pub fn features(&self, mut knows: impl FnMut(&str) -> bool) -> Vec<Feature> {
        let seen: Vec<String> = self
            .symbols
            .iter()
            .map(|symbol| if symbol.starts_with('<') || knows(symbol) { symbol.clone() } else { "<unk>".to_owned() })
            .collect();
        let line: Vec<&Unit> = self
            .units
            .iter()
            .zip(&self.symbols)
            .zip(&seen)
            .filter(|((_, was), is)| was == is)
            .map(|((unit, _), _)| unit)
            .collect();
        features(&line, &seen, self.asks)
    }

    /// Hash of the feature that a word alone makes.
    #[must_use]
    pub fn word_feature(word: &str) -> u32 {
        hash(&["w", word])
    }
}
