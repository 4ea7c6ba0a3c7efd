use std::{error::Error as StdError, fmt, time::Duration};

use crate::Reason;

/// The one error that crosses a service's edge.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The gRPC codes that EasyMart uses, each as `google/rpc/code.proto` defines it: a restricted set on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The caller went away.
    Cancelled,
    /// The request is wrong whatever the state.
    InvalidArgument,
    /// Time ran out.
    DeadlineExceeded,
    /// The thing asked for is not there.
    NotFound,
    /// The caller is known and may not.
    PermissionDenied,
    /// Who calls is not known.
    Unauthenticated,
    /// A quota or this process is used up; later may work.
    ResourceExhausted,
    /// The request is wrong in the present state.
    FailedPrecondition,
    /// A concurrent change won: read again and retry at a higher level.
    Aborted,
    /// The method is not offered.
    Unimplemented,
    /// Our fault.
    Internal,
    /// Not reachable now; this very call may be retried.
    Unavailable,
    /// Stored data is unreadable.
    DataLoss,
}

/// A failed call: a code for machines, a [`Reason`] for clients to act on, a message for people.
///
/// The message is shown to callers: it says what was wrong and what to do, and never carries secrets or internals.
/// What only operators may see is the `source`, which is logged where the error is handled and never leaves the process.
#[derive(Debug)]
pub struct Error {
    /// Kind of failure.
    pub code: Code,
    /// Word of the error catalogue.
    pub reason: Reason,
    /// What was wrong, for the caller.
    pub message: String,
    /// Fields at fault, when the request was.
    pub violations: Vec<FieldViolation>,
    /// When trying again makes sense.
    pub retry_after: Option<Duration>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// One field of a request that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldViolation {
    /// Path of the field.
    pub field: String,
    /// What is wrong with it.
    pub description: String,
}

impl Error {
    /// A failure with the reason's own code.
    pub fn new(reason: Reason, message: impl Into<String>) -> Self {
        Self {
            code: reason.code(),
            reason,
            message: message.into(),
            violations: Vec::new(),
            retry_after: None,
            source: None,
        }
    }

    /// A failure that is our fault. The caller reads one fixed sentence; the cause is for the log.
    pub fn internal(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(crate::reason::INTERNAL, "something went wrong on our side; please try again").caused_by(cause)
    }

    /// A request with one wrong field.
    pub fn invalid(reason: Reason, field: impl Into<String>, description: impl Into<String>) -> Self {
        let (field, description) = (field.into(), description.into());
        let mut error = Self::new(reason, format!("{field}: {description}"));
        error.violations.push(FieldViolation { field, description });
        error
    }

    /// Adds the cause.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(cause.into());
        self
    }

    /// Adds when to try again.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.reason, self.message)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn StdError + 'static))
    }
}
