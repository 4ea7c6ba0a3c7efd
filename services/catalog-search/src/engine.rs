//! One catalogue in this process, without a service around it: for measuring, and for tools that search a feed.

use std::{path::Path, time::Duration};

use anyhow::Context as _;
use easymart_core::Currency;

use crate::{
    app::{Generation, Retention, Settings},
    domain::{
        catalogue::Catalogue,
        import::{self, Report, recognise},
        search::{SearchQuery, SearchResult, search},
        taxonomy::Taxonomy,
    },
    index::TextIndex,
};

/// A catalogue that can be searched.
pub struct Engine {
    generation: Generation,
    report: Report,
}

impl Engine {
    /// Imports a feed into a directory, just as the service does. Blocks.
    ///
    /// # Errors
    /// When the feed is of no known kind or has no usable product, or the directory cannot be written.
    pub fn import(directory: &Path, feed: Vec<u8>) -> anyhow::Result<Self> {
        let taxonomy = Taxonomy::built_in().context("the built-in taxonomy is malformed")?;
        let format = recognise(&feed).context("the feed is none of the known kinds")?;
        let settings = Settings {
            currency: Currency::AUD,
            product_url_prefix: String::new(),
            index_dir: directory.join("index"),
            products_dir: directory.join("products"),
            retention: Retention { time: Duration::ZERO, imports: 0 },
            result_cache_mb: 0,
            kept_products: 1_000,
            taxonomy,
        };
        let reading = import::Settings { currency: settings.currency, product_url_prefix: String::new() };
        let (generation, report) = Generation::import(&settings, "engine", feed, format, &reading)?;
        anyhow::ensure!(report.kept > 0, "the feed has no usable product");
        Ok(Self { generation, report })
    }

    /// Searches.
    #[must_use]
    pub fn search(&self, query: &SearchQuery) -> SearchResult {
        search(self.catalogue(), self.index(), query)
    }

    /// Its products.
    #[must_use]
    pub fn catalogue(&self) -> &Catalogue {
        &self.generation.catalogue
    }

    /// Its texts.
    #[must_use]
    pub fn index(&self) -> &TextIndex {
        &self.generation.index
    }

    /// What became of the feed's rows.
    #[must_use]
    pub fn report(&self) -> &Report {
        &self.report
    }
}
