//! Measures how often understanding names the right intent first.
//!
//! `eval_understanding [--vocabulary FILE] [--wrong N] FILE…`: each FILE has tab-separated lines `intent|other accepted<TAB>text[<TAB>group…]`; a
//! first line that starts with `intent<TAB>` is skipped. The vocabulary file has lines `kind<TAB>value<TAB>name|name…<TAB>parent`.

use std::{collections::BTreeMap, fs, time::Instant};

use anyhow::{Context, bail};
use easymart_conversation::domain::{
    lexicon::{Lexicon, Term, TermKind, Vocabulary},
    understand::understand,
    understanding::Situation,
};
use easymart_core::Currency;

const REFUSALS: [&str; 4] = ["out_of_scope", "security_refusal", "abuse", "language_unsupported"];

/// One line of the data.
struct Row {
    accepted: Vec<String>,
    text: String,
    groups: Vec<String>,
}

/// Right and all.
#[derive(Default, Clone, Copy)]
struct Share {
    right: usize,
    of: usize,
}

impl Share {
    fn count(&mut self, right: bool) {
        self.right += usize::from(right);
        self.of += 1;
    }

    fn text(self) -> String {
        format!("{:.1} % ({}/{})", 100.0 * self.right as f64 / self.of.max(1) as f64, self.right, self.of)
    }
}

#[derive(Default)]
struct Report {
    accepted: Share,
    main: Share,
    false_refusals: Share,
    missed_refusals: Share,
    groups: BTreeMap<String, Share>,
    confusions: BTreeMap<(String, String), Vec<String>>,
}

#[allow(clippy::print_stdout)]
fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (mut vocabulary, mut wrong, mut rows) = (Vocabulary::default(), 40, Vec::new());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--vocabulary" => vocabulary = read_vocabulary(&arguments.next().context("--vocabulary FILE")?)?,
            "--wrong" => wrong = arguments.next().context("--wrong N")?.parse()?,
            path => rows.extend(read_rows(path)?),
        }
    }
    if rows.is_empty() {
        bail!("no data: name at least one file");
    }
    let lexicon = Lexicon::build(&vocabulary, Currency::AUD);
    let _ = understand("warm up", &Situation::default(), &lexicon);
    let started = Instant::now();
    let report = measure(&rows, &lexicon);
    let each = started.elapsed().as_secs_f64() * 1e6 / rows.len() as f64;
    println!("accepted {}\nmain     {}", report.accepted.text(), report.main.text());
    println!("false refusals {}\nmissed refusals {}", report.false_refusals.text(), report.missed_refusals.text());
    println!("{each:.0} µs a message");
    for (group, share) in &report.groups {
        println!("  {group:<30} {}", share.text());
    }
    let mut confusions: Vec<_> = report.confusions.iter().collect();
    confusions.sort_by_key(|(_, texts)| std::cmp::Reverse(texts.len()));
    for ((expected, got), texts) in confusions.into_iter().take(wrong) {
        println!("{:>4} {expected} -> {got}: {}", texts.len(), texts.join(" / "));
    }
    Ok(())
}

fn measure(rows: &[Row], lexicon: &Lexicon) -> Report {
    let mut report = Report::default();
    for row in rows {
        let understanding = understand(&row.text, &Situation::default(), lexicon);
        let got = understanding.acts.first().map_or("(none)", |act| act.intent.as_str());
        let right = row.accepted.iter().any(|name| name == got);
        report.accepted.count(right);
        report.main.count(row.accepted.first().is_some_and(|name| name == got));
        let refusing = row.accepted.iter().filter(|name| REFUSALS.contains(&name.as_str())).count();
        if refusing == 0 {
            report.false_refusals.count(REFUSALS.contains(&got));
        } else if refusing == row.accepted.len() {
            report.missed_refusals.count(!REFUSALS.contains(&got));
        }
        for group in &row.groups {
            report.groups.entry(group.clone()).or_default().count(right);
        }
        report.groups.entry(format!("intent {}", row.accepted[0])).or_default().count(right);
        if !right {
            report.confusions.entry((row.accepted[0].clone(), got.to_owned())).or_default().push(row.text.clone());
        }
    }
    report
}

fn read_rows(path: &str) -> anyhow::Result<Vec<Row>> {
    let text = fs::read_to_string(path).with_context(|| path.to_owned())?;
    let mut rows = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with("intent\t") && !line.starts_with('#') && !line.is_empty())
    {
        let mut fields = line.split('\t');
        let (Some(intents), Some(text)) = (fields.next(), fields.next()) else { bail!("{path}: {line}") };
        let accepted = intents.split('|').map(str::to_owned).collect();
        rows.push(Row { accepted, text: text.to_owned(), groups: fields.map(str::to_owned).collect() });
    }
    Ok(rows)
}

fn read_vocabulary(path: &str) -> anyhow::Result<Vocabulary> {
    let text = fs::read_to_string(path).with_context(|| path.to_owned())?;
    let mut vocabulary = Vocabulary::default();
    for line in text.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        if let ["word", word, count] = fields.as_slice() {
            vocabulary.words.push(((*word).to_owned(), count.parse()?));
            continue;
        }
        let [kind, value, names, parent] = fields.as_slice() else { bail!("{path}: {line}") };
        let kind: TermKind = serde_json::from_value((*kind).into())?;
        vocabulary.terms.push(Term {
            kind,
            value: (*value).to_owned(),
            label: (*value).to_owned(),
            names: names.split('|').map(str::to_owned).collect(),
            parent: (!parent.is_empty()).then(|| (*parent).to_owned()),
            product_count: 1,
        });
    }
    Ok(vocabulary)
}
