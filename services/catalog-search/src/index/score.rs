//! Reading postings and weighing them: a word's frequency in each field, by the field's weight and length (the inner part of BM25F).

use std::ops::Range;

use rustc_hash::FxHashMap;
use tantivy::{
    DocSet as _, InvertedIndexReader, Searcher, TERMINATED,
    fieldnorm::FieldNormReader,
    postings::{BlockSegmentPostings, Postings as _, TermInfo},
    schema::{Field, IndexRecordOption},
};

use super::{DENIAL, FIELDS, FieldKind, TITLE, TextIndex, stems::Stems, term};
use crate::domain::{
    catalogue::{Places, Stretch},
    search::{Frequencies, Vocabulary, WordReader},
    text::Token,
};

/// What the very word is worth where another form of it is worth 1.
const EXACT: f32 = 1.25;

/// What one occurrence counts in a field, by the code that tantivy keeps of the field's length.
pub(super) type LengthWeights = [f32; 256];

impl TextIndex {
    /// Begins to read the word and its other forms in some fields, by their numbers.
    fn reader(&self, word: &str, fields: Range<usize>) -> tantivy::Result<Reader<'_>> {
        let forms = self.stems.forms(word);
        let mut lists = Vec::new();
        for i in fields {
            for segment in self.searcher.segment_readers() {
                let inverted = segment.inverted_index(self.fields[i])?;
                for form in &forms {
                    let Some(list) = inverted.get_term_info(&term(self.fields[i], form))? else { continue };
                    lists.push(PostingList {
                        blocks: inverted.read_block_postings_from_terminfo(&list, IndexRecordOption::WithFreqs)?,
                        at: 0,
                        lengths: &self.lengths[i],
                        weights: &self.weights[i],
                        share: if form == word { EXACT } else { 1.0 },
                    });
                }
            }
        }
        Ok(Reader(lists))
    }

    /// Begins to read the word and its other forms in all fields.
    pub(super) fn in_all_fields(&self, word: &str) -> tantivy::Result<Reader<'_>> {
        self.reader(word, 0..FIELDS.len())
    }

    /// The places of `within` that have one of these indexed texts in any field.
    pub(super) fn places_of(&self, texts: &[impl AsRef<str>], within: &Places) -> tantivy::Result<Places> {
        let mut places = Places::none(within.size());
        for field in &self.fields {
            for segment in self.searcher.segment_readers() {
                let inverted = segment.inverted_index(*field)?;
                for text in texts {
                    let Some(list) = inverted.get_term_info(&term(*field, text.as_ref()))? else { continue };
                    let mut blocks = inverted.read_block_postings_from_terminfo(&list, IndexRecordOption::Basic)?;
                    each_block(&mut blocks, within, |block| places.extend(block.docs().iter().copied()));
                }
            }
        }
        places.intersect(within);
        Ok(places)
    }

    /// Where each of the places, which must ascend, has the word or another form of it in its title.
    pub(super) fn positions_of(&self, word: &str, places: &[u32]) -> tantivy::Result<Vec<Vec<u32>>> {
        let mut found = vec![Vec::new(); places.len()];
        let mut positions = Vec::new();
        for segment in self.searcher.segment_readers() {
            let inverted = segment.inverted_index(self.fields[TITLE])?;
            for form in self.stems.forms(word) {
                let term = term(self.fields[TITLE], &form);
                let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::WithFreqsAndPositions)?
                else {
                    continue;
                };
                for (found, place) in found.iter_mut().zip(places) {
                    if postings.doc() < *place && postings.seek(*place) == TERMINATED {
                        break;
                    }
                    if postings.doc() == *place {
                        postings.positions(&mut positions);
                        found.append(&mut positions);
                    }
                }
            }
        }
        Ok(found)
    }

    /// The fields of one place that have the word or another form of it, with the weighted frequency there.
    pub(super) fn fields_of(&self, word: &str, place: u32) -> tantivy::Result<Vec<(&'static str, f32)>> {
        let mut within = Stretch::around(place);
        within.insert(place);
        let mut found = Vec::new();
        for (i, kind) in FIELDS.iter().enumerate() {
            let mut often = Frequencies::new(within.begin(), Stretch::LENGTH);
            self.reader(word, i..i + 1)?.read(&within, &mut often);
            if often.get(place) > 0.0 {
                found.push((kind.name, often.get(place)));
            }
        }
        Ok(found)
    }

    /// How many products there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.products
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.products == 0
    }
}

/// What a word has in the fields of the index.
pub(super) struct Reader<'i>(Vec<PostingList<'i>>);

/// The products that have one form of a word in one field, and how often.
struct PostingList<'i> {
    blocks: BlockSegmentPostings,
    /// How many of the present block were read.
    at: usize,
    lengths: &'i [u8],
    weights: &'i LengthWeights,
    /// What this form is worth.
    share: f32,
}

impl Reader<'_> {
    /// One that finds nothing.
    pub(super) fn of_nothing() -> Self {
        Self(Vec::new())
    }
}

impl WordReader for Reader<'_> {
    fn read(&mut self, within: &Stretch, found: &mut Frequencies) {
        self.0.iter_mut().for_each(|list| list.read(within, found));
    }
}

impl PostingList<'_> {
    fn read(&mut self, within: &Stretch, found: &mut Frequencies) {
        while let Some(first) = self.first() {
            let Some(next) = within.next_from(first) else { return };
            if self.blocks.docs().last().is_some_and(|last| *last < next) {
                self.at = self.blocks.seek(next);
                continue;
            }
            self.read_block(within, found);
        }
    }

    /// The first product that was not read.
    fn first(&mut self) -> Option<u32> {
        if self.at >= self.blocks.docs().len() && !self.blocks.docs().is_empty() {
            self.blocks.advance();
            self.at = 0;
        }
        self.blocks.docs().get(self.at).copied()
    }

    /// Reads what the present block has in this stretch.
    fn read_block(&mut self, within: &Stretch, found: &mut Frequencies) {
        let documents = self.blocks.docs();
        // What lies before the stretch belongs to one in which nothing was asked for.
        let from = self.at + documents[self.at..].partition_point(|document| *document < within.begin());
        let to = from + documents[from..].partition_point(|document| *document < within.end());
        let (lengths, weights, share) = (self.lengths, self.weights, self.share);
        let values = documents[from..to].iter().zip(&self.blocks.freqs()[from..]).map(|(document, often)| {
            (*document, share * weights[usize::from(lengths[*document as usize])] * *often as f32)
        });
        found.add_within(within, values);
        self.at = to;
    }
}

/// Gives each block of postings that may have one of the places, passing over the others unread.
fn each_block(blocks: &mut BlockSegmentPostings, within: &Places, mut visit: impl FnMut(&BlockSegmentPostings)) {
    while let (Some(first), Some(last)) = (blocks.docs().first(), blocks.docs().last()) {
        match within.next_from(*first) {
            None => return,
            Some(next) if next > *last => {
                blocks.seek(next);
                // Where no block goes that far, the last one stays.
                if blocks.docs().last().is_none_or(|last| *last < next) {
                    return;
                }
            }
            Some(_) => {
                visit(blocks);
                blocks.advance();
            }
        }
    }
}

/// What an occurrence counts in each field: its boost, against the length of the field beside the mean.
pub(super) fn weights(searcher: &Searcher, fields: &[Field]) -> tantivy::Result<Vec<LengthWeights>> {
    let documents = searcher.num_docs().max(1) as f32;
    let weights = |(field, kind): (&Field, &FieldKind)| {
        let mut words = 0;
        for segment in searcher.segment_readers() {
            words += segment.inverted_index(*field)?.total_num_tokens();
        }
        let mean = (words as f32 / documents).max(1.0);
        let weight = |code: usize| {
            let length = FieldNormReader::id_to_fieldnorm(code as u8) as f32 / mean;
            kind.boost / (1.0 - kind.length + kind.length * length)
        };
        Ok(std::array::from_fn(weight))
    };
    fields.iter().zip(&FIELDS).map(weights).collect()
}

/// The code of each document's length in each field. One segment has all of them.
pub(super) fn lengths(searcher: &Searcher, fields: &[Field]) -> tantivy::Result<Vec<Vec<u8>>> {
    let lengths = |field: &Field| {
        let mut lengths = Vec::with_capacity(searcher.num_docs() as usize);
        for segment in searcher.segment_readers() {
            let codes = segment.get_fieldnorms_reader(*field)?;
            lengths.extend((0..segment.max_doc()).map(|document| codes.fieldnorm_id(document)));
        }
        Ok(lengths)
    };
    fields.iter().map(lengths).collect()
}

/// The words of all fields, and which are forms of the same. How many products have a word is, near enough, the most that have it in one field.
pub(super) fn words(searcher: &Searcher, fields: &[Field]) -> tantivy::Result<(Vocabulary, Stems)> {
    let (mut vocabulary, mut stems) = (Vocabulary::default(), Stems::default());
    for (field, kind) in fields.iter().zip(&FIELDS) {
        for segment in searcher.segment_readers() {
            let inverted = segment.inverted_index(*field)?;
            let mut lists: FxHashMap<Token, Vec<TermInfo>> = FxHashMap::default();
            let mut terms = inverted.terms().stream()?;
            while let Some((bytes, info)) = terms.next() {
                let word = std::str::from_utf8(bytes).unwrap_or_default();
                if !word.starts_with(DENIAL) {
                    vocabulary.add(word, info.doc_freq, kind.prominent);
                    lists.entry(stems.add(word)).or_default().push(info.clone());
                }
            }
            for (stem, lists) in lists {
                stems.raise(&stem, holders(&inverted, &lists)?);
            }
        }
    }
    stems.complete();
    Ok((vocabulary, stems))
}

/// How many documents stand in at least one of the lists of a field.
fn holders(inverted: &InvertedIndexReader, lists: &[TermInfo]) -> tantivy::Result<u32> {
    if let [one] = lists {
        return Ok(one.doc_freq);
    }
    let mut documents = Vec::new();
    for list in lists {
        let mut blocks = inverted.read_block_postings_from_terminfo(list, IndexRecordOption::Basic)?;
        while !blocks.docs().is_empty() {
            documents.extend_from_slice(blocks.docs());
            blocks.advance();
        }
    }
    // Each list ascends: a stable sort merges them.
    documents.sort();
    documents.dedup();
    Ok(u32::try_from(documents.len()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{product::Product, search::WordIndex as _, taxonomy::Taxonomy};

    /// A bit more than a stretch.
    const PRODUCTS: u32 = Stretch::LENGTH + 400;
    /// Words, and how many products there are for each that has the word. The rare one's products on both sides of a stretch's end are
    /// packed together.
    const WORDS: [(&str, u32); 2] = [("desk", 3), ("stool", 100)];

    fn product(number: u32) -> Product {
        let words = WORDS.into_iter().filter(|(_, every)| number.is_multiple_of(*every)).map(|(word, _)| word);
        let title = words.chain(["lamp"]).collect::<Vec<_>>().join(" ");
        let text =
            serde_json::json!({ "id": number.to_string(), "handle": "", "sku": "", "title": title, "price": null });
        serde_json::from_value(text).unwrap()
    }

    #[test]
    fn a_reader_passes_over_what_lies_before_a_stretch_and_leaves_what_lies_behind_it() {
        let products: Vec<Product> = (0..PRODUCTS).map(product).collect();
        let index = TextIndex::in_memory(&products, &Taxonomy::load().unwrap()).unwrap();
        for (word, every) in WORDS {
            for asked in [vec![300, 301, 8_400], vec![8_400, 8_401], vec![0, 8_100, 8_191, 8_199], vec![5, 8_300]] {
                let mut within = Places::none(PRODUCTS);
                within.extend(asked.iter().copied());
                let mut reader = index.read(word);
                let mut found = Vec::new();
                for stretch in within.stretches() {
                    let mut often = Frequencies::new(stretch.begin(), Stretch::LENGTH);
                    reader.read(&stretch, &mut often);
                    found.extend((stretch.begin()..stretch.end()).filter(|place| often.get(*place) > 0.0));
                }
                let expected: Vec<u32> = asked.into_iter().filter(|place| place.is_multiple_of(every)).collect();
                assert_eq!(found, expected, "{word}");
            }
        }
    }
}
