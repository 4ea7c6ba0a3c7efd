//! Orders of the products (by the shop window, title and id) and the words of their titles.

use std::collections::BTreeMap;

use rayon::slice::ParallelSliceMut as _;
use serde::{Deserialize, Serialize};

use crate::domain::{
    catalogue::Places,
    product::{Availability, Product},
    text::tokens,
};

/// Ranks of each place, and title words with the products that have them, in the order of the shop window.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::domain::catalogue) struct Titles {
    window: Vec<u32>,
    /// Places in the order of the shop window.
    window_order: Vec<u32>,
    by_title: Vec<u32>,
    by_id: Vec<u32>,
    /// Words, ascending, each with the window ranks of the products that have it, ascending.
    words: Vec<(String, Vec<u32>)>,
}

impl Titles {
    pub(in crate::domain::catalogue) fn window_rank(&self, place: u32) -> u32 {
        rank(&self.window, place)
    }

    pub(in crate::domain::catalogue) fn title_rank(&self, place: u32) -> u32 {
        rank(&self.by_title, place)
    }

    pub(in crate::domain::catalogue) fn id_rank(&self, place: u32) -> u32 {
        rank(&self.by_id, place)
    }

    /// The first places in the window whose title has, for each of `beginnings`, a word that begins so.
    pub(in crate::domain::catalogue) fn with_all(&self, beginnings: &[String], limit: usize) -> Vec<u32> {
        let mut ranks = match beginnings {
            [] => return Vec::new(),
            // One beginning: no list is needed beyond its first ranks.
            [one] => self.ranks(one, limit),
            [first, others @ ..] => {
                let mut common = self.rank_set(first);
                others.iter().for_each(|beginning| common.intersect(&self.rank_set(beginning)));
                common.iter().take(limit).collect()
            }
        };
        ranks.truncate(limit);
        ranks.into_iter().filter_map(|rank| self.window_order.get(rank as usize).copied()).collect()
    }

    /// The lowest ranks of products with a word that begins so, ascending; at least `limit` of them when there are so many.
    fn ranks(&self, beginning: &str, limit: usize) -> Vec<u32> {
        let mut ranks: Vec<u32> = self.lists(beginning).flat_map(|ranks| ranks.iter().take(limit).copied()).collect();
        ranks.sort_unstable();
        ranks.dedup();
        ranks
    }

    fn rank_set(&self, beginning: &str) -> Places {
        let mut set = Places::none(self.window.len() as u32);
        self.lists(beginning).for_each(|ranks| set.extend(ranks.iter().copied()));
        set
    }

    fn lists<'a>(&'a self, beginning: &'a str) -> impl Iterator<Item = &'a Vec<u32>> {
        let from = self.words.partition_point(|(word, _)| word.as_str() < beginning);
        let words = self.words.get(from..).unwrap_or_default().iter();
        words.take_while(move |(word, _)| word.starts_with(beginning)).map(|(_, ranks)| ranks)
    }
}

fn rank(ranks: &[u32], place: u32) -> u32 {
    ranks.get(place as usize).copied().unwrap_or(u32::MAX)
}

/// Gathers titles and what the shop window goes by.
#[derive(Debug, Default)]
pub(super) struct TitlesBuilder {
    ids: Vec<Box<str>>,
    titles: Vec<Box<str>>,
    /// Whether it cannot be bought, and how well buyers like it.
    shown: Vec<(bool, f64)>,
    words: BTreeMap<String, Vec<u32>>,
}

impl TitlesBuilder {
    pub(super) fn add(&mut self, product: &Product, place: u32) {
        self.ids.push(product.id.as_str().into());
        self.titles.push(product.title.as_str().into());
        let count = f64::from(product.rating_count.unwrap_or(0));
        let liked = product.rating.unwrap_or(0.0) * (1.0 + count).ln();
        let sold_out = product.availability == Availability::OutOfStock;
        self.shown.push((sold_out || product.price.is_none(), liked));
        for word in tokens(&product.title) {
            let places = self.words.entry(word).or_default();
            if places.last() != Some(&place) {
                places.push(place);
            }
        }
    }

    pub(super) fn finish(self) -> Titles {
        let by_id = dense_ranks(&self.ids);
        let by_title = dense_ranks(&self.titles);
        let window_order = window_order(&self.shown, &by_id);
        let mut window = vec![0; window_order.len()];
        for (place, rank) in window_order.iter().zip(0..) {
            window[*place as usize] = rank;
        }
        let ranked = |(word, mut places): (String, Vec<u32>)| {
            places.iter_mut().for_each(|place| *place = window[*place as usize]);
            places.sort_unstable();
            places.shrink_to_fit();
            (word, places)
        };
        let words = self.words.into_iter().map(ranked).collect();
        Titles { window, window_order, by_title, by_id, words }
    }
}

/// What can be bought first, then what buyers rate well, then by id.
fn window_order(shown: &[(bool, f64)], by_id: &[u32]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..shown.len() as u32).collect();
    order.par_sort_unstable_by(|a, b| {
        let ((a_unavailable, a_liked), (b_unavailable, b_liked)) = (shown[*a as usize], shown[*b as usize]);
        let by_id = || by_id[*a as usize].cmp(&by_id[*b as usize]);
        a_unavailable.cmp(&b_unavailable).then(b_liked.total_cmp(&a_liked)).then_with(by_id)
    });
    order
}

/// Ranks of texts; equal texts share one.
fn dense_ranks(texts: &[Box<str>]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..texts.len() as u32).collect();
    let text = |place: &u32| &texts[*place as usize];
    order.par_sort_unstable_by(|a, b| text(a).cmp(text(b)));
    let mut ranks = vec![0; texts.len()];
    let mut rank = 0;
    for pair in 0..order.len() {
        if pair > 0 && text(&order[pair - 1]) != text(&order[pair]) {
            rank += 1;
        }
        ranks[order[pair] as usize] = rank;
    }
    ranks
}
