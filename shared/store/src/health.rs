use std::sync::{Arc, OnceLock};

use crate::StoreError;

/// Whether writes may still be acknowledged. Once they may not, that stays so until the process is restarted.
///
/// After a failed `fsync` the kernel may have thrown the dirty pages away and reports success to the next call: trying again proves
/// nothing. Only recovery from what is on disk does.
#[derive(Debug, Default)]
pub(crate) struct Health(OnceLock<Arc<str>>);

impl Health {
    /// Notes the first failure; later ones are consequences.
    pub(crate) fn poison(&self, cause: &str) {
        if self.0.set(cause.into()).is_ok() {
            tracing::error!(cause, "the store takes no more writes");
        }
    }

    /// # Errors
    /// When a write has failed before.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match self.0.get() {
            None => Ok(()),
            Some(cause) => Err(StoreError::Poisoned { cause: Arc::clone(cause) }),
        }
    }
}
