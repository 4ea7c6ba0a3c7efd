//! What every part of EasyMart agrees on: exact money, the error with its code and reason, what a call carries, and time.
//!
//! Pure: no runtime, no transport, no I/O.

mod clock;
mod context;
mod error;
mod money;
pub mod reason;

pub use clock::{Clock, SystemClock, UnixMillis};
pub use context::{CallContext, TraceContext};
pub use error::{Code, Error, FieldViolation, Result};
pub use money::{Currency, Money, MoneyError};
pub use reason::Reason;
