//! The units of a message as the trace shows them.

use super::reading::{Reading, Unit, Value};
use crate::domain::{lexicon::Lexicon, understanding::ReadWord};

/// Most units shown. A message of 1,000 characters can have more only if it is not meant to be read.
const MOST: usize = 200;

/// How the redacted message was read. Where something was redacted it is read again: a card number lies in several units, none
/// of which could be recognised as a part of one.
pub(super) fn read(reading: &Reading, redacted: &str, lexicon: &Lexicon) -> Vec<ReadWord> {
    if reading.clean == redacted {
        return shown(reading, lexicon);
    }
    shown(&Reading::of(redacted, lexicon), lexicon)
}

fn shown(reading: &Reading, lexicon: &Lexicon) -> Vec<ReadWord> {
    reading.units.iter().take(MOST).map(|unit| word(unit, lexicon)).collect()
}

fn word(unit: &Unit, lexicon: &Lexicon) -> ReadWord {
    let terms = unit.terms.iter().map(|id| lexicon.term(*id));
    let meanings = terms.map(|term| format!("{}: {}", term.kind.as_str(), term.value)).chain(value(&unit.value));
    ReadWord { typed: unit.raw.clone(), read: unit.text.clone(), meanings: meanings.collect() }
}

/// What a unit says beside its words; nothing for words and marks.
fn value(value: &Value) -> Option<String> {
    Some(match value {
        Value::Word | Value::Mark(_) => return None,
        Value::Number(number) => format!("number: {number}"),
        Value::Money(money) => format!("money: {money}"),
        Value::Length(cm) => format!("length: {cm} cm"),
        Value::Dimensions(sides) => {
            let sides: Vec<String> = sides.iter().map(f64::to_string).collect();
            format!("dimensions: {} cm", sides.join(" × "))
        }
        Value::Weight(kg) => format!("weight: {kg} kg"),
        Value::Percent(number) => format!("per cent: {number}"),
        Value::Ordinal(place) => format!("place: {place}"),
        Value::Option(number) => format!("option: {number}"),
        Value::Code => "code".to_owned(),
        Value::LongNumber => "long number".to_owned(),
        Value::Url => "web address".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use easymart_core::Currency;

    use crate::domain::{
        lexicon::Lexicon,
        testing::vocabulary,
        understand::understand,
        understanding::{ReadWord, Situation},
    };

    fn words(message: &str) -> Vec<ReadWord> {
        let lexicon = Lexicon::build(&vocabulary(), Currency::AUD);
        understand(message, &Situation::default(), &lexicon).words
    }

    #[test]
    fn names_and_amounts_say_what_they_mean() {
        let read = words("Black desks under $200");
        let meanings: Vec<&str> = read.iter().flat_map(|word| word.meanings.iter().map(String::as_str)).collect();
        assert_eq!(meanings, ["colour: black", "category: desk", "money: $200.00"]);
        assert_eq!(read.first().map(|word| (word.typed.as_str(), word.read.as_str())), Some(("Black", "black")));
    }

    #[test]
    fn no_part_of_what_was_redacted_is_shown() {
        for (message, secrets) in [
            ("my card is 4111 1111 1111 1111 ok", vec!["4111", "1111"]),
            ("mail jo.bloggs@example.com", vec!["bloggs", "example"]),
            ("call 0412 345 678 please", vec!["0412", "345", "678"]),
        ] {
            let shown = serde_json::to_string(&words(message)).unwrap();
            assert!(secrets.iter().all(|secret| !shown.contains(secret)), "{shown}");
        }
    }
}
