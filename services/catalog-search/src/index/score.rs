//! Reading postings and weighing them: a word's frequency in each field, by the field's weight and length (the inner part of BM25F).

use tantivy::{
    DocSet as _, Searcher, TERMINATED,
    postings::{Postings as _, SegmentPostings},
    schema::{Field, IndexRecordOption},
};

use super::{DENIAL, FIELDS, STEM, TITLE, TextIndex, denial, stem, term};
use crate::domain::{catalogue::Places, search::Vocabulary};

/// What the exact form adds to a match by the stem.
const EXACT: f32 = 0.25;
/// From how many documents on it pays to look for the block of the next one.
const FAR: u32 = 512;

impl TextIndex {
    /// Visits every place of `within` that has the word or another form of it, once for each field and form, with the weighted frequency
    /// there.
    pub(super) fn visit(&self, word: &str, within: &Places, visit: &mut dyn FnMut(u32, f32)) -> tantivy::Result<()> {
        let stem = stem(&self.stemmer, word);
        for i in 0..FIELDS.len() {
            self.visit_field(i, &stem, 1.0, within, visit)?;
            self.visit_field(i, word, EXACT, within, visit)?;
        }
        Ok(())
    }

    /// Visits every place of `within` whose text denies the word.
    pub(super) fn visit_denials(&self, word: &str, within: &Places, visit: &mut dyn FnMut(u32)) -> tantivy::Result<()> {
        let denial = denial(&self.stemmer, word);
        (0..FIELDS.len()).try_for_each(|i| self.visit_field(i, &denial, 1.0, within, &mut |place, _| visit(place)))
    }

    /// Visits those of the places, which must ascend, whose title has the word, with where it stands there.
    pub(super) fn visit_positions(
        &self,
        word: &str,
        places: &[u32],
        visit: &mut dyn FnMut(usize, &[u32]),
    ) -> tantivy::Result<()> {
        let term = term(self.fields[TITLE], &stem(&self.stemmer, word));
        let mut positions = Vec::new();
        for segment in self.searcher.segment_readers() {
            let inverted = segment.inverted_index(self.fields[TITLE])?;
            let Some(mut postings) = inverted.read_postings(&term, IndexRecordOption::WithFreqsAndPositions)? else {
                continue;
            };
            for (i, place) in places.iter().enumerate() {
                if postings.doc() < *place && postings.seek(*place) == TERMINATED {
                    break;
                }
                if postings.doc() == *place {
                    postings.positions(&mut positions);
                    visit(i, &positions);
                }
            }
        }
        Ok(())
    }

    /// The fields of one place that have the word or another form of it, with the weighted frequency there.
    pub(super) fn fields_of(&self, word: &str, place: u32) -> tantivy::Result<Vec<(&'static str, f32)>> {
        let stem = stem(&self.stemmer, word);
        let mut within = Places::none(u32::try_from(self.products).unwrap_or(u32::MAX));
        within.insert(place);
        let mut found = Vec::new();
        for (i, kind) in FIELDS.iter().enumerate() {
            let mut frequency = 0.0;
            for (form, share) in [(stem.as_str(), 1.0), (word, EXACT)] {
                self.visit_field(i, form, share, &within, &mut |_, here| frequency += here)?;
            }
            if frequency > 0.0 {
                found.push((kind.name, frequency));
            }
        }
        Ok(found)
    }

    /// How many products have the word or another form of it: near enough, the most that have it in one field.
    pub(super) fn frequency(&self, word: &str) -> tantivy::Result<u32> {
        let stem = stem(&self.stemmer, word);
        let mut most = 0;
        for field in &self.fields {
            for segment in self.searcher.segment_readers() {
                most = most.max(segment.inverted_index(*field)?.doc_freq(&term(*field, &stem))?);
            }
        }
        Ok(most)
    }

    fn visit_field(
        &self,
        i: usize,
        text: &str,
        share: f32,
        within: &Places,
        visit: &mut dyn FnMut(u32, f32),
    ) -> tantivy::Result<()> {
        let (field, mean, kind) = (self.fields[i], self.mean_lengths[i], &FIELDS[i]);
        let weight = share * kind.boost;
        let by_length = kind.length;
        for segment in self.searcher.segment_readers() {
            let Some(mut postings) =
                segment.inverted_index(field)?.read_postings(&term(field, text), IndexRecordOption::WithFreqs)?
            else {
                continue;
            };
            let lengths = segment.get_fieldnorms_reader(field)?;
            let mut document = postings.doc();
            while let Some(next) = within.next_from(document) {
                if document < next {
                    document = passed_over(&mut postings, next);
                    continue;
                }
                let length = lengths.fieldnorm(document) as f32 / mean;
                let often = postings.term_freq() as f32;
                visit(document, weight * often / (1.0 - by_length + by_length * length));
                document = postings.advance();
            }
        }
        Ok(())
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

/// The first document from `next` on. Near ones are met by going on, far ones by passing over whole blocks.
fn passed_over(postings: &mut SegmentPostings, next: u32) -> u32 {
    if next - postings.doc() > FAR {
        return postings.seek(next);
    }
    let mut document = postings.advance();
    while document < next {
        document = postings.advance();
    }
    document
}

/// Mean number of words in each field.
pub(super) fn mean_lengths(searcher: &Searcher, fields: &[Field]) -> tantivy::Result<Vec<f32>> {
    let documents = searcher.num_docs().max(1) as f32;
    let mean = |field: &Field| {
        let mut words = 0;
        for segment in searcher.segment_readers() {
            words += segment.inverted_index(*field)?.total_num_tokens();
        }
        Ok((words as f32 / documents).max(1.0))
    };
    fields.iter().map(mean).collect()
}

/// The words of all fields. How many products have a word is, near enough, the most that have it in one field.
pub(super) fn vocabulary(searcher: &Searcher, fields: &[Field]) -> tantivy::Result<Vocabulary> {
    let mut vocabulary = Vocabulary::default();
    for (field, kind) in fields.iter().zip(&FIELDS) {
        for segment in searcher.segment_readers() {
            let inverted = segment.inverted_index(*field)?;
            let mut terms = inverted.terms().stream()?;
            while let Some((bytes, info)) = terms.next() {
                let word = std::str::from_utf8(bytes).unwrap_or_default();
                if ![STEM, DENIAL].iter().any(|mark| word.starts_with(mark)) {
                    vocabulary.add(word, info.doc_freq, kind.prominent);
                }
            }
        }
    }
    Ok(vocabulary)
}
