//! Orders of the products (by liking, title and id) and the words of their titles.

use rayon::slice::ParallelSliceMut as _;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::domain::{
    catalogue::{Arrangement, Places},
    text::Token,
};

/// Ranks of each place, and title words with the products that have them, by their rank by liking.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(in crate::domain::catalogue) struct Titles {
    /// By how well buyers like it.
    liking: Vec<u32>,
    /// Places by their rank by liking.
    order: Vec<u32>,
    by_title: Vec<u32>,
    by_id: Vec<u32>,
    /// Words, ascending, each with the ranks by liking of the products that have it, ascending.
    words: Vec<(Token, Vec<u32>)>,
}

impl Titles {
    pub(in crate::domain::catalogue) fn liking(&self, place: u32) -> u32 {
        rank(&self.liking, place)
    }

    pub(in crate::domain::catalogue) fn title_rank(&self, place: u32) -> u32 {
        rank(&self.by_title, place)
    }

    pub(in crate::domain::catalogue) fn id_rank(&self, place: u32) -> u32 {
        rank(&self.by_id, place)
    }

    /// The first places in the window whose title has, for each of `beginnings`, a word that begins so: what is `buyable`, then the rest.
    pub(in crate::domain::catalogue) fn with_all(
        &self,
        beginnings: &[Token],
        limit: usize,
        buyable: &dyn Fn(u32) -> bool,
    ) -> Vec<u32> {
        let place = |rank: &u32| self.order.get(*rank as usize).copied();
        let is_buyable = |rank: &u32| place(rank).is_some_and(buyable);
        let mut first = self.ranks(beginnings, limit, &is_buyable);
        if first.len() < limit {
            first.extend(self.ranks(beginnings, limit - first.len(), &|rank| !is_buyable(rank)));
        }
        first.iter().filter_map(place).collect()
    }

    /// The lowest ranks that are wanted, ascending.
    fn ranks(&self, beginnings: &[Token], limit: usize, wanted: &dyn Fn(&u32) -> bool) -> Vec<u32> {
        match beginnings {
            [] => Vec::new(),
            // One beginning: no list is needed beyond its first ranks.
            [one] => {
                let firsts = |ranks: &'_ Vec<u32>| -> Vec<u32> {
                    ranks.iter().filter(|rank| wanted(rank)).take(limit).copied().collect()
                };
                let mut ranks: Vec<u32> = self.lists(one).flat_map(firsts).collect();
                ranks.sort_unstable();
                ranks.dedup();
                ranks.truncate(limit);
                ranks
            }
            [first, others @ ..] => {
                let mut common = self.rank_set(first);
                others.iter().for_each(|beginning| common.intersect(&self.rank_set(beginning)));
                common.iter().filter(|rank| wanted(rank)).take(limit).collect()
            }
        }
    }

    fn rank_set(&self, beginning: &str) -> Places {
        let mut set = Places::none(self.liking.len() as u32);
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

/// Gathers titles, ids and what buyers think.
#[derive(Debug, Default)]
pub(super) struct TitlesBuilder {
    ids: Vec<Box<str>>,
    titles: Vec<Box<str>>,
    /// How well buyers like it.
    liked: Vec<f64>,
    words: FxHashMap<Token, Vec<u32>>,
}

impl TitlesBuilder {
    pub(super) fn add(&mut self, id: Box<str>, title: Box<str>, words: Vec<Token>, liking: f64, number: u32) {
        self.ids.push(id);
        self.titles.push(title);
        self.liked.push(liking);
        for word in words {
            let numbers = self.words.entry(word).or_default();
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
    }

    pub(super) fn finish(self, arrangement: &Arrangement) -> Titles {
        let by_id = dense_ranks(&self.ids);
        let by_title = dense_ranks(&self.titles);
        let mut order = by_liking(&self.liked, &by_id);
        let mut liking = vec![0; order.len()];
        for (number, rank) in order.iter().zip(0..) {
            liking[*number as usize] = rank;
        }
        let ranked = |(word, mut numbers): (Token, Vec<u32>)| {
            numbers.iter_mut().for_each(|number| *number = liking[*number as usize]);
            numbers.sort_unstable();
            numbers.shrink_to_fit();
            (word, numbers)
        };
        let mut words: Vec<_> = self.words.into_iter().map(ranked).collect();
        words.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        order.iter_mut().for_each(|number| *number = arrangement.place(*number));
        let [liking, by_title, by_id] = [liking, by_title, by_id].map(|ranks| arrangement.arrange(&ranks));
        Titles { liking, order, by_title, by_id, words }
    }
}

/// Products by what buyers rate well, then by id.
fn by_liking(liked: &[f64], by_id: &[u32]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..liked.len() as u32).collect();
    order.par_sort_unstable_by(|a, b| {
        let (a, b) = (*a as usize, *b as usize);
        liked[b].total_cmp(&liked[a]).then_with(|| by_id[a].cmp(&by_id[b]))
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
