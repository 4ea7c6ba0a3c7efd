//! Telling most words that a list has not at a glance: an import asks many lists about every word, and most have none of them.

/// Passes every word that was added, and few others.
#[derive(Debug, Clone)]
pub struct Sieve {
    holes: [u64; SIZE / 64],
}

/// A thousand words leave nine tenths of it closed.
const SIZE: usize = 8_192;

impl Default for Sieve {
    fn default() -> Self {
        Self { holes: [0; SIZE / 64] }
    }
}

impl Sieve {
    /// Lets a word pass from now on.
    pub fn add(&mut self, word: &str) {
        let hole = hole(word);
        self.holes[hole / 64] |= 1 << (hole % 64);
    }

    /// Whether a word passes.
    #[must_use]
    pub fn passes(&self, word: &str) -> bool {
        let hole = hole(word);
        self.holes[hole / 64] >> (hole % 64) & 1 == 1
    }
}

/// By the length of a word, its first two letters and its last two.
fn hole(word: &str) -> usize {
    let bytes = word.as_bytes();
    let at = |i: usize| bytes.get(i).map_or(0, |byte| u64::from(*byte));
    let length = bytes.len();
    let ends = at(0) | at(1) << 8 | at(length.wrapping_sub(1)) << 16 | at(length.wrapping_sub(2)) << 24;
    let mixed = (ends | (length as u64) << 32).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> (64 - SIZE.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_passes_and_little_else() {
        let mut sieve = Sieve::default();
        let added: Vec<String> = (0..200).map(|number| format!("word{number}")).collect();
        added.iter().for_each(|word| sieve.add(word));
        assert!(added.iter().all(|word| sieve.passes(word)));
        let others = (0..2_000).filter(|number| sieve.passes(&format!("other{}", number * 7))).count();
        assert!(others < 200, "{others} of 2,000 others pass");
        assert!(!sieve.passes(""));
    }
}
