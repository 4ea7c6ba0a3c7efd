//! The vectors of one generation: one file, made in full and then put in place, read through the page cache.
//!
//! Layout, little-endian: magic, dimensions (u32), products (u32), model (32 bytes), recipe (32 bytes); then for each product the key of
//! its text (16 bytes); for each its scale (f32); for each its numbers (one byte each); SHA-256 of all that.

use std::{
    collections::HashMap,
    fs,
    io::{BufWriter, Write},
    path::Path,
};

use sha2::{Digest as _, Sha256};
use tantivy::directory::{Directory as _, MmapDirectory, OwnedBytes};

use super::{
    encoder::EncodeError,
    quantised::{Quantised, inner_product},
};
use crate::domain::catalogue::Places;

const FILE: &str = "vectors";
const UNFINISHED: &str = "vectors.unfinished";
const MAGIC: &[u8; 8] = b"EMVECT01";
const HEADER: usize = 8 + 4 + 4 + 32 + 32;
const KEY: usize = 16;
const SCALE: usize = 4;
const CHECKSUM: usize = 32;

/// Why vectors cannot be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum VectorsError {
    /// The model.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// The disk.
    #[error("the vectors cannot be read or written: {0}")]
    Disk(#[from] std::io::Error),
    /// The file is not what was written.
    #[error("the file of vectors is damaged")]
    Damaged,
    /// Another model, another recipe or other products.
    #[error("the vectors were made with another model or for other products")]
    Outdated,
    /// Somebody asked to stop.
    #[error("stopped before all vectors were made")]
    Stopped,
}

/// What vectors were made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Origin {
    /// The model.
    pub(super) model: [u8; 32],
    /// What of a product was embedded, in whose words.
    pub(super) recipe: [u8; 32],
}

/// The vectors of one generation, by place.
pub struct Vectors {
    bytes: OwnedBytes,
    origin: Origin,
    dimensions: usize,
    products: usize,
}

impl Vectors {
    /// Writes the vectors into a directory; when this returns, all of them are there after a power cut.
    pub(super) fn create<'a>(
        directory: &Path,
        origin: Origin,
        dimensions: usize,
        keys: &[[u8; KEY]],
        vector: impl Fn(usize) -> (f32, &'a [i8]),
    ) -> Result<Self, VectorsError> {
        let unfinished = directory.join(UNFINISHED);
        let file = fs::File::create(&unfinished)?;
        let mut out = Summed { out: BufWriter::new(&file), sum: Sha256::new() };
        out.write_all(MAGIC)?;
        out.write_all(&(dimensions as u32).to_le_bytes())?;
        out.write_all(&(keys.len() as u32).to_le_bytes())?;
        out.write_all(&origin.model)?;
        out.write_all(&origin.recipe)?;
        keys.iter().try_for_each(|key| out.write_all(key))?;
        (0..keys.len()).try_for_each(|place| out.write_all(&vector(place).0.to_le_bytes()))?;
        for place in 0..keys.len() {
            let bytes: Vec<u8> = vector(place).1.iter().map(|value| value.cast_unsigned()).collect();
            out.write_all(&bytes)?;
        }
        let Summed { mut out, sum } = out;
        out.write_all(&sum.finalize())?;
        out.flush()?;
        file.sync_all()?;
        fs::rename(&unfinished, directory.join(FILE))?;
        fs::File::open(directory)?.sync_all()?;
        Self::read(directory)
    }

    /// Opens what was made for `products` products with this model and recipe.
    pub(super) fn open(directory: &Path, origin: Origin, products: usize) -> Result<Self, VectorsError> {
        let vectors = Self::read(directory)?;
        if vectors.origin != origin || vectors.products != products {
            return Err(VectorsError::Outdated);
        }
        Ok(vectors)
    }

    /// Opens whatever is there.
    pub(super) fn read(directory: &Path) -> Result<Self, VectorsError> {
        // The memory map of the text index's library is the safe one that is here anyway.
        let mapped = MmapDirectory::open(directory).map_err(unreadable)?;
        let file = mapped.open_read(Path::new(FILE)).map_err(unreadable)?;
        let bytes = file.read_bytes()?;
        let (content, checksum) =
            bytes.split_at_checked(bytes.len().wrapping_sub(CHECKSUM)).ok_or(VectorsError::Damaged)?;
        if content.len() < HEADER || !content.starts_with(MAGIC) || Sha256::digest(content)[..] != *checksum {
            return Err(VectorsError::Damaged);
        }
        let (dimensions, products) = (number(content, 8), number(content, 12));
        let origin = Origin { model: digest(content, 16), recipe: digest(content, 48) };
        if content.len() != HEADER + products * (KEY + SCALE + dimensions) {
            return Err(VectorsError::Damaged);
        }
        Ok(Self { bytes, origin, dimensions, products })
    }

    /// How many products have a vector: all of their generation.
    #[must_use]
    pub fn len(&self) -> usize {
        self.products
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.products == 0
    }

    /// The places nearest to a query among the allowed ones with their cosines, nearest first, at most `limit`.
    #[must_use]
    pub fn nearest(&self, query: &Quantised, allowed: &Places, limit: usize) -> Vec<(u32, f32)> {
        if limit == 0 || query.values.len() != self.dimensions {
            return Vec::new();
        }
        let wide: Vec<i16> = query.values.iter().map(|value| i16::from(*value)).collect();
        let mut best: Vec<(u32, f32)> = Vec::with_capacity(2 * limit);
        let mut least = f32::MIN;
        for place in allowed.iter().take_while(|place| (*place as usize) < self.products) {
            let product = inner_product(&wide, self.values(place as usize)) as f32;
            let cosine = product * query.scale * self.scale(place as usize);
            if cosine > least {
                best.push((place, cosine));
                if best.len() == 2 * limit {
                    best.select_nth_unstable_by(limit - 1, nearer);
                    best.truncate(limit);
                    least = best.last().map_or(least, |(_, cosine)| *cosine);
                }
            }
        }
        best.sort_unstable_by(nearer);
        best.truncate(limit);
        best
    }

    /// Places by the keys of their texts, if the model is the same: what is known need not be made again.
    pub(super) fn by_key(&self, model: &[u8; 32]) -> HashMap<[u8; KEY], usize> {
        if self.origin.model != *model {
            return HashMap::new();
        }
        (0..self.products).map(|place| (self.key(place), place)).collect()
    }

    /// A vector as it is kept.
    pub(super) fn quantised(&self, place: usize) -> Quantised {
        let values = self.values(place).iter().map(|byte| byte.cast_signed()).collect();
        Quantised { values, scale: self.scale(place) }
    }

    fn key(&self, place: usize) -> [u8; KEY] {
        let at = HEADER + place * KEY;
        let mut key = [0; KEY];
        key.copy_from_slice(&self.bytes[at..at + KEY]);
        key
    }

    fn scale(&self, place: usize) -> f32 {
        let at = HEADER + self.products * KEY + place * SCALE;
        let mut scale = [0; SCALE];
        scale.copy_from_slice(&self.bytes[at..at + SCALE]);
        f32::from_le_bytes(scale)
    }

    fn values(&self, place: usize) -> &[u8] {
        let at = HEADER + self.products * (KEY + SCALE) + place * self.dimensions;
        &self.bytes[at..at + self.dimensions]
    }
}

/// Best first; the same cosine by place, so that the order is always the same.
fn nearer(a: &(u32, f32), b: &(u32, f32)) -> std::cmp::Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> VectorsError {
    VectorsError::Disk(std::io::Error::other(error))
}

fn number(bytes: &[u8], at: usize) -> usize {
    let mut number = [0; 4];
    number.copy_from_slice(&bytes[at..at + 4]);
    u32::from_le_bytes(number) as usize
}

fn digest(bytes: &[u8], at: usize) -> [u8; 32] {
    let mut digest = [0; 32];
    digest.copy_from_slice(&bytes[at..at + 32]);
    digest
}

/// Writes and sums up what was written.
struct Summed<W> {
    out: W,
    sum: Sha256,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: Origin = Origin { model: [1; 32], recipe: [2; 32] };

    fn made(directory: &Path, vectors: &[Vec<f32>]) -> Vectors {
        let rounded: Vec<Quantised> = vectors.iter().map(|vector| Quantised::new(vector)).collect();
        let keys: Vec<[u8; KEY]> = (0..vectors.len() as u8).map(|place| [place; KEY]).collect();
        Vectors::create(directory, ORIGIN, 3, &keys, |place| (rounded[place].scale, &rounded[place].values)).unwrap()
    }

    #[test]
    fn the_nearest_of_the_allowed_come_first() {
        let directory = tempfile::tempdir().unwrap();
        let vectors = made(
            directory.path(),
            &[vec![1.0, 0.0, 0.0], vec![0.0, 1.0, 0.0], vec![0.6, 0.8, 0.0], vec![0.0, 0.0, 1.0]],
        );
        let query = Quantised::new(&[1.0, 0.0, 0.0]);
        let places = |allowed: &Places, limit| {
            vectors.nearest(&query, allowed, limit).iter().map(|(place, _)| *place).collect::<Vec<_>>()
        };
        assert_eq!(places(&Places::all(4), 2), [0, 2]);
        assert_eq!(places(&Places::all(4), 1), [0]);
        let mut allowed = Places::all(4);
        allowed.remove(0);
        assert_eq!(places(&allowed, 9), [2, 1, 3]);
        assert_eq!(places(&Places::none(4), 9), [0_u32; 0]);
        let cosine = vectors.nearest(&query, &Places::all(4), 2)[1].1;
        assert!((cosine - 0.6).abs() < 0.01, "{cosine}");
    }

    #[test]
    fn what_another_model_made_or_what_is_damaged_is_not_used() {
        let directory = tempfile::tempdir().unwrap();
        made(directory.path(), &[vec![1.0, 0.0, 0.0]]);
        assert!(Vectors::open(directory.path(), ORIGIN, 1).is_ok());
        assert!(matches!(Vectors::open(directory.path(), ORIGIN, 2), Err(VectorsError::Outdated)));
        let other = Origin { model: [3; 32], ..ORIGIN };
        assert!(matches!(Vectors::open(directory.path(), other, 1), Err(VectorsError::Outdated)));
        let path = directory.path().join(FILE);
        let mut bytes = fs::read(&path).unwrap();
        for (at, broken) in [(bytes.len() - 40, bytes.len()), (0, bytes.len()), (0, 20), (0, 0)] {
            let mut copy = bytes[..broken].to_vec();
            if let Some(byte) = copy.get_mut(at) {
                *byte ^= 1;
            }
            fs::write(&path, copy).unwrap();
            assert!(matches!(Vectors::open(directory.path(), ORIGIN, 1), Err(VectorsError::Damaged)), "{at} {broken}");
        }
        bytes.clear();
        fs::remove_file(path).unwrap();
        assert!(matches!(Vectors::open(directory.path(), ORIGIN, 1), Err(VectorsError::Disk(_))));
    }
}
