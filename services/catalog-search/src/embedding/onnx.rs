//! A sentence encoder of the BERT family in ONNX form, run by `rten`: pure Rust, on the processor, int8 or float.

use std::{fs, path::Path, sync::Arc};

use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool};
use rten_tensor::{NdTensor, NdTensorView, prelude::*};
use sha2::{Digest as _, Sha256};

use super::{
    encoder::{Encode, EncodeError},
    word_pieces::WordPieces,
};

const MODEL: &str = "model.onnx";
const TOKENIZER: &str = "tokenizer.json";
/// Longest text that is looked at, in tokens with the two that mark its ends. Titles are shorter; what takes longer says less.
const MAX_TOKENS: usize = 64;
/// A text to learn the size of the vectors from.
const PROBE: &str = "chair";

/// A model and its tokenizer. A text's vector is the one of its first token, scaled to length 1.
pub(super) struct OnnxEncoder {
    model: Model,
    tokenizer: WordPieces,
    inputs: Vec<(Input, NodeId)>,
    output: NodeId,
    id: [u8; 32],
    dimensions: usize,
    /// One thread: several texts are encoded at the same time by several callers, which is faster than sharing out one of them.
    threads: Arc<ThreadPool>,
}

/// What the model wants to know of each token.
#[derive(Clone, Copy)]
enum Input {
    /// Its number.
    Ids,
    /// Whether it is text, not filling.
    Mask,
    /// Which sentence it belongs to: always the first.
    Types,
}

impl OnnxEncoder {
    /// Loads `model.onnx` and `tokenizer.json`.
    pub(super) fn load(directory: &Path) -> Result<Self, EncodeError> {
        let read = |file| fs::read(directory.join(file)).map_err(|source| EncodeError::File { file, source });
        let (model, tokenizer) = (read(MODEL)?, read(TOKENIZER)?);
        let id = Sha256::new().chain_update(&model).chain_update(&tokenizer).finalize().into();
        let tokenizer = WordPieces::read(&tokenizer, MAX_TOKENS)?;
        let model = ModelOptions::with_all_ops().prepack_weights(true).load(model).map_err(failed)?;
        let output = *model.output_ids().first().ok_or_else(|| failed("it has no output"))?;
        let inputs = inputs(&model)?;
        let threads = Arc::new(ThreadPool::with_num_threads(1));
        let mut encoder = Self { model, tokenizer, inputs, output, id, dimensions: 0, threads };
        encoder.dimensions = encoder.encode(&[PROBE])?.first().map_or(0, Vec::len);
        Ok(encoder)
    }
}

fn failed(error: impl ToString) -> EncodeError {
    EncodeError::Model(error.to_string())
}

/// The model's inputs by the names that exports of this family use.
fn inputs(model: &Model) -> Result<Vec<(Input, NodeId)>, EncodeError> {
    let kind = |id: &NodeId| {
        let name = model.node_info(*id).and_then(|node| node.name().map(str::to_owned)).unwrap_or_default();
        match name.as_str() {
            "input_ids" => Ok((Input::Ids, *id)),
            "attention_mask" => Ok((Input::Mask, *id)),
            "token_type_ids" => Ok((Input::Types, *id)),
            _ => Err(failed(format!("it asks for {name:?}, which is not known"))),
        }
    };
    model.input_ids().iter().map(kind).collect()
}

impl Encode for OnnxEncoder {
    fn id(&self) -> [u8; 32] {
        self.id
    }

    fn dimensions(&self) -> usize {
        self.dimensions
    }

    fn length(&self, text: &str) -> usize {
        self.tokenizer.tokens(text).map_or(MAX_TOKENS, |tokens| tokens.len())
    }

    fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncodeError> {
        let tokens = texts.iter().map(|text| self.tokenizer.tokens(text)).collect::<Result<Vec<_>, _>>()?;
        let longest = tokens.iter().map(Vec::len).max().unwrap_or_default();
        let shape = [texts.len(), longest];
        let mut ids = NdTensor::<i32, 2>::zeros(shape);
        let mut mask = NdTensor::<i32, 2>::zeros(shape);
        for (row, tokens) in tokens.iter().enumerate() {
            for (column, token) in tokens.iter().enumerate() {
                ids[[row, column]] = *token;
                mask[[row, column]] = 1;
            }
        }
        let types = NdTensor::<i32, 2>::zeros(shape);
        let given = self.inputs.iter().map(|(input, id)| {
            let tensor = match input {
                Input::Ids => ids.view(),
                Input::Mask => mask.view(),
                Input::Types => types.view(),
            };
            (*id, tensor.into())
        });
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.threads)));
        let [hidden] = self.model.run_n(given.collect(), [self.output], Some(options)).map_err(failed)?;
        let hidden: NdTensor<f32, 3> =
            hidden.try_into().map_err(|_| failed("its output is no vector for each token"))?;
        Ok(first_tokens(hidden.view()))
    }
}

/// The vectors of the first tokens, scaled to length 1.
fn first_tokens(hidden: NdTensorView<'_, f32, 3>) -> Vec<Vec<f32>> {
    let [texts, _, dimensions] = hidden.shape();
    let vector = |text| (0..dimensions).map(|at| hidden[[text, 0, at]]).collect::<Vec<f32>>();
    (0..texts).map(|text| normalised(vector(text))).collect()
}

fn normalised(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    vector.iter_mut().for_each(|value| *value /= length);
    vector
}
