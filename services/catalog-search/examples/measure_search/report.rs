//! Figures for people and for other tools.

use std::{collections::HashMap, fs, path::PathBuf};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::judge::Scored;

/// A figure of a query, where it has one.
type Metric = fn(&Scored) -> Option<f64>;

const METRICS: [(&str, Metric); 3] =
    [("ndcg", |q| q.ndcg), ("condensed", |q| q.condensed_ndcg), ("recall@100", |q| q.recall_100)];

/// Resamples of queries for an interval.
const RESAMPLES: usize = 10_000;

#[derive(Serialize, Deserialize)]
struct ResultFile {
    format: String,
    system: String,
    per_query: Vec<Scored>,
}

/// Whether a query denies something.
fn denies(query: &Scored) -> bool {
    query.query.split_whitespace().any(|word| ["without", "not", "no"].contains(&word.to_lowercase().as_str()))
}

/// Prints one line a slice.
pub(crate) fn print(name: &str, scored: &[Scored]) {
    let (denying, plain): (Vec<Scored>, Vec<Scored>) = scored.iter().cloned().partition(denies);
    for (slice, queries) in [("all", scored), ("negation", &denying), ("no negation", &plain)] {
        if queries.is_empty() {
            continue;
        }
        let zero = queries.iter().filter(|query| query.ranked.is_empty()).count();
        let figures: Vec<String> =
            METRICS.iter().map(|(metric, of)| format!("{metric} {:.4}", mean(queries.iter().filter_map(of)))).collect();
        let unjudged = mean(queries.iter().filter_map(|query| query.unjudged_share));
        println!(
            "{name:<15} {slice:<12} {:>4} queries  {}  unjudged {unjudged:.3}  zero {zero}",
            queries.len(),
            figures.join("  ")
        );
    }
    let slowest = scored.iter().filter_map(|query| query.latency_ms).fold(0.0, f64::max);
    println!(
        "{name:<15} mean {:.2} ms, slowest {slowest:.2} ms",
        mean(scored.iter().filter_map(|query| query.latency_ms))
    );
}

/// Prints each query, the worst first.
pub(crate) fn print_each(scored: &[Scored]) {
    let mut sorted: Vec<&Scored> = scored.iter().filter(|query| query.ndcg.is_some()).collect();
    sorted.sort_by(|a, b| a.ndcg.partial_cmp(&b.ndcg).unwrap_or(std::cmp::Ordering::Equal));
    for query in sorted {
        let show = |metric: Option<f64>| metric.map_or("-".to_owned(), |metric| format!("{metric:.3}"));
        println!(
            "  {} {} {}  {:>3}  {}",
            show(query.ndcg),
            show(query.condensed_ndcg),
            show(query.recall_100),
            query.ranked.len(),
            query.query
        );
    }
}

/// Prints how much of the plain figures remains with typos.
pub(crate) fn print_kept(plain: &[Scored], misspelt: &[Scored]) {
    for (metric, of) in METRICS {
        let kept = mean(misspelt.iter().filter_map(of)) / mean(plain.iter().filter_map(of));
        println!("  {metric} kept {:.1} %", kept * 100.0);
    }
}

/// Prints the queries that a typo made clearly worse, and those that it left without a result.
pub(crate) fn print_lost(plain: &[Scored], misspelt: &[Scored]) {
    for (plain, misspelt) in plain.iter().zip(misspelt) {
        if misspelt.ranked.is_empty() {
            println!("  no result  {}  ->  {}", plain.query, misspelt.query);
        }
        let (Some(before), Some(after)) = (plain.ndcg, misspelt.ndcg) else { continue };
        if after < before - 0.1 {
            println!("  {before:.3} -> {after:.3}  {}  ->  {}", plain.query, misspelt.query);
        }
    }
}

/// Prints the difference query by query to another result file.
pub(crate) fn print_comparison(scored: &[Scored], path: &PathBuf) -> anyhow::Result<()> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let other: ResultFile = serde_json::from_str(&text).with_context(|| format!("{}", path.display()))?;
    let theirs: HashMap<&str, &Scored> = other.per_query.iter().map(|query| (query.query_id.as_str(), query)).collect();
    println!("paired difference to {} (95 % bootstrap over queries)", other.system);
    for (slice, belongs) in
        [("all", (|_| true) as fn(&Scored) -> bool), ("negation", denies), ("no negation", |q| !denies(q))]
    {
        for (metric, of) in METRICS {
            let pairs = scored.iter().filter(|query| belongs(query)).filter_map(|mine| {
                let other = theirs.get(mine.query_id.as_str())?;
                Some(of(mine)? - of(other)?)
            });
            let differences: Vec<f64> = pairs.collect();
            let (low, high) = interval(&differences);
            let (better, worse) =
                (differences.iter().filter(|d| **d > 1e-9).count(), differences.iter().filter(|d| **d < -1e-9).count());
            println!(
                "  {slice:<12} {metric:<11} n={:<3} {:+.4} [{low:+.4}, {high:+.4}]  +{better}/-{worse}",
                differences.len(),
                mean(differences.iter().copied())
            );
        }
    }
    Ok(())
}

/// Writes the result file.
pub(crate) fn write(scored: &[Scored], path: &PathBuf) -> anyhow::Result<()> {
    let file = ResultFile {
        format: "search-eval/1".to_owned(),
        system: "easymart keyword search, in process".to_owned(),
        per_query: scored.to_vec(),
    };
    fs::write(path, serde_json::to_vec(&file)?).with_context(|| format!("cannot write {}", path.display()))
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

/// 95 % percentile bootstrap over queries, from a fixed seed.
fn interval(differences: &[f64]) -> (f64, f64) {
    let mut state = 20_u64;
    let mut pick = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % differences.len().max(1)
    };
    let mut means: Vec<f64> =
        (0..RESAMPLES).map(|_| mean((0..differences.len()).filter_map(|_| differences.get(pick()).copied()))).collect();
    means.sort_by(f64::total_cmp);
    let at = |share: f64| means.get((means.len() as f64 * share) as usize).copied().unwrap_or_default();
    (at(0.025), at(0.975))
}
