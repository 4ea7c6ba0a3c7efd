//! Why there is no answer, and what each reason means: for the caller, for the next attempt, and for the provider's reputation.

use std::time::Duration;

use easymart_core::{Error, Reason, reason};

use crate::domain::PromptError;

/// Why there is no answer. The texts are ours and go to callers; what the provider wrote is never part of one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Failure {
    #[error("no language model is configured")]
    NotConfigured,
    #[error("{field}: {description}", field = .0.field, description = .0.description)]
    Prompt(PromptError),
    #[error("as many calls as are allowed are under way")]
    Busy,
    #[error("the language model's provider failed several times in a row and is left alone for a while")]
    LeftAlone { retry_after: Duration },
    /// No connection, or it broke before an answer began. The cause is the system's and for the log.
    #[error("the language model's provider cannot be reached")]
    Unreachable { cause: String },
    #[error("the language model's provider answered with status {status}")]
    Status { status: u16, retry_after: Option<Duration> },
    #[error("the language model's provider reported an error instead of an answer")]
    Reported,
    #[error("the language model's provider is limiting us")]
    RateLimited { retry_after: Option<Duration> },
    #[error("the language model's provider refused the request with status {status}")]
    Refused { status: u16 },
    #[error("the language model's provider filtered the answer")]
    Filtered,
    #[error("the language model's provider sent {0}")]
    Malformed(&'static str),
    #[error("the language model's answer broke off")]
    Cut,
    #[error("the language model took too long {0}")]
    TimedOut(Wait),
    #[error("the answer did not come in time")]
    Deadline,
}

/// What was waited for in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Wait {
    #[error("to begin its answer")]
    FirstToken,
    #[error("between two pieces of its answer")]
    NextToken,
    #[error("to answer")]
    Whole,
}

/// What an outcome says about the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It does as it should, be it by refusing what is wrong.
    Working,
    /// It does not.
    Failing,
    /// Nothing.
    Unknown,
}

impl Failure {
    /// Whether the same request may do better in a moment.
    pub(crate) fn is_worth_repeating(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Status { .. } | Self::Reported => true,
            // Without a time to come back, coming back is part of the problem.
            Self::RateLimited { retry_after } => retry_after.is_some(),
            _ => false,
        }
    }

    /// When the provider asked to be tried again.
    pub(crate) fn hint(&self) -> Option<Duration> {
        match self {
            Self::Status { retry_after, .. } | Self::RateLimited { retry_after } => *retry_after,
            _ => None,
        }
    }

    pub(crate) fn verdict(&self) -> Verdict {
        match self {
            Self::Refused { .. } | Self::Filtered => Verdict::Working,
            Self::Unreachable { .. }
            | Self::Status { .. }
            | Self::Reported
            | Self::RateLimited { .. }
            | Self::Malformed(_)
            | Self::Cut
            | Self::TimedOut(_) => Verdict::Failing,
            Self::NotConfigured | Self::Prompt(_) | Self::Busy | Self::LeftAlone { .. } | Self::Deadline => {
                Verdict::Unknown
            }
        }
    }

    /// A word for metrics.
    pub(crate) fn outcome(&self) -> &'static str {
        match self {
            Self::NotConfigured => "not_configured",
            Self::Prompt(_) => "invalid",
            Self::Busy => "busy",
            Self::LeftAlone { .. } => "left_alone",
            Self::Unreachable { .. } => "unreachable",
            Self::Status { .. } => "status",
            Self::Reported => "reported",
            Self::RateLimited { .. } => "rate_limited",
            Self::Refused { .. } => "refused",
            Self::Filtered => "filtered",
            Self::Malformed(_) => "malformed",
            Self::Cut => "cut",
            Self::TimedOut(Wait::FirstToken) => "first_token_timeout",
            Self::TimedOut(Wait::NextToken) => "idle_timeout",
            Self::TimedOut(Wait::Whole) => "total_timeout",
            Self::Deadline => "deadline",
        }
    }

    fn reason(&self) -> Reason {
        match self {
            Self::NotConfigured => reason::LLM_NOT_CONFIGURED,
            Self::Prompt(_) => reason::FIELD_INVALID,
            Self::Busy => reason::OVERLOADED,
            Self::RateLimited { .. } => reason::LLM_RATE_LIMITED,
            Self::Refused { .. } | Self::Filtered => reason::LLM_REFUSED,
            Self::TimedOut(_) => reason::LLM_TIMEOUT,
            Self::Deadline => reason::DEADLINE_EXCEEDED,
            Self::LeftAlone { .. }
            | Self::Unreachable { .. }
            | Self::Status { .. }
            | Self::Reported
            | Self::Malformed(_)
            | Self::Cut => reason::LLM_UNAVAILABLE,
        }
    }
}

/// When those who were turned away because of too many calls may try again.
const BUSY_RETRY_AFTER: Duration = Duration::from_secs(1);

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        if let Failure::Prompt(PromptError { field, description }) = failure {
            return Self::invalid(reason::FIELD_INVALID, field, description);
        }
        let error = Self::new(failure.reason(), failure.to_string());
        let retry_after = match failure {
            Failure::Busy => Some(BUSY_RETRY_AFTER),
            Failure::LeftAlone { retry_after } => Some(retry_after),
            _ => failure.hint(),
        };
        match retry_after {
            Some(wait) => error.retry_after(wait),
            None => error,
        }
    }
}

impl From<PromptError> for Failure {
    fn from(error: PromptError) -> Self {
        Self::Prompt(error)
    }
}
