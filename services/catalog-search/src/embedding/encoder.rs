//! What turns texts into vectors, as the rest of this service sees it.

use std::{path::Path, sync::Arc};

/// Why a model cannot be loaded or run.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// This program cannot run models.
    #[error("this program was built without embedding models; build it with `--features embedding`")]
    NotBuiltIn,
    /// A file of the model cannot be read.
    #[error("{file} of the embedding model cannot be read: {source}")]
    File {
        /// Name of the file in the model's folder.
        file: &'static str,
        /// What the system says.
        source: std::io::Error,
    },
    /// The model or its tokenizer is not what is supported, or fails.
    #[error("the embedding model failed: {0}")]
    Model(String),
}

/// Turns texts into vectors of length 1.
pub trait Encode: Send + Sync {
    /// Identifies the model: vectors of models with different ids cannot be compared.
    fn id(&self) -> [u8; 32];

    /// Numbers in a vector.
    fn dimensions(&self) -> usize;

    /// How long the model takes a text to be, in its own units: texts of the same length are best encoded together.
    fn length(&self, text: &str) -> usize;

    /// One vector for each text. Blocks, on one thread.
    ///
    /// # Errors
    /// When the model cannot be run on these texts.
    fn encode(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, EncodeError>;
}

/// Loads the model in a folder: `model.onnx` and `tokenizer.json`.
///
/// # Errors
/// When a file is missing or not supported, or the program was built without the feature `embedding`.
pub fn load(directory: &Path) -> Result<Arc<dyn Encode>, EncodeError> {
    #[cfg(feature = "embedding")]
    return Ok(Arc::new(super::onnx::OnnxEncoder::load(directory)?));
    #[cfg(not(feature = "embedding"))]
    {
        let _unused = directory;
        Err(EncodeError::NotBuiltIn)
    }
}
