//! Multinomial logistic regression by stochastic gradient descent with per-weight step sizes (AdaGrad).

use std::collections::{BTreeSet, HashMap};

use easymart_conversation::domain::{
    understand::{classifier::Sample, features::Feature},
    understanding::Intent,
};

use super::noise::Random;

const EPOCHS: usize = 10;
const STEP: f32 = 0.25;
/// Share of the target that goes to all intents evenly: keeps the model from being too sure of templates.
const SMOOTHING: f32 = 0.06;
/// How much of a weight a visit takes away.
const DECAY: f32 = 2e-5;
/// How often a word of a sentence is hidden, when only refusals use it, and otherwise.
const HIDE_FOREIGN: f64 = 0.6;
const HIDE_SHOP: f64 = 0.08;
/// Most features in the model; the weakest go.
const MOST_FEATURES: usize = 24_000;

pub(crate) struct Model {
    pub(crate) intents: Vec<Intent>,
    pub(crate) rows: Vec<(u32, Vec<f32>)>,
}

/// Weights and squared gradients of one feature.
struct Row {
    weights: Vec<f32>,
    squares: Vec<f32>,
    /// Weights at the ends of the last epochs, added up: their mean is steadier than any of them.
    sums: Vec<f32>,
}

impl Row {
    fn remember(&mut self) {
        self.sums.iter_mut().zip(&self.weights).for_each(|(sum, weight)| *sum += weight);
    }

    fn mean(self) -> Vec<f32> {
        let count = (EPOCHS - EPOCHS / 2) as f32;
        self.sums.into_iter().map(|sum| sum / count).collect()
    }
}

pub(crate) fn train(samples: &[(Intent, Sample)], random: &mut Random) -> Model {
    let intents: Vec<Intent> = samples.iter().map(|(intent, _)| *intent).collect::<BTreeSet<_>>().into_iter().collect();
    let shop_words = shop_words(samples);
    let balance = balance(samples, &intents);
    let mut rows: HashMap<u32, Row> = HashMap::new();
    let mut order: Vec<usize> = (0..samples.len()).collect();
    for epoch in 0..EPOCHS {
        random.shuffle(&mut order);
        let step = STEP * (1.0 - 0.8 * epoch as f32 / EPOCHS as f32);
        for index in &order {
            let (intent, sample) = &samples[*index];
            let hide = |word: &str, random: &mut Random| {
                random.chance(if shop_words.contains(word) { HIDE_SHOP } else { HIDE_FOREIGN })
            };
            let features = sample.features(|word| !hide(word, random));
            let Some(class) = intents.iter().position(|other| other == intent) else { continue };
            learn_one(&mut rows, &features, class, balance[class], step, intents.len());
        }
        if epoch >= EPOCHS / 2 {
            rows.values_mut().for_each(Row::remember);
        }
    }
    Model { rows: strongest(rows), intents }
}

/// Words that sentences within the shop's scope use: these stay visible, so that an unknown word speaks for being out of scope.
fn shop_words(samples: &[(Intent, Sample)]) -> BTreeSet<String> {
    let inside =
        samples.iter().filter(|(intent, _)| !matches!(intent, Intent::OutOfScope | Intent::LanguageUnsupported));
    inside.flat_map(|(_, sample)| sample.words().map(str::to_owned)).collect()
}

/// Weight of each class: rare ones count more, but not as much as to be level.
fn balance(samples: &[(Intent, Sample)], intents: &[Intent]) -> Vec<f32> {
    let mean = samples.len() as f32 / intents.len() as f32;
    intents
        .iter()
        .map(|intent| {
            let count = samples.iter().filter(|(other, _)| other == intent).count() as f32;
            (mean / count.max(1.0)).powf(0.4).clamp(0.4, 3.0)
        })
        .collect()
}

fn learn_one(
    rows: &mut HashMap<u32, Row>,
    features: &[Feature],
    class: usize,
    balance: f32,
    step: f32,
    classes: usize,
) {
    let mut scores = vec![0.0_f32; classes];
    for (hash, value) in features {
        if let Some(row) = rows.get(hash) {
            scores.iter_mut().zip(&row.weights).for_each(|(score, weight)| *score += value * weight);
        }
    }
    let most = scores.iter().copied().fold(f32::MIN, f32::max);
    let total: f32 = scores.iter().map(|score| (score - most).exp()).sum();
    let errors: Vec<f32> = scores
        .iter()
        .enumerate()
        .map(|(index, score)| {
            let target = SMOOTHING / classes as f32 + if index == class { 1.0 - SMOOTHING } else { 0.0 };
            balance * ((score - most).exp() / total - target)
        })
        .collect();
    for (hash, value) in features {
        let row = rows.entry(*hash).or_insert_with(|| Row {
            weights: vec![0.0; classes],
            squares: vec![1e-3; classes],
            sums: vec![0.0; classes],
        });
        for (index, error) in errors.iter().enumerate() {
            let gradient = error * value + DECAY * row.weights[index];
            row.squares[index] += gradient * gradient;
            row.weights[index] -= step * gradient / row.squares[index].sqrt();
        }
    }
}

/// The features that say most, in the order of their hashes.
fn strongest(rows: HashMap<u32, Row>) -> Vec<(u32, Vec<f32>)> {
    let mut rows: Vec<(u32, Vec<f32>)> = rows.into_iter().map(|(hash, row)| (hash, row.mean())).collect();
    let strength = |weights: &[f32]| weights.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
    rows.sort_by(|a, b| strength(&b.1).total_cmp(&strength(&a.1)).then(a.0.cmp(&b.0)));
    rows.truncate(MOST_FEATURES);
    rows.sort_by_key(|(hash, _)| *hash);
    rows
}
