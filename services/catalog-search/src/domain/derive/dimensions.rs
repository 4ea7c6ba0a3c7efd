//! Width, depth and height in centimetres, from fields and from running text: mm, cm, m, inches and feet; "A x B x C", "80cm (W)",
//! "Overall width: 80 cm", "1200 mm wide". A measure of a part (a drawer, a seat, the carton) is not the product's.
//!
//! Width is side to side and depth front to back. What is called the length is the width of most things; of what one lies on, it is head
//! to foot, and so the depth.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{
    pattern::pattern,
    reading::{Part, Reading},
};
use crate::domain::{
    attribute::{Attribute, name},
    import::RawValue,
    taxonomy::{Category, Taxonomy},
    text::Token,
};

/// Furniture is no smaller and no larger than this, in cm; what is outside is a fragment or a wrong unit.
const PLAUSIBLE: std::ops::RangeInclusive<f64> = 1.5..=600.0;
/// A table's own column is less reliable: a width of 6 cm is a fragment there.
const PLAUSIBLE_FIELD: std::ops::RangeInclusive<f64> = 15.0..=400.0;
/// A seat lower than this is the range that it can be adjusted by.
const LOWEST_SEAT: f64 = 25.0;
/// Numbers without unit from here on are millimetres.
const MILLIMETRES_FROM: f64 = 400.0;
/// In "380 wide" they are from here on: nobody names so wide a thing without its unit.
const SAID_MILLIMETRES_FROM: f64 = 250.0;

const LABELLED: f64 = 0.95;
const TRIPLE: f64 = 0.9;
const PAIR: f64 = 0.7;
const KEYED: f64 = 0.85;
const SAID_IN_TEXT: f64 = 0.75;
const TITLE: f64 = 0.6;

/// Sides in the order in which a size names them.
const SIDES: [&str; 3] = [name::WIDTH, name::DEPTH, name::HEIGHT];

/// Words for sides.
const SIDE_WORDS: [&str; 4] = ["width", "depth", "height", "length"];

/// A size as it was found.
struct Measure<'r> {
    name: &'static str,
    cm: f64,
    source: &'r str,
    confidence: f64,
}

/// Reads what there is: for each side the surest statement wins, and between equals the first.
pub(super) fn read(
    reading: &Reading<'_>,
    taxonomy: &Taxonomy,
    categories: &[String],
    warnings: &mut Vec<(&'static str, String)>,
) -> Vec<Attribute> {
    let kind = Kind { taxonomy, category: categories.first().and_then(|id| taxonomy.categories.get(id)) };
    let mut measures = in_fields(reading, &kind, warnings);
    for part in reading.parts.iter().filter(|part| part.has_figures) {
        measures.extend(in_part(part, &kind));
    }
    measures.extend(in_title(reading, &kind));
    let sides = [name::WIDTH, name::DEPTH, name::HEIGHT, name::SEAT_HEIGHT];
    let mut sides: Vec<Attribute> = sides.into_iter().filter_map(|side| surest(side, &measures)).collect();
    if kind.is_lain_on() {
        lay_lengthwise(&mut sides);
    }
    sides
}

/// What a thing is, as far as its size goes.
struct Kind<'t> {
    taxonomy: &'t Taxonomy,
    category: Option<&'t Category>,
}

impl Kind<'_> {
    fn is_lain_on(&self) -> bool {
        self.category.is_some_and(Category::is_lain_on)
    }

    /// Whether a word names a part, and not the thing itself as some of these words do: the frame of a bed is the bed.
    fn is_part(&self, word: &Token) -> bool {
        self.taxonomy.words.parts.contains(word) && !self.is_own_name(word)
    }

    fn is_whole(&self, word: &Token) -> bool {
        self.taxonomy.words.whole.contains(word) || self.is_own_name(word)
    }

    fn is_own_name(&self, word: &Token) -> bool {
        self.category.is_some_and(|category| category.whole.contains(word))
    }

    /// The side that is called the length.
    fn length(&self) -> &'static str {
        if self.is_lain_on() { name::DEPTH } else { name::WIDTH }
    }
}

/// What one lies on is longer than it is wide, in whatever order a feed gives the two.
fn lay_lengthwise(sides: &mut [Attribute]) {
    let number = |sides: &[Attribute], side: &str| sides.iter().find(|fact| fact.name == side)?.number;
    let (width, depth) = (number(sides, name::WIDTH), number(sides, name::DEPTH));
    if !width.zip(depth).is_some_and(|(width, depth)| width > depth) {
        return;
    }
    for fact in sides {
        match fact.name.as_str() {
            name::WIDTH => fact.name = name::DEPTH.into(),
            name::DEPTH => fact.name = name::WIDTH.into(),
            _ => {}
        }
    }
}

fn surest(side: &str, measures: &[Measure<'_>]) -> Option<Attribute> {
    let of_side = measures.iter().filter(|measure| measure.name == side);
    // `max_by` keeps the last of equals; reversed, that is the first in the text.
    let best = of_side.rev().max_by(|a, b| a.confidence.total_cmp(&b.confidence))?;
    Some(Attribute::number(side, best.cm, "cm", best.source, best.confidence))
}

fn in_fields<'r>(
    reading: &Reading<'r>,
    kind: &Kind<'_>,
    warnings: &mut Vec<(&'static str, String)>,
) -> Vec<Measure<'r>> {
    let mut measures = Vec::new();
    for raw in &reading.record.attributes {
        let Some(side) = [name::SEAT_HEIGHT].into_iter().chain(SIDES).find(|side| *side == raw.name) else { continue };
        let stated = match &raw.value {
            RawValue::Number(number) => Some(*number),
            RawValue::Texts(texts) => texts.first().and_then(|text| field_number(text)),
        };
        let certain = raw.confidence > KEYED;
        let cm = stated.map(|number| if !certain && number >= MILLIMETRES_FROM { number / 10.0 } else { number });
        let plausible = if certain { PLAUSIBLE } else { PLAUSIBLE_FIELD };
        match cm.filter(|cm| plausible.contains(cm)) {
            // A table's column picks up what stands somewhere in the text: the length of a cable, the volts.
            Some(cm) if !certain && is_of_something_else(cm, reading, kind) => {}
            Some(cm) => measures.push(Measure { name: side, cm, source: &raw.source, confidence: raw.confidence }),
            None => {
                warnings.push(("implausible_size", format!("{}: {} {:?}", reading.record.title, raw.source, raw.value)))
            }
        }
    }
    measures
}

/// Whether the text has a number, but only as the measure of a part or as no length at all.
fn is_of_something_else(cm: f64, reading: &Reading<'_>, kind: &Kind<'_>) -> bool {
    let mut stated = false;
    for part in &reading.parts {
        let found = FIGURE.iter().flat_map(|pattern| pattern.captures_iter(part.text));
        for captures in found {
            let (Some(number), unit) = (captures.name("n"), unit_at(&captures)) else {
                continue;
            };
            let bare = number.as_str().parse::<f64>().is_ok_and(|number| number == cm || number == cm * 10.0);
            let is_it = |stated: f64| (stated - cm).abs() < 0.05;
            // A letter behind a number may name its side: "897w".
            let is_length = match unit.to_lowercase().trim_end_matches('x') {
                "" | "w" | "d" | "h" | "l" => bare,
                unit => is_length_unit(unit) && centimetres(number.as_str(), Some(unit)).is_some_and(is_it),
            };
            if is_length && !measures_a_part(part, kind) {
                return false;
            }
            stated |= is_length || bare;
        }
    }
    stated
}

fn unit_at<'t>(captures: &Captures<'t>) -> &'t str {
    captures.name("u").or_else(|| captures.name("s")).map_or("", |unit| unit.as_str())
}

/// Whether what stands under a key is not even by mistake the whole product's, unless it goes on to other measures ("Tabletop thickness
/// is 2cm and height 73cm").
fn measures_a_part(part: &Part<'_>, kind: &Kind<'_>) -> bool {
    let words = &kind.taxonomy.words;
    let of_a_part = part.key().iter().any(|word| kind.is_part(word) && !words.stand_ins.contains(word));
    let behind = part.words.stems.get(part.key().len()..).unwrap_or_default();
    of_a_part && !behind.iter().any(|word| words.whole.contains(word) || SIDE_WORDS.contains(&word.as_str()))
}

fn is_length_unit(unit: &str) -> bool {
    ["mm", "cm", "cms", "m"].contains(&unit)
        || unit.starts_with("in")
        || unit.starts_with("met")
        || unit.starts_with('f')
}

/// A field's number: bare, or with a unit.
fn field_number(text: &str) -> Option<f64> {
    if let Ok(number) = text.parse::<f64>() {
        return Some(number);
    }
    let captures = NUMBER.as_ref()?.captures(text)?;
    centimetres(captures.name("n")?.as_str(), captures.name("u").map(|unit| unit.as_str()))
}

fn in_part(part: &Part<'_>, kind: &Kind<'_>) -> Vec<Measure<'static>> {
    let whole = part.key().iter().any(|word| kind.is_whole(word));
    let seat_height = ["seat", "height"].iter().all(|word| part.key().iter().any(|key| key == word));
    if seat_height {
        return number_in(part.value)
            .filter(|cm| *cm >= LOWEST_SEAT)
            .map(|cm| measure(name::SEAT_HEIGHT, cm, part, KEYED))
            .into_iter()
            .collect();
    }
    let about = if part.key().is_empty() { &part.words.stems } else { part.key() };
    if about.iter().any(|word| kind.is_part(word)) {
        return Vec::new();
    }
    let sizes = sizes_in(part, kind.length());
    if !sizes.is_empty() {
        return sizes;
    }
    let said =
        || said_in(part.text, kind).into_iter().map(|(side, cm)| measure(side, cm, part, SAID_IN_TEXT)).collect();
    if part.key().is_empty() { said() } else { keyed_side(part, whole, kind) }
}

fn measure(name: &'static str, cm: f64, part: &Part<'_>, confidence: f64) -> Measure<'static> {
    Measure { name, cm, source: part.source, confidence }
}

/// "120 x 60 x 75 cm", "326cm (W) x 2cm (D) x 170cm (H)", "60cm x 40cm".
fn sizes_in(part: &Part<'_>, length: &'static str) -> Vec<Measure<'static>> {
    let Some(captures) = SIZE.as_ref().and_then(|pattern| pattern.captures(part.value)) else { return Vec::new() };
    let terms = ["a", "b", "c"].map(|side| term(&captures, side));
    let stated: Vec<&Term<'_>> = terms.iter().flatten().collect();
    // One unit at the end is meant for all: "120 x 60 x 75cm". Without any, one figure that must be millimetres tells it for all.
    let large = |term: &&Term<'_>| term.number.parse::<f64>().is_ok_and(|number| number >= MILLIMETRES_FROM);
    let unit = stated.iter().rev().find_map(|term| term.unit).or(stated.iter().any(large).then_some("mm"));
    let letters: Vec<char> = stated.iter().filter_map(|term| term.side).collect();
    let labelled = letters.len() == stated.len();
    let confidence = match (labelled, stated.len()) {
        (true, _) => LABELLED,
        (_, 3) => TRIPLE,
        _ => PAIR,
    };
    let mut measures = Vec::new();
    for (term, usual) in stated.iter().zip(SIDES) {
        // An unlabelled pair does not tell whether its second figure is the depth or the height.
        if stated.len() == 2 && !labelled && usual != name::WIDTH {
            continue;
        }
        let cm = centimetres(term.number, term.unit.or(unit)).filter(|cm| PLAUSIBLE.contains(cm));
        let named = term.side.filter(|_| labelled).and_then(|letter| side_of_letter(letter, &letters, length));
        let side = named.unwrap_or(usual);
        measures.extend(cm.map(|cm| measure(side, cm, part, confidence)));
    }
    measures
}

/// One number of a size.
struct Term<'t> {
    number: &'t str,
    unit: Option<&'t str>,
    /// The letter that names its side.
    side: Option<char>,
}

fn term<'t>(captures: &Captures<'t>, group: &str) -> Option<Term<'t>> {
    let get = |name: String| captures.name(&name).map(|found| found.as_str());
    let label = get(format!("{group}l")).or_else(|| get(format!("{group}p")));
    Some(Term {
        number: get(format!("{group}n"))?,
        unit: get(format!("{group}u")),
        side: label.and_then(|label| label.chars().next()).map(|letter| letter.to_ascii_lowercase()),
    })
}

/// The side of a letter among the letters of a size. Beside a length, and without a depth, the W is the other side on the floor.
fn side_of_letter(letter: char, letters: &[char], length: &'static str) -> Option<&'static str> {
    let beside_length = letters.contains(&'l') && !letters.contains(&'d');
    match letter {
        'w' if beside_length && length == name::WIDTH => Some(name::DEPTH),
        'w' => Some(name::WIDTH),
        'l' => Some(length),
        'd' => Some(name::DEPTH),
        'h' => Some(name::HEIGHT),
        _ => None,
    }
}

/// "Width: 80cm", "Overall height is 92 cm".
fn keyed_side(part: &Part<'_>, whole: bool, kind: &Kind<'_>) -> Vec<Measure<'static>> {
    let plain = part.key().len() == 1 || (part.key().len() == 2 && whole);
    let side = part.key().iter().find_map(|word| match word.as_str() {
        "width" | "diameter" => Some(name::WIDTH),
        "length" => Some(kind.length()),
        "depth" => Some(name::DEPTH),
        "height" => Some(name::HEIGHT),
        _ => None,
    });
    let Some(side) = side.filter(|_| plain) else { return Vec::new() };
    number_in(part.value).map(|cm| measure(side, cm, part, KEYED)).into_iter().collect()
}

fn number_in(text: &str) -> Option<f64> {
    let captures = NUMBER.as_ref()?.captures(text)?;
    let cm = centimetres(captures.name("n")?.as_str(), captures.name("u").map(|unit| unit.as_str()))?;
    PLAUSIBLE.contains(&cm).then_some(cm)
}

/// "1200mm wide", "1800 high"; and a bare "120cm" where such a thing is named by its width.
fn in_title(reading: &Reading<'_>, kind: &Kind<'_>) -> Vec<Measure<'static>> {
    let title = &reading.record.title;
    let from_title = |(name, cm)| Measure { name, cm, source: "Title", confidence: KEYED };
    let mut measures: Vec<Measure<'_>> = said_in(title, kind).into_iter().map(from_title).collect();
    let by_width = kind.category.is_some_and(Category::sized_by_width);
    if by_width && measures.is_empty() {
        let found = BARE.as_ref().and_then(|pattern| pattern.captures(title));
        let cm =
            found.and_then(|found| centimetres(found.name("n")?.as_str(), found.name("u").map(|unit| unit.as_str())));
        measures.extend(cm.filter(|cm| PLAUSIBLE_FIELD.contains(cm)).map(|cm| Measure {
            name: name::WIDTH,
            cm,
            source: "Title",
            confidence: TITLE,
        }));
    }
    measures
}

/// Sides that a text says in a phrase.
fn said_in(text: &str, kind: &Kind<'_>) -> Vec<(&'static str, f64)> {
    let found = SAID.iter().flat_map(|pattern| pattern.captures_iter(text));
    let sides = found.filter_map(|captures| {
        let side = match captures.name("side")?.as_str().to_lowercase().as_str() {
            "wide" | "width" => name::WIDTH,
            "long" => kind.length(),
            "deep" => name::DEPTH,
            _ => name::HEIGHT,
        };
        let cm = said(captures.name("n")?.as_str(), captures.name("u").map(|unit| unit.as_str()))?;
        PLAUSIBLE.contains(&cm).then_some((side, cm))
    });
    sides.collect()
}

/// A number of a phrase such as "380 wide" in centimetres.
fn said(number: &str, unit: Option<&str>) -> Option<f64> {
    let large = number.parse::<f64>().is_ok_and(|number| number >= SAID_MILLIMETRES_FROM);
    centimetres(number, unit.or(large.then_some("mm")))
}

/// A number in centimetres. Without a unit it is centimetres, or millimetres when furniture cannot be that large.
fn centimetres(number: &str, unit: Option<&str>) -> Option<f64> {
    let value: f64 = number.replace(',', "").parse().ok()?;
    let cm = match unit.map(str::to_lowercase).as_deref() {
        Some("mm") => value / 10.0,
        Some("m" | "metre" | "metres" | "meter" | "meters") => value * 100.0,
        Some("\"" | "”" | "in" | "inch" | "inches") => value * 2.54,
        Some("ft" | "feet" | "foot" | "'") => value * 30.48,
        None if value >= MILLIMETRES_FROM => value / 10.0,
        _ => value,
    };
    cm.is_finite().then_some((cm * 10.0).round() / 10.0)
}

const UNIT: &str = r#"mm|cm|metres?|meters?|inch(?:es)?|in|feet|foot|ft|m|["”]"#;

fn with_units(text: &str) -> Option<Regex> {
    pattern(&text.replace("UNIT", UNIT))
}

static SIZE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    // Each number may be a range of an adjustable height; its first figure counts.
    let term = |g: &str| {
        format!(
            r"(?:(?P<{g}p>[WDHLwdhl])\s*:?\s*)?(?P<{g}n>\d+(?:\.\d+)?)\s*(?:(?P<{g}u>UNIT)\b?)?\s*(?:[-–~]\s*\d+(?:\.\d+)?\s*(?:UNIT)?)?\s*\(?(?P<{g}l>[WDHLwdhl](?:idth|epth|eight|ength)?\b)?\)?"
        )
    };
    let by = r"\s*[x×X*]\s*";
    with_units(&format!(r"{}{by}{}(?:{by}{})?", term("a"), term("b"), term("c")))
});
static NUMBER: LazyLock<Option<Regex>> = LazyLock::new(|| with_units(r"(?P<n>\d+(?:\.\d+)?)\s*(?P<u>UNIT)?"));
/// A number with the letters that stand at it, or the unit behind it.
static FIGURE: LazyLock<Option<Regex>> =
    LazyLock::new(|| with_units(r"(?P<n>\d+(?:\.\d+)?)(?:(?P<u>[A-Za-z]+)|\s+(?P<s>UNIT)\b)?"));
static SAID: LazyLock<Option<Regex>> = LazyLock::new(|| {
    with_units(r"(?i)\b(?P<n>\d+(?:\.\d+)?)\s*(?P<u>UNIT)?\s+(?P<side>wide|width|long|deep|high|tall)\b")
});
static BARE: LazyLock<Option<Regex>> = LazyLock::new(|| with_units(r"(?i)\b(?P<n>\d{2,4}(?:\.\d+)?)\s*(?P<u>cm|mm)\b"));
