//! How good an order of results is, by the judgments of people.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::Query;

/// Results that NDCG looks at.
const K: usize = 10;

/// Grades of products by query.
pub(crate) struct Judgments {
    by_query: HashMap<String, HashMap<String, i32>>,
    /// The grade that recall counts: the highest there is.
    best: i32,
}

/// The figures of one query. `None` where nothing relevant was judged.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Scored {
    pub(crate) query_id: String,
    pub(crate) query: String,
    pub(crate) ndcg: Option<f64>,
    pub(crate) condensed_ndcg: Option<f64>,
    pub(crate) recall_100: Option<f64>,
    pub(crate) unjudged_share: Option<f64>,
    pub(crate) latency_ms: Option<f64>,
    pub(crate) ranked: Vec<String>,
}

impl Judgments {
    /// Reads the columns query_id, product_id and grade.
    pub(crate) fn read(path: &PathBuf) -> anyhow::Result<Self> {
        let mut by_query: HashMap<String, HashMap<String, i32>> = HashMap::new();
        for row in crate::tsv(path)? {
            let field = |name: &str| row.get(name).with_context(|| format!("{}: no {name}", path.display()));
            let grade = field("grade")?.parse().context("a grade is no number")?;
            by_query.entry(field("query_id")?.clone()).or_default().insert(field("product_id")?.clone(), grade);
        }
        let best = by_query.values().flat_map(HashMap::values).copied().max().unwrap_or_default();
        Ok(Self { by_query, best })
    }

    /// Scores the results of one query.
    pub(crate) fn score(&self, query: &Query, ranked: Vec<String>, milliseconds: f64) -> Scored {
        let none = HashMap::new();
        let judged = self.by_query.get(&query.id).unwrap_or(&none);
        let mut ideal: Vec<i32> = judged.values().copied().collect();
        ideal.sort_unstable_by(|a, b| b.cmp(a));
        let ideal = gained(ideal.into_iter());
        let grade = |id: &String| judged.get(id).copied();
        let relevant: HashSet<&String> = judged.iter().filter(|(_, g)| **g >= self.best).map(|(id, _)| id).collect();
        let share = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
        let top = &ranked[..ranked.len().min(K)];
        Scored {
            query_id: query.id.clone(),
            query: query.text.clone(),
            ndcg: (ideal > 0.0).then(|| gained(top.iter().map(|id| grade(id).unwrap_or(0))) / ideal),
            condensed_ndcg: (ideal > 0.0).then(|| gained(ranked.iter().filter_map(grade)) / ideal),
            recall_100: share(ranked.iter().filter(|id| relevant.contains(id)).count(), relevant.len()),
            unjudged_share: share(top.iter().filter(|id| grade(id).is_none()).count(), top.len()),
            latency_ms: Some(milliseconds),
            ranked,
        }
    }
}

/// Discounted gain of the first grades.
fn gained(grades: impl Iterator<Item = i32>) -> f64 {
    let gain = |grade: i32| f64::from(grade).exp2() - 1.0;
    grades.take(K).enumerate().map(|(rank, grade)| gain(grade) / (rank as f64 + 2.0).log2()).sum()
}
