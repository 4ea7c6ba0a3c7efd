//! What can fail inside this service, told apart where it matters; at its edge everything is `easymart_core::Error`.

use easymart_core::{Error, reason};
use easymart_store::StoreError;

use crate::{columns_file::ColumnsError, index::IndexError, products::ProductsError};

/// Why a generation cannot be opened or made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GenerationError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The text index.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// The products.
    #[error(transparent)]
    Products(#[from] ProductsError),
    /// The columns.
    #[error(transparent)]
    Columns(#[from] ColumnsError),
    /// The store does not hold what its own record says.
    #[error("generation {generation} should have {expected} products and has {found}")]
    Incomplete {
        /// Which.
        generation: String,
        /// Products by its record.
        expected: u32,
        /// Products that are there.
        found: usize,
    },
}

impl From<GenerationError> for Error {
    fn from(error: GenerationError) -> Self {
        match error {
            GenerationError::Store(error) => error.into(),
            other => Self::new(reason::STORE_FAILED, "the catalogue could not be read or written").caused_by(other),
        }
    }
}
