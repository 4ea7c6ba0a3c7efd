//! Reading postings and weighing them: BM25 in each field, weighted and added.

use tantivy::{
    DocSet as _, Searcher,
    postings::{Postings as _, SegmentPostings},
    schema::{Field, IndexRecordOption},
};

use super::{FIELDS, STEM, TextIndex, stem, term};
use crate::domain::{catalogue::Places, search::Vocabulary};

/// How fast further occurrences of a word in a field count for less.
const K1: f32 = 1.2;
/// How much a long field counts for less than a short one.
const B: f32 = 0.75;
/// What the exact form adds to a match by the stem.
const EXACT: f32 = 0.25;
/// From how many documents on it pays to look for the block of the next one.
const FAR: u32 = 512;

impl TextIndex {
    /// Visits every place of `within` that has the word or another form of it, once for each field and form.
    pub(super) fn visit(&self, word: &str, within: &Places, visit: &mut dyn FnMut(u32, f32)) -> tantivy::Result<()> {
        let stem = stem(&self.stemmer, word);
        for (i, kind) in FIELDS.iter().enumerate() {
            self.visit_field(i, &stem, kind.boost, within, visit)?;
            self.visit_field(i, word, kind.boost * EXACT, within, visit)?;
        }
        Ok(())
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
        boost: f32,
        within: &Places,
        visit: &mut dyn FnMut(u32, f32),
    ) -> tantivy::Result<()> {
        let (field, mean) = (self.fields[i], self.mean_lengths[i]);
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
                let often = postings.term_freq() as f32;
                let length = lengths.fieldnorm(document) as f32 / mean;
                visit(document, boost * often * (K1 + 1.0) / (often + K1 * (1.0 - B + B * length)));
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
                if !word.starts_with(STEM) {
                    vocabulary.add(word, info.doc_freq, kind.prominent);
                }
            }
        }
    }
    Ok(vocabulary)
}
