//! Search by meaning, as the service does it.

use std::{path::Path, sync::Arc, time::Instant};

use anyhow::Context as _;
use easymart_catalog_search::{
    domain::{
        catalogue::{Catalogue, Places},
        search::{Neighbours, QueryPlan},
    },
    embedding::{Encode, Progress, Quantised, Vectors, build, load},
};

use crate::Shop;

/// A model and the products' vectors.
pub(crate) struct Meaning {
    encoder: Arc<dyn Encode>,
    vectors: Vectors,
}

impl Meaning {
    /// Loads the model and makes the vectors, or opens those that an earlier run left.
    pub(crate) fn load(model: &Path, vectors: Option<&Path>, catalogue: &Catalogue) -> anyhow::Result<Self> {
        let encoder = load(model)?;
        let temporary = tempfile::tempdir()?;
        let directory = vectors.unwrap_or(temporary.path());
        std::fs::create_dir_all(directory).with_context(|| format!("cannot make {}", directory.display()))?;
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let started = Instant::now();
        let go_on = |_: Progress| true;
        let vectors = build(directory, catalogue, encoder.as_ref(), threads, None, &go_on)?;
        println!("{} vectors in {:.1} s on {threads} threads", vectors.len(), started.elapsed().as_secs_f64());
        Ok(Self { encoder, vectors })
    }

    /// What is near to a query.
    pub(crate) fn of(&self, text: &str, shop: &Shop) -> anyhow::Result<Near<'_>> {
        let plan = QueryPlan::new(text, &shop.catalogue, &shop.index);
        let encoded = self.encoder.encode(&[plan.corrected.as_deref().unwrap_or(text)])?;
        let query = Quantised::new(encoded.first().context("no vector")?);
        Ok(Near { vectors: &self.vectors, query })
    }
}

/// The neighbours of one query.
pub(crate) struct Near<'a> {
    vectors: &'a Vectors,
    query: Quantised,
}

impl Neighbours for Near<'_> {
    fn nearest(&self, allowed: &Places, limit: usize) -> Vec<(u32, f32)> {
        self.vectors.nearest(&self.query, allowed, limit)
    }
}
