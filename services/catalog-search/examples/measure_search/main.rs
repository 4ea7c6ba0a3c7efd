//! Measures search quality in one process: loads a feed, runs judged queries and says how good the order of the results is.
//!
//! The figures are those of the field: NDCG@10 (gain 2^grade - 1), the same without unjudged products, recall among the first hundred
//! of what was judged best, and queries without a result. `--typos N` adds N runs with one typo in each query's longest word, made
//! from fixed seeds. `--compare FILE` adds the difference query by query to an earlier result with a bootstrap interval.

#![allow(clippy::print_stdout)]

mod judge;
mod meaning;
mod report;
mod typos;

use std::{collections::HashMap, fs, path::PathBuf, time::Instant};

use anyhow::Context as _;
use clap::Parser;
use easymart_catalog_search::{
    domain::{
        catalogue::Catalogue,
        import::{Settings, import, recognise},
        search::{Neighbours, SearchQuery, search_near},
        taxonomy::Taxonomy,
    },
    index::TextIndex,
};
use easymart_core::Currency;

use judge::{Judgments, Scored};
use meaning::Meaning;

/// Results that are looked at.
const DEPTH: usize = 100;

/// Measures search quality on a feed with judged queries.
#[derive(Debug, Parser)]
struct Args {
    /// Feed
    #[arg(long)]
    catalogue: PathBuf,
    /// Queries: TSV with the columns query_id and query
    #[arg(long)]
    queries: PathBuf,
    /// Judgments: TSV with the columns query_id, product_id and grade
    #[arg(long)]
    qrels: PathBuf,
    /// Result file of an earlier run or of another system to compare with
    #[arg(long)]
    compare: Option<PathBuf>,
    /// Where to write the result file
    #[arg(long)]
    json: Option<PathBuf>,
    /// Runs with typos
    #[arg(long, default_value_t = 0)]
    typos: u64,
    /// Folder of an embedding model: measures search by words and meaning
    #[arg(long)]
    model: Option<PathBuf>,
    /// Folder to keep products' vectors in between runs
    #[arg(long)]
    vectors: Option<PathBuf>,
    /// Rank by meaning alone, without words
    #[arg(long, requires = "model")]
    meaning_alone: bool,
    /// Print each query's figures
    #[arg(long)]
    each: bool,
}

/// A searchable feed.
struct Shop {
    catalogue: Catalogue,
    index: TextIndex,
    meaning: Option<Meaning>,
    meaning_alone: bool,
}

/// A query with its identifier.
#[derive(Debug, Clone)]
struct Query {
    id: String,
    text: String,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    let shop = Shop::load(&args)?;
    let queries = queries(&args.queries)?;
    let judgments = Judgments::read(&args.qrels)?;
    let scored = run(&shop, &queries, &judgments)?;
    report::print("plain", &scored);
    if args.each {
        report::print_each(&scored);
    }
    if let Some(path) = &args.compare {
        report::print_comparison(&scored, path)?;
    }
    if let Some(path) = &args.json {
        report::write(&scored, path)?;
    }
    for seed in 1..=args.typos {
        let misspelt: Vec<Query> = queries
            .iter()
            .map(|query| Query { id: query.id.clone(), text: typos::misspelt(&query.text, seed) })
            .collect();
        let with_typos = run(&shop, &misspelt, &judgments)?;
        report::print(&format!("typos, seed {seed}"), &with_typos);
        report::print_kept(&scored, &with_typos);
        if args.each {
            report::print_lost(&scored, &with_typos);
        }
    }
    Ok(())
}

impl Shop {
    fn load(args: &Args) -> anyhow::Result<Self> {
        let path = &args.catalogue;
        let feed = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let format = recognise(&feed).context("not a feed of a known kind")?;
        let taxonomy = Taxonomy::built_in().context("the built-in taxonomy is malformed")?;
        let settings = Settings { currency: Currency::AUD, product_url_prefix: String::new() };
        let products = import(&feed, format, taxonomy, &settings).products;
        let index = TextIndex::in_memory(&products, taxonomy)?;
        let catalogue = Catalogue::new(products, taxonomy, Currency::AUD);
        let load = |model| Meaning::load(model, args.vectors.as_deref(), &catalogue);
        let meaning = args.model.as_deref().map(load).transpose()?;
        Ok(Self { catalogue, index, meaning, meaning_alone: args.meaning_alone })
    }

    /// Ids of the first results.
    fn ranked(&self, text: &str) -> anyhow::Result<Vec<String>> {
        let query = SearchQuery { text: text.to_owned(), limit: DEPTH, ..SearchQuery::default() };
        let near = self.meaning.as_ref().map(|meaning| meaning.of(text, self)).transpose()?;
        let places: Vec<u32> = match &near {
            Some(near) if self.meaning_alone => {
                near.nearest(&self.catalogue.every(), DEPTH).iter().map(|(place, _)| *place).collect()
            }
            near => {
                let neighbours = near.as_ref().map(|near| near as &dyn Neighbours);
                let found = search_near(&self.catalogue, &self.index, &query, neighbours);
                found.hits.iter().map(|(place, _)| *place).collect()
            }
        };
        let products = places.into_iter().filter_map(|place| self.catalogue.product(place));
        Ok(products.map(|product| product.id.clone()).collect())
    }
}

fn run(shop: &Shop, queries: &[Query], judgments: &Judgments) -> anyhow::Result<Vec<Scored>> {
    let score = |query: &Query| {
        let started = Instant::now();
        let ranked = shop.ranked(&query.text)?;
        let milliseconds = started.elapsed().as_secs_f64() * 1_000.0;
        Ok(judgments.score(query, ranked, milliseconds))
    };
    queries.iter().map(score).collect()
}

fn queries(path: &PathBuf) -> anyhow::Result<Vec<Query>> {
    let rows = tsv(path)?;
    let row = |row: HashMap<String, String>| {
        let field = |name: &str| row.get(name).cloned().with_context(|| format!("{}: no {name}", path.display()));
        Ok(Query { id: field("query_id")?, text: field("query")? })
    };
    rows.into_iter().map(row).collect()
}

/// Rows of a tab separated file by the names in its first line.
fn tsv(path: &PathBuf) -> anyhow::Result<Vec<HashMap<String, String>>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let row = |line: &str| names.iter().zip(line.split('\t')).map(|(n, v)| ((*n).to_owned(), v.to_owned())).collect();
    Ok(lines.filter(|line| !line.is_empty()).map(row).collect())
}
