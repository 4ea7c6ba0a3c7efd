//! Making the vectors of a generation: what is known is taken over, the rest goes through the model in batches of texts of one length, on
//! several threads.

use std::{
    collections::HashMap,
    path::Path,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use sha2::{Digest as _, Sha256};

use super::{
    encoder::{Encode, EncodeError},
    quantised::Quantised,
    text::{RECIPE, embedded_text, key},
    vectors::{Origin, Vectors, VectorsError},
};
use crate::domain::{catalogue::Catalogue, taxonomy::Taxonomy};

/// Texts that go through the model at once. More gain little and make the filling of shorter ones dearer.
const BATCH: usize = 16;

/// How far the making of vectors has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Texts that have a vector now.
    pub done: usize,
    /// Texts that had none when this began.
    pub total: usize,
}

/// Opens the vectors of a catalogue in `directory`, or makes them there. What `known` has of the same model is taken over. `go_on` hears of
/// the progress and says whether to continue. Blocks.
///
/// # Errors
/// When the model fails, the directory cannot be written, or `go_on` said no.
pub fn build(
    directory: &Path,
    catalogue: &Catalogue,
    encoder: &dyn Encode,
    threads: usize,
    known: Option<&Vectors>,
    go_on: &(dyn Fn(Progress) -> bool + Sync),
) -> Result<Vectors, VectorsError> {
    let origin = Origin { model: encoder.id(), recipe: recipe(catalogue.taxonomy) };
    match Vectors::open(directory, origin, catalogue.len()) {
        Ok(vectors) => return Ok(vectors),
        Err(VectorsError::Disk(_)) => {}
        Err(error) => tracing::warn!(%error, "the vectors are made anew"),
    }
    let older = Vectors::read(directory).ok();
    let mut have = HashMap::new();
    for source in [known, older.as_ref()].into_iter().flatten() {
        have.extend(source.by_key(&origin.model).into_iter().map(|(key, place)| (key, (source, place))));
    }
    let texts: Vec<String> = (0..catalogue.len() as u32)
        .map(|place| {
            catalogue.product(place).map(|product| embedded_text(&product, catalogue.taxonomy)).unwrap_or_default()
        })
        .collect();
    let keys: Vec<[u8; 16]> = texts.iter().map(|text| key(text)).collect();
    let mut vectors: HashMap<[u8; 16], Quantised> = HashMap::new();
    let mut missing: HashMap<[u8; 16], &str> = HashMap::new();
    for (key, text) in keys.iter().zip(&texts) {
        match have.get(key) {
            Some((source, place)) => drop(vectors.entry(*key).or_insert_with(|| source.quantised(*place))),
            None => drop(missing.insert(*key, text)),
        }
    }
    let missing: Vec<([u8; 16], &str)> = missing.into_iter().collect();
    vectors.extend(encode_all(&missing, encoder, threads, go_on)?);
    let vector =
        |place: usize| vectors.get(&keys[place]).map_or((1.0, &[][..]), |vector| (vector.scale, &vector.values[..]));
    Vectors::create(directory, origin, encoder.dimensions(), &keys, vector)
}

/// Texts change with the words that kinds of things are called by.
fn recipe(taxonomy: &Taxonomy) -> [u8; 32] {
    Sha256::new().chain_update(RECIPE.to_le_bytes()).chain_update(&taxonomy.version).finalize().into()
}

fn encode_all(
    texts: &[([u8; 16], &str)],
    encoder: &dyn Encode,
    threads: usize,
    go_on: &(dyn Fn(Progress) -> bool + Sync),
) -> Result<Vec<([u8; 16], Quantised)>, VectorsError> {
    let mut by_length: Vec<(usize, &([u8; 16], &str))> =
        texts.iter().map(|text| (encoder.length(text.1), text)).collect();
    by_length.sort_unstable();
    let batches: Vec<_> = by_length.chunks(BATCH).collect();
    let (next, stopped) = (AtomicUsize::new(0), AtomicBool::new(false));
    let made = Mutex::new(Vec::with_capacity(texts.len()));
    let work = || -> Result<(), EncodeError> {
        while !stopped.load(Ordering::Relaxed) {
            let Some(batch) = batches.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
            let texts: Vec<&str> = batch.iter().map(|(_, (_, text))| *text).collect();
            let encoded = encoder.encode(&texts)?;
            let mut made = made.lock().unwrap_or_else(PoisonError::into_inner);
            made.extend(batch.iter().zip(encoded).map(|((_, (key, _)), vector)| (*key, Quantised::new(&vector))));
            if !go_on(Progress { done: made.len(), total: by_length.len() }) {
                stopped.store(true, Ordering::Relaxed);
            }
        }
        Ok(())
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.clamp(1, batches.len().max(1))).map(|_| scope.spawn(work)).collect();
        let joined = workers.into_iter().map(|worker| worker.join().unwrap_or_else(|_| Err(broke_off())));
        joined.collect::<Result<(), EncodeError>>()
    })?;
    if stopped.into_inner() {
        return Err(VectorsError::Stopped);
    }
    Ok(made.into_inner().unwrap_or_else(PoisonError::into_inner))
}

fn broke_off() -> EncodeError {
    EncodeError::Model("it broke off".to_owned())
}
