//! Texts as the numbered pieces of words that models of the BERT family read.
//!
//! `rten-text` has the parts; its `Tokenizer`, which puts them together, cannot be shared between threads.

use std::collections::HashMap;

use rten_text::{
    models::{Model as _, WordPiece, WordPieceOptions},
    normalizers::{self, BertOptions, Normalizer as _},
    pre_tokenizers::{self, PreTokenizer as _},
};
use serde::Deserialize;

use super::encoder::EncodeError;

/// Stands before every text, and its vector for the text.
const BEGIN: &str = "[CLS]";
/// Stands behind every text.
const END: &str = "[SEP]";

/// A tokenizer as `tokenizer.json` describes it.
pub(super) struct WordPieces {
    normalizer: normalizers::Bert,
    words: pre_tokenizers::Bert,
    pieces: WordPiece,
    begin: u32,
    end: u32,
    longest: usize,
}

#[derive(Deserialize)]
struct File {
    normalizer: NormalizerPart,
    model: ModelPart,
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum NormalizerPart {
    BertNormalizer { lowercase: bool, strip_accents: Option<bool> },
}

#[derive(Deserialize)]
#[serde(tag = "type")]
enum ModelPart {
    WordPiece { vocab: HashMap<String, u32> },
}

impl WordPieces {
    /// Reads a `tokenizer.json` of the kind `WordPiece`; texts are cut off at `longest` pieces.
    pub(super) fn read(json: &[u8], longest: usize) -> Result<Self, EncodeError> {
        let File { normalizer, model } =
            serde_json::from_slice(json).map_err(|error| failed(&format!("is not supported: {error}")))?;
        let NormalizerPart::BertNormalizer { lowercase, strip_accents } = normalizer;
        let ModelPart::WordPiece { vocab } = model;
        let number = |piece: &str| vocab.get(piece).copied().ok_or_else(|| failed(&format!("has no {piece}")));
        Ok(Self {
            begin: number(BEGIN)?,
            end: number(END)?,
            normalizer: normalizers::Bert::new(BertOptions {
                lowercase,
                strip_accents: strip_accents.unwrap_or(lowercase),
            }),
            words: pre_tokenizers::Bert::new(),
            pieces: WordPiece::from_vocab(vocab, WordPieceOptions::default()),
            longest,
        })
    }

    /// The numbers of a text's pieces between those of its two ends.
    pub(super) fn tokens(&self, text: &str) -> Result<Vec<i32>, EncodeError> {
        let (text, _) = self.normalizer.normalize(text).map_err(|error| failed(&error.to_string()))?;
        let words = self.words.pre_tokenize(&text).map_err(|error| failed(&error.to_string()))?;
        let mut tokens = vec![self.begin];
        for word in words {
            if tokens.len() >= self.longest {
                break;
            }
            let add = &mut |_, token| tokens.push(token);
            self.pieces.encode_with_offsets(word, add).map_err(|error| failed(&error.to_string()))?;
        }
        tokens.truncate(self.longest.saturating_sub(1));
        tokens.push(self.end);
        tokens.into_iter().map(|token| i32::try_from(token).map_err(|_| failed("has too large a number"))).collect()
    }
}

fn failed(what: &str) -> EncodeError {
    EncodeError::Model(format!("tokenizer.json {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(longest: usize) -> WordPieces {
        let json = r###"{
            "normalizer": { "type": "BertNormalizer", "lowercase": true, "strip_accents": null },
            "model": { "type": "WordPiece", "vocab":
                { "[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "book": 3, "##case": 4, "oak": 5, ",": 6, "cafe": 7 } }
        }"###;
        WordPieces::read(json.as_bytes(), longest).unwrap()
    }

    #[test]
    fn texts_become_pieces_between_two_ends() {
        assert_eq!(pieces(64).tokens("Oak, BOOKCASE café zz").unwrap(), [1, 5, 6, 3, 4, 7, 0, 2]);
        assert_eq!(pieces(64).tokens("").unwrap(), [1, 2]);
    }

    #[test]
    fn long_texts_are_cut_and_keep_their_end() {
        assert_eq!(pieces(4).tokens("oak bookcase oak oak").unwrap(), [1, 5, 3, 2]);
    }

    #[test]
    fn another_kind_of_tokenizer_is_refused() {
        let json = r#"{ "normalizer": { "type": "NFC" }, "model": { "type": "BPE", "vocab": {} } }"#;
        assert!(WordPieces::read(json.as_bytes(), 64).err().unwrap().to_string().contains("not supported"));
    }
}
