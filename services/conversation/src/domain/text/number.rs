//! Number words, ordinals and words of quantity.

/// The value of one number word ("seven", "twenty", "dozen"), or `None`.
#[must_use]
pub fn cardinal(word: &str) -> Option<u32> {
    UNITS
        .iter()
        .position(|unit| *unit == word)
        .and_then(|at| u32::try_from(at).ok())
        .or_else(|| TENS.iter().find(|(ten, _)| *ten == word).map(|(_, value)| *value))
}

/// The place that an ordinal names ("second", "3rd"), from 1; `None` for any other word.
#[must_use]
pub fn ordinal(word: &str) -> Option<u32> {
    if let Some(at) = ORDINALS.iter().position(|name| *name == word) {
        return u32::try_from(at + 1).ok();
    }
    let digits = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending))?;
    let place = digits.parse().ok()?;
    (place > 0 && digits.len() <= 3).then_some(place)
}

/// The value of a run of number words ("one hundred and fifty", "twenty eight") and how many words it takes.
#[must_use]
pub fn spoken<'a>(words: impl Iterator<Item = &'a str>) -> Option<(u32, usize)> {
    let mut reading = Spoken::default();
    for (index, word) in words.take(8).enumerate() {
        if !reading.take(word, index) {
            break;
        }
    }
    reading.result()
}

/// Running value of a spoken number: what is complete up to the last thousand, and the group since then.
#[derive(Default)]
struct Spoken {
    thousands: u32,
    group: u32,
    /// Number of words up to and including the last one that counts; a trailing "and" does not.
    taken: usize,
    last: u32,
}

impl Spoken {
    fn take(&mut self, word: &str, index: usize) -> bool {
        match word {
            "and" => return self.taken > 0 && self.taken == index && self.last == 100,
            "hundred" if self.taken > 0 && self.group < 10 => {
                self.group *= 100;
                self.last = 100;
            }
            "thousand" | "grand" if self.taken > 0 && self.thousands == 0 => {
                self.thousands = self.group * 1_000;
                self.group = 0;
                self.last = 100;
            }
            _ => match cardinal(word) {
                Some(value) if self.fits(value) => {
                    self.group += value;
                    self.last = value.max(1);
                }
                _ => return false,
            },
        }
        self.taken = index + 1;
        true
    }

    /// "twenty eight" and "hundred five" go on; "two three" does not.
    fn fits(&self, value: u32) -> bool {
        match self.last {
            0 => true,
            100 => value < 100,
            ten => ten >= 20 && ten % 10 == 0 && (1..10).contains(&value),
        }
    }

    fn result(&self) -> Option<(u32, usize)> {
        (self.taken > 0).then_some((self.thousands + self.group, self.taken))
    }
}

const UNITS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];

const TENS: [(&str, u32); 11] = [
    ("twenty", 20),
    ("thirty", 30),
    ("forty", 40),
    ("fourty", 40),
    ("fifty", 50),
    ("sixty", 60),
    ("seventy", 70),
    ("eighty", 80),
    ("ninety", 90),
    ("dozen", 12),
    ("couple", 2),
];

const ORDINALS: [&str; 12] = [
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(u32, usize)> {
        spoken(text.split(' '))
    }

    #[test]
    fn number_words_add_up() {
        assert_eq!(read("seven desks"), Some((7, 1)));
        assert_eq!(read("twenty eight inch"), Some((28, 2)));
        assert_eq!(read("one hundred and fifty bucks"), Some((150, 4)));
        assert_eq!(read("two thousand five hundred"), Some((2_500, 4)));
        assert_eq!(read("two three"), Some((2, 1)));
        assert_eq!(read("two and a desk"), Some((2, 1)));
        assert_eq!(read("desks"), None);
    }

    #[test]
    fn ordinals_in_words_and_digits() {
        assert_eq!(ordinal("third"), Some(3));
        assert_eq!(ordinal("2nd"), Some(2));
        assert_eq!(ordinal("0th"), None);
        assert_eq!(ordinal("month"), None);
    }
}
