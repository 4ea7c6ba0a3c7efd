//! Durations of searches.

use std::{collections::HashMap, fmt, time::Instant};

/// Durations in ms.
#[derive(Default)]
pub(crate) struct Times {
    all: Vec<f64>,
    /// The shortest one of each query: what it takes when nothing else is in the way.
    best: HashMap<usize, f64>,
}

impl Times {
    pub(crate) fn record(&mut self, begin: Instant, counts: bool, query: usize) {
        let ms = begin.elapsed().as_secs_f64() * 1e3;
        if counts {
            self.all.push(ms);
            let best = self.best.entry(query).or_insert(ms);
            *best = best.min(ms);
        }
    }

    pub(crate) fn add(&mut self, ms: f64) {
        self.all.push(ms);
    }

    pub(crate) fn at(&self, quantile: f64) -> f64 {
        let mut sorted = self.all.clone();
        sorted.sort_by(f64::total_cmp);
        let at = ((sorted.len() as f64 * quantile) as usize).min(sorted.len().saturating_sub(1));
        sorted.get(at).copied().unwrap_or(f64::NAN)
    }

    pub(crate) fn best(&self, query: usize) -> f64 {
        self.best.get(&query).copied().unwrap_or(f64::NAN)
    }

    pub(crate) fn slowest(&self, count: usize) -> Vec<usize> {
        let mut queries: Vec<usize> = self.best.keys().copied().collect();
        queries.sort_by(|a, b| self.best(*b).total_cmp(&self.best(*a)));
        queries.truncate(count);
        queries
    }
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mean = self.all.iter().sum::<f64>() / self.all.len().max(1) as f64;
        write!(f, "{:>10.3}{:>10.3}{:>10.3}{mean:>10.3}", self.at(0.5), self.at(0.95), self.at(0.99))
    }
}
