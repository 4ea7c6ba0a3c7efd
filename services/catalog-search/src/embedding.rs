//! Searching by meaning: an optional model turns texts into vectors, and products whose vectors are near the query's are near in meaning.
//!
//! What holds:
//! * Nothing depends on it. Without a model, while vectors are being made, and when a query's vector is late, words answer alone.
//! * The vectors of a generation lie in one file beside its text index, complete or not there. What another model made is not used.
//! * A product whose text did not change keeps its vector from one generation to the next.

mod build;
mod encoder;
#[cfg(feature = "embedding")]
mod onnx;
mod quantised;
mod queries;
mod text;
mod vectors;
#[cfg(feature = "embedding")]
mod word_pieces;

pub use build::{Progress, build};
pub use encoder::{Encode, EncodeError, load};
pub use quantised::Quantised;
pub(crate) use queries::QueryVectors;
pub use text::embedded_text;
pub use vectors::{Vectors, VectorsError};
