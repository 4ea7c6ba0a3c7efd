//! Reading characters: normalisation, tokens, numbers and the redaction of personal data. Knows no furniture.

mod contraction;
pub mod normalise;
pub mod number;
pub mod redact;
pub mod singular;
pub mod token;

pub use normalise::{clean, normalise};
pub use redact::redact;
pub use singular::singular;
pub use token::{Token, TokenKind, tokenise};
