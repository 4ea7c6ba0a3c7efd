//! Reproducible randomness, and slips of the finger.

/// A small generator (xorshift64*), the same on every machine.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.max(1))
    }

    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    /// A number below `limit`; 0 when that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        if limit == 0 { 0 } else { ((self.next() >> 33) as usize) % limit }
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        ((self.next() >> 11) as f64) < probability * (1_u64 << 53) as f64
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at + 1));
        }
    }
}

/// The text with one or two slips in words of four letters or more.
pub fn with_slips(text: &str, random: &mut Random) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let long: Vec<usize> = (0..words.len()).filter(|at| words[*at].len() > 3 && words[*at].is_ascii()).collect();
    for _ in 0..1 + random.below(2) {
        if let Some(at) = long.get(random.below(long.len())) {
            words[*at] = slip(&words[*at], random);
        }
    }
    words.join(" ")
}

fn slip(word: &str, random: &mut Random) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let at = random.below(letters.len() - 1);
    match random.below(4) {
        0 => letters.swap(at, at + 1),
        1 => {
            letters.remove(at + 1);
        }
        2 => letters.insert(at, letters[at]),
        _ => letters[at + 1] = neighbour(letters[at + 1], random),
    }
    letters.into_iter().collect()
}

/// A key next to the one that was meant.
fn neighbour(letter: char, random: &mut Random) -> char {
    const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];
    for row in ROWS {
        if let Some(at) = row.find(letter) {
            let other = if random.chance(0.5) { at + 1 } else { at.wrapping_sub(1) };
            return row.chars().nth(other).unwrap_or(letter);
        }
    }
    letter
}
