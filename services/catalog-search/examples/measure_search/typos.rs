//! One typo in a query, the same one for the same query and seed.

use easymart_catalog_search::domain::text::words;

/// Keys of a keyboard, row by row: fingers slip to a neighbour.
const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// The query with one typo in its longest word: a letter doubled, left out, swapped with the next one or mistaken for its neighbour.
pub(crate) fn misspelt(query: &str, seed: u64) -> String {
    let Some(longest) = words(query).into_iter().rev().max_by_key(|word| word.text.chars().count()) else {
        return query.to_owned();
    };
    let letters: Vec<char> = query[longest.start..longest.end].chars().collect();
    let mut dice = Dice::new(query, seed);
    // Some typos change nothing (two equal letters swapped): another one is made then.
    let word = (0..100).map(|_| one_typo(&letters, &mut dice)).find(|word| *word != letters).unwrap_or(letters);
    let word: String = word.into_iter().collect();
    format!("{}{word}{}", &query[..longest.start], &query[longest.end..])
}

fn one_typo(letters: &[char], dice: &mut Dice) -> Vec<char> {
    let mut word = letters.to_vec();
    let at = dice.below(word.len());
    match dice.below(4) {
        0 => word.insert(at, word[at]),
        1 if word.len() > 1 => drop(word.remove(at)),
        2 if at + 1 < word.len() => word.swap(at, at + 1),
        _ => word[at] = neighbour(word[at], dice),
    }
    word
}

fn neighbour(letter: char, dice: &mut Dice) -> char {
    let lower = letter.to_ascii_lowercase();
    let Some(row) = ROWS.iter().find(|row| row.contains(lower)) else { return 'x' };
    let keys: Vec<char> = row.chars().collect();
    let at = keys.iter().position(|key| *key == lower).unwrap_or(0);
    let left = at.checked_sub(1).map(|left| keys[left]);
    let beside: Vec<char> = left.into_iter().chain(keys.get(at + 1).copied()).collect();
    beside[dice.below(beside.len())]
}

/// Numbers that look random and are the same for the same start.
struct Dice(u64);

impl Dice {
    fn new(text: &str, seed: u64) -> Self {
        // FNV-1a, so that each query has typos of its own.
        let start = text
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        Self(start ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn below(&mut self, limit: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % limit.max(1) as u64) as usize
    }
}
