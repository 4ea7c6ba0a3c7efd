//! Trains the intent classifier from the sentences in `data/nlu/training` and writes `data/nlu/model`. The same sentences give the same
//! file, bit by bit.
//!
//! Run it as `make train-intents`; it takes about a minute. The words of the sentences are spelling data that the reading itself uses: when
//! they changed, the program says so and wants to be built and run once more.

mod learn;
mod noise;
mod templates;

use std::{collections::BTreeSet, path::Path};

use anyhow::bail;
use easymart_conversation::domain::{
    lexicon::{Lexicon, Vocabulary},
    understand::classifier::{Classifier, Sample},
    understanding::Intent,
};
use easymart_core::Currency;

/// Seed of everything random: change it and the model changes.
const SEED: u64 = 20_261_123;

fn main() -> anyhow::Result<()> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/nlu");
    let lexicon = Lexicon::build(&Vocabulary::default(), Currency::AUD);
    let mut random = noise::Random::new(SEED);
    let sentences = templates::expand_all(&data.join("training"), SEED)?;
    let words = plain_words(&sentences);
    let words_file = data.join("model/words.txt");
    if std::fs::read_to_string(&words_file).ok().as_ref() != Some(&words) {
        std::fs::write(words_file, words)?;
        bail!("the words of the sentences changed and are written: run it again");
    }
    let mut samples = Vec::new();
    for (intent, text) in &sentences {
        samples.push((*intent, Sample::read(text, &lexicon)));
        if random.chance(0.35) {
            samples.push((*intent, Sample::read(&noise::with_slips(text, &mut random), &lexicon)));
        }
    }
    let model = learn::train(&samples, &mut random);
    let bytes = Classifier::encode(&model.intents, &model.rows);
    report(&sentences, &bytes);
    std::fs::write(data.join("model/intents.bin"), bytes)?;
    Ok(())
}

/// Every lower-case word of the English sentences, one a line, for the spelling corrector to leave alone.
fn plain_words(sentences: &[(Intent, String)]) -> String {
    let words: BTreeSet<String> = sentences
        .iter()
        .filter(|(intent, _)| *intent != Intent::LanguageUnsupported)
        .flat_map(|(_, text)| text.split(|c: char| !c.is_ascii_alphabetic()))
        .filter(|word| word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase()))
        .map(str::to_owned)
        .collect();
    words.into_iter().collect::<Vec<_>>().join("\n") + "\n"
}

#[allow(clippy::print_stdout)]
fn report(sentences: &[(Intent, String)], bytes: &[u8]) {
    println!("{} sentences, model of {} bytes", sentences.len(), bytes.len());
}
