//! The order in which the products of a generation are best kept: those of a category beside each other, the cheap ones first. Most
//! searches are for a category and many for a price; what they look at then lies together, in the columns as well as in the text index,
//! and whole stretches of the rest are passed over.

use rustc_hash::FxHashMap;

use super::ColumnRow;
use crate::domain::taxonomy::Taxonomy;

/// Which product stands at which place. Products are numbered in the order in which they came.
#[derive(Debug)]
pub struct Arrangement {
    /// The product at each place.
    numbers: Vec<u32>,
    /// The place of each product.
    places: Vec<u32>,
}

impl Arrangement {
    /// So many products in the order in which they came.
    #[must_use]
    pub fn as_they_came(count: u32) -> Self {
        Self::new((0..count).collect())
    }

    fn new(numbers: Vec<u32>) -> Self {
        let mut places = vec![0; numbers.len()];
        for (number, place) in numbers.iter().zip(0..) {
            places[*number as usize] = place;
        }
        Self { numbers, places }
    }

    /// The number of the product at each place.
    #[must_use]
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// The place of a product.
    ///
    /// # Panics
    /// When there is no product of that number.
    #[must_use]
    pub fn place(&self, number: u32) -> u32 {
        self.places[number as usize]
    }

    /// What is given for each product, by its number, at the products' places.
    ///
    /// # Panics
    /// When there are fewer than products.
    #[must_use]
    pub fn arrange<T: Copy>(&self, by_number: &[T]) -> Vec<T> {
        self.numbers.iter().map(|number| by_number[*number as usize]).collect()
    }
}

/// Finds the best order of products that come one after the other.
#[derive(Debug, Default)]
pub struct Arranger {
    /// Numbers of the main categories that were met.
    categories: FxHashMap<String, u32>,
    /// Category and price of each product.
    sorts: Vec<(u32, i64)>,
}

impl Arranger {
    /// Takes the next product.
    pub fn add(&mut self, product: &ColumnRow) {
        let next = self.categories.len() as u32;
        let category = match self.categories.get(product.category()) {
            Some(known) => *known,
            None => *self.categories.entry(product.category().to_owned()).or_insert(next),
        };
        self.sorts.push((category, product.price.map_or(i64::MAX, |price| price.minor)));
    }

    /// The order of all that were taken.
    #[must_use]
    pub fn finish(self, taxonomy: &Taxonomy) -> Arrangement {
        let ranks = category_ranks(&self.categories, taxonomy);
        let mut numbers: Vec<u32> = (0..self.sorts.len() as u32).collect();
        numbers.sort_by_key(|number| {
            let (category, price) = self.sorts[*number as usize];
            (ranks[category as usize], price)
        });
        Arrangement::new(numbers)
    }
}

/// Ranks of the categories by their path, so that a category stands beside its relatives.
fn category_ranks(categories: &FxHashMap<String, u32>, taxonomy: &Taxonomy) -> Vec<usize> {
    let mut sorted: Vec<(Vec<String>, u32)> =
        categories.iter().map(|(category, number)| (taxonomy.categories.path(category), *number)).collect();
    sorted.sort_unstable();
    let mut ranks = vec![0; sorted.len()];
    for (rank, (_, number)) in sorted.into_iter().enumerate() {
        ranks[number as usize] = rank;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::wording::Wording;

    #[test]
    fn relatives_stand_together_the_cheap_ones_first() {
        let taxonomy = Taxonomy::load().unwrap();
        let mut arranger = Arranger::default();
        for (category, price) in
            [("sofa", 900), ("gaming_chair", 200), ("desk", 50), ("sofa", 400), ("office_chair", 300)]
        {
            let price = serde_json::json!({ "currency": "AUD", "minor": price });
            let text = serde_json::json!({ "id": "", "handle": "", "sku": "", "title": "", "categories": [category], "price": price });
            let product = serde_json::from_value(text).unwrap();
            arranger.add(&ColumnRow::of(&product, &Wording::of(&product, &taxonomy), &taxonomy));
        }
        let arrangement = arranger.finish(&taxonomy);
        assert_eq!(arrangement.numbers(), [4, 1, 2, 3, 0]);
        assert_eq!(arrangement.arrange(&['a', 'b', 'c', 'd', 'e']), ['e', 'b', 'c', 'd', 'a']);
        assert!((0..5).all(|number| arrangement.numbers()[arrangement.place(number) as usize] == number));
    }
}
