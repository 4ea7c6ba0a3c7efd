//! The client's stack. One [`Peer`] per destination holds what attempts share: a lazily connected channel, a bulkhead, a
//! breaker and a retry budget. From the outside in:
//!
//! 1. **deadline**: the caller's, capped by the method's own; spans all attempts and the waits between them;
//! 2. **metrics**: one duration per call, whatever it took;
//! 3. **bulkhead**: a slow peer may hold so many of our calls and no more, so that it cannot take the process with it;
//! 4. **retries**: only what may be repeated, only what the peer did not work on, only while the budget lasts;
//! 5. **breaker**: a peer that fails is left alone for a while, and found again by a single call;
//! 6. **attempt**: fresh headers with the time that is left.

mod budget;
mod bulkhead;
mod config;
mod peer;
mod policy;
mod stream;

pub use config::PeerConfig;
pub use peer::Peer;
pub use policy::{Idempotency, MethodPolicy};
pub use stream::DeadlineStream;
