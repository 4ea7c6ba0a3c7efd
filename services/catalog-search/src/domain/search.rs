//! Finding products by words within hard constraints: filter, match, sort, page, in this order.

mod cover;
mod denial;
mod explain;
mod forms;
mod frequencies;
mod fusion;
mod halves;
mod nearness;
mod plan;
mod rank;
mod slip;
mod spelling;
mod spelt;
mod summary;
mod tally;

use self::summary::Summary;
use super::{
    catalogue::{Catalogue, Facet, Filters, Places, Rejections, Relaxation, Stretch},
    text::Token,
    two_cores::at_once,
};

pub use explain::ScorePart;
pub use forms::Form;
pub use frequencies::Frequencies;
pub use fusion::Neighbours;
pub use plan::{PlanWord, QueryPlan};
pub use spelling::{Spelling, Vocabulary};

/// Where words are looked up: an inverted index over the texts of one generation.
pub trait WordIndex: Send + Sync {
    /// The words of the generation.
    fn vocabulary(&self) -> &Vocabulary;

    /// How many products have the word or another form of it.
    fn count(&self, word: &str) -> u32;

    /// The places of `within` that have the word or another form of it.
    fn holders(&self, word: &str, within: &Places) -> Places;

    /// Begins to read how often products have the word, or another form of it.
    fn read(&self, word: &str) -> Box<dyn WordReader + '_>;

    /// The places of `within` whose text denies the word ("no wheels").
    fn denials(&self, word: &str, within: &Places) -> Places;

    /// Where each of `places`, which must ascend, has the word or another form of it in its title, in no order.
    fn title_positions(&self, word: &str, places: &[u32]) -> Vec<Vec<u32>>;

    /// The fields of a place that have the word, or another form of it, with how often, weighted as a [`WordReader`] does.
    fn matched_fields(&self, word: &str, place: u32) -> Vec<(&'static str, f32)>;
}

/// Reads, once and in the order of the places, how often products have a word.
pub trait WordReader {
    /// Adds for every place of `within` that has the word how often it has it, weighted by field and length. Each `within` must lie behind
    /// the one before.
    fn read(&mut self, within: &Stretch, found: &mut Frequencies);
}

/// Order of results. Ties go by product id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// Best match first.
    #[default]
    Relevance,
    /// Cheapest first; what has no price is left out.
    PriceLow,
    /// Dearest first; what has no price is left out.
    PriceHigh,
    /// By title.
    Title,
    /// Best rated first.
    Rating,
}

/// What is searched for.
#[derive(Debug, Clone, Default)]
pub struct SearchQuery {
    /// Words; may be empty.
    pub text: String,
    /// Hard constraints.
    pub filters: Filters,
    /// Order.
    pub sort: Sort,
    /// Results to skip.
    pub offset: usize,
    /// Most results to give.
    pub limit: usize,
    /// Whether to count facets.
    pub with_facets: bool,
    /// Whether to compute relaxations when nothing matches.
    pub with_relaxations: bool,
    /// Whether to say what a limit turned away, and why.
    pub with_rejections: bool,
    /// Whether to take the score of each hit apart.
    pub explain: bool,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct SearchResult {
    /// The page's places with their scores, in order.
    pub hits: Vec<(u32, f64)>,
    /// What the score of each hit is made of, when asked for.
    pub explanations: Vec<Vec<ScorePart>>,
    /// All matches.
    pub total: u32,
    /// The query as it was searched, when spelling was corrected.
    pub corrected_query: Option<String>,
    /// Words that nothing in the catalogue has.
    pub unmatched_words: Vec<String>,
    /// Counts, when asked for.
    pub facets: Vec<Facet>,
    /// Lowest and highest price of all matches, in minor units.
    pub prices: Option<(i64, i64)>,
    /// Relaxations, when asked for and nothing matched.
    pub relaxations: Vec<Relaxation>,
    /// What limits turned away, when asked for.
    pub rejections: Rejections,
}

/// Searches by words.
#[must_use]
pub fn search(catalogue: &Catalogue, index: &dyn WordIndex, query: &SearchQuery) -> SearchResult {
    search_near(catalogue, index, query, None)
}

/// Searches by words and, where there are neighbours of the query, by meaning. The constraints hold for both.
#[must_use]
pub fn search_near(
    catalogue: &Catalogue,
    index: &dyn WordIndex,
    query: &SearchQuery,
    neighbours: Option<&dyn Neighbours>,
) -> SearchResult {
    let plan = QueryPlan::new(&query.text, catalogue, index);
    let filters = plan.constrained(&query.filters);
    let mut allowed = catalogue.matching(&filters);
    let uncounted = keep_counted(&plan, &filters, catalogue, &mut allowed);
    let titled = titled(&plan, catalogue, query);
    allowed.unite(&titled);
    if matches!(query.sort, Sort::PriceLow | Sort::PriceHigh) {
        keep_priced(catalogue, &mut allowed);
    }
    let mut ranking = rank::rank(&plan, &allowed, &titled, catalogue, index, &query.filters);
    let fused = neighbours.map(|near| fusion::fuse(&mut ranking, &plan, query, &allowed, catalogue, near));
    let (hits, summary) = at_once(
        ranking.count(),
        || ranking.page(catalogue, query.sort, query.offset, query.limit),
        || Summary::of(&ranking.places(catalogue), catalogue, query.with_facets),
    );
    let Summary { total, facets, prices } = summary;
    let explanations = explanations(&plan, &hits, catalogue, index, query, fused.as_ref());
    let relaxations =
        if total == 0 && query.with_relaxations { relaxations(&plan, catalogue, index, query) } else { Vec::new() };
    let rejections =
        if query.with_rejections { rejections(&plan, catalogue, index, query) } else { Rejections::default() };
    SearchResult {
        hits,
        explanations,
        total,
        facets,
        prices,
        corrected_query: plan.corrected,
        unmatched_words: plan.unknown.into_iter().chain(uncounted).map(String::from).collect(),
        relaxations,
        rejections,
    }
}

/// Keeps what has as many of a part as the words ask for, and gives the counts that nothing here is known to have. Without a kind of
/// thing, a number may as well be part of a name.
fn keep_counted(plan: &QueryPlan, filters: &Filters, catalogue: &Catalogue, allowed: &mut Places) -> Vec<Token> {
    let mut uncounted = Vec::new();
    if filters.categories.is_empty() {
        return uncounted;
    }
    for count in &plan.counts {
        let mut counted = catalogue.counting(count);
        counted.intersect(allowed);
        if !counted.is_empty() {
            *allowed = counted;
        } else if !plan.unknown.contains(&count.written) {
            uncounted.push(count.written.clone());
        }
    }
    uncounted
}

/// The products that the query gives the title of, as far as the caller's constraints let them through: what words of a title seem to
/// ask for is not asked for.
fn titled(plan: &QueryPlan, catalogue: &Catalogue, query: &SearchQuery) -> Places {
    let mut titled = catalogue.no_places();
    if !plan.titled.is_empty() {
        titled.extend(plan.titled.iter().copied());
        titled.intersect(&catalogue.matching(&query.filters));
    }
    titled
}

/// What the words and the lists of the filters ask for and a limit turned away.
fn rejections(plan: &QueryPlan, catalogue: &Catalogue, index: &dyn WordIndex, query: &SearchQuery) -> Rejections {
    let filters = plan.constrained(&query.filters);
    let mut unlimited = catalogue.matching(&filters.without_limits());
    keep_counted(plan, &filters, catalogue, &mut unlimited);
    let asked_for = rank::matching(plan, &unlimited, catalogue, index, &query.filters);
    catalogue.rejections(&filters, &asked_for)
}

fn explanations(
    plan: &QueryPlan,
    hits: &[(u32, f64)],
    catalogue: &Catalogue,
    index: &dyn WordIndex,
    query: &SearchQuery,
    fused: Option<&fusion::Fused>,
) -> Vec<Vec<ScorePart>> {
    if !query.explain {
        return Vec::new();
    }
    let explained = |(place, _): &(u32, f64)| {
        let by_words = explain::explain(plan, *place, catalogue, index, query);
        match fused {
            Some(fused) => fused.explain(*place, by_words),
            None => by_words,
        }
    };
    hits.iter().map(explained).collect()
}

fn keep_priced(catalogue: &Catalogue, places: &mut Places) {
    let mut priced = catalogue.no_places();
    priced.extend(catalogue.prices().within(None, None));
    places.intersect(&priced);
}

fn relaxations(plan: &QueryPlan, catalogue: &Catalogue, index: &dyn WordIndex, query: &SearchQuery) -> Vec<Relaxation> {
    let filters = plan.constrained(&query.filters);
    if plan.is_empty() {
        return catalogue.relaxations(&filters, None);
    }
    let matching = |within: &Places| rank::matching(plan, within, catalogue, index, &query.filters);
    catalogue.relaxations(&filters, Some(&matching))
}
