//! `easymart_core::Error` ↔ `tonic::Status`, with `google.rpc` details: `ErrorInfo` always, `BadRequest` and `RetryInfo`
//! where they apply.

use std::{sync::Arc, time::Duration};

use easymart_core::{Code, Error, FieldViolation, Reason, reason};
use tonic::Status;
use tonic_types::{ErrorDetails, StatusExt};

/// Who defines our reasons, as `ErrorInfo.domain` says it.
pub(crate) const DOMAIN: &str = "easymart";

/// The status that tells a caller about `error`. The cause stays in this process: the server logs it.
#[must_use]
pub fn to_status(error: &Error) -> Status {
    let mut details = ErrorDetails::with_error_info(error.reason.name(), DOMAIN, []);
    for violation in &error.violations {
        details.add_bad_request_violation(&violation.field, &violation.description);
    }
    if let Some(wait) = error.retry_after {
        details.set_retry_info(Some(wait));
    }
    let mut status = Status::with_error_details(wire_code(error.code), &error.message, details);
    if let Some(cause) = std::error::Error::source(error) {
        status.set_source(Arc::new(Cause(chain(cause))));
    }
    status
}

/// The error that `status` tells about. A status without our details gets the general reason of its code.
#[must_use]
pub fn from_status(status: &Status) -> Error {
    let details = status.get_error_details();
    let known = details.error_info().filter(|info| info.domain == DOMAIN).and_then(|info| Reason::named(&info.reason));
    let mut error = match known {
        Some(reason) => Error::new(reason, status.message()),
        None => foreign(status),
    };
    if known.is_some() {
        error.code = own_code(status.code());
    }
    if let Some(bad_request) = details.bad_request() {
        error.violations = bad_request
            .field_violations
            .iter()
            .map(|violation| FieldViolation {
                field: violation.field.clone(),
                description: violation.description.clone(),
            })
            .collect();
    }
    error.retry_after = details.retry_info().and_then(|info| info.retry_delay);
    error
}

/// An error that no EasyMart code made: the transport's, a proxy's, tonic's own.
fn foreign(status: &Status) -> Error {
    let code = own_code(status.code());
    let reason = general_reason(code);
    let mut error = match code {
        // What a transport or a foreign server says about its faults is for the log, not for callers.
        Code::Internal | Code::DataLoss => Error::internal(status.message()),
        Code::Unavailable => unreachable(status.message(), true),
        _ => Error::new(reason, status.message()),
    };
    error.code = code;
    error
}

/// The reason that says no more than the code.
fn general_reason(code: Code) -> Reason {
    match code {
        Code::Cancelled => reason::CANCELLED,
        Code::InvalidArgument => reason::REQUEST_MALFORMED,
        Code::DeadlineExceeded => reason::DEADLINE_EXCEEDED,
        Code::ResourceExhausted => reason::OVERLOADED,
        Code::Unavailable => reason::UNAVAILABLE,
        Code::Unimplemented => reason::UNIMPLEMENTED,
        Code::DataLoss => reason::STORE_FAILED,
        // These always come with a reason from our own services; without one something of ours talks to a stranger.
        Code::NotFound
        | Code::PermissionDenied
        | Code::Unauthenticated
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::Internal => reason::INTERNAL,
    }
}

pub(crate) fn wire_code(code: Code) -> tonic::Code {
    match code {
        Code::Cancelled => tonic::Code::Cancelled,
        Code::InvalidArgument => tonic::Code::InvalidArgument,
        Code::DeadlineExceeded => tonic::Code::DeadlineExceeded,
        Code::NotFound => tonic::Code::NotFound,
        Code::PermissionDenied => tonic::Code::PermissionDenied,
        Code::Unauthenticated => tonic::Code::Unauthenticated,
        Code::ResourceExhausted => tonic::Code::ResourceExhausted,
        Code::FailedPrecondition => tonic::Code::FailedPrecondition,
        Code::Aborted => tonic::Code::Aborted,
        Code::Unimplemented => tonic::Code::Unimplemented,
        Code::Internal => tonic::Code::Internal,
        Code::Unavailable => tonic::Code::Unavailable,
        Code::DataLoss => tonic::Code::DataLoss,
    }
}

fn own_code(code: tonic::Code) -> Code {
    match code {
        tonic::Code::Cancelled => Code::Cancelled,
        // tonic says OUT_OF_RANGE for a message above the size limit.
        tonic::Code::InvalidArgument | tonic::Code::OutOfRange => Code::InvalidArgument,
        tonic::Code::DeadlineExceeded => Code::DeadlineExceeded,
        tonic::Code::NotFound => Code::NotFound,
        tonic::Code::AlreadyExists | tonic::Code::Aborted => Code::Aborted,
        tonic::Code::PermissionDenied => Code::PermissionDenied,
        tonic::Code::Unauthenticated => Code::Unauthenticated,
        tonic::Code::ResourceExhausted => Code::ResourceExhausted,
        tonic::Code::FailedPrecondition => Code::FailedPrecondition,
        tonic::Code::Unimplemented => Code::Unimplemented,
        tonic::Code::Unavailable => Code::Unavailable,
        tonic::Code::DataLoss => Code::DataLoss,
        tonic::Code::Ok | tonic::Code::Unknown | tonic::Code::Internal => Code::Internal,
    }
}

/// The label of a code in metrics and logs.
pub(crate) fn code_name(code: tonic::Code) -> &'static str {
    match code {
        tonic::Code::Ok => "OK",
        tonic::Code::Cancelled => "CANCELLED",
        tonic::Code::Unknown => "UNKNOWN",
        tonic::Code::InvalidArgument => "INVALID_ARGUMENT",
        tonic::Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        tonic::Code::NotFound => "NOT_FOUND",
        tonic::Code::AlreadyExists => "ALREADY_EXISTS",
        tonic::Code::PermissionDenied => "PERMISSION_DENIED",
        tonic::Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        tonic::Code::FailedPrecondition => "FAILED_PRECONDITION",
        tonic::Code::Aborted => "ABORTED",
        tonic::Code::OutOfRange => "OUT_OF_RANGE",
        tonic::Code::Unimplemented => "UNIMPLEMENTED",
        tonic::Code::Internal => "INTERNAL",
        tonic::Code::Unavailable => "UNAVAILABLE",
        tonic::Code::DataLoss => "DATA_LOSS",
        tonic::Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

/// The call ran out of time.
pub(crate) fn deadline_exceeded() -> Error {
    Error::new(reason::DEADLINE_EXCEEDED, "the answer did not come in time")
}

/// The connection failed, before or after the call had been `sent`; `why` is for the log.
pub(crate) fn unreachable(why: &str, sent: bool) -> Error {
    let cause = ConnectionFailed { why: why.to_owned(), sent };
    Error::new(reason::UNAVAILABLE, "the service cannot be reached").caused_by(cause)
}

/// Whether the peer could not be reached, rather than answering that something behind it could not.
pub(crate) fn is_unreachable(error: &Error) -> bool {
    connection_failure(error).is_some()
}

/// Whether the call never left this process.
pub(crate) fn is_unsent(error: &Error) -> bool {
    connection_failure(error).is_some_and(|failure| !failure.sent)
}

fn connection_failure(error: &Error) -> Option<&ConnectionFailed> {
    std::error::Error::source(error)?.downcast_ref()
}

#[derive(Debug, thiserror::Error)]
#[error("{why}")]
struct ConnectionFailed {
    why: String,
    sent: bool,
}

/// The process is leaving.
pub(crate) fn shutting_down() -> Error {
    Error::new(reason::SHUTTING_DOWN, "this process is stopping")
}

/// Too much work at once; worth another try after `wait`.
pub(crate) fn overloaded(who: &str, wait: Duration) -> Error {
    Error::new(reason::OVERLOADED, format!("{who} has as much work as it can take")).retry_after(wait)
}

/// The chain of causes of an error, flattened to text so that a `Status` can carry it to the log.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Cause(String);

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reasons() -> impl Strategy<Value = Reason> {
        prop::sample::select(reason::ALL)
    }

    fn violations() -> impl Strategy<Value = Vec<FieldViolation>> {
        let violation = (".*", ".*").prop_map(|(field, description)| FieldViolation { field, description });
        prop::collection::vec(violation, 0..4)
    }

    fn waits() -> impl Strategy<Value = Option<Duration>> {
        prop::option::of((0..1_000_000_u64, 0..1_000_000_000_u32).prop_map(|(s, n)| Duration::new(s, n)))
    }

    /// As it arrives at the other side: through headers.
    fn sent(status: Status) -> Status {
        let response = status.into_http::<()>();
        Status::from_header_map(response.headers()).unwrap()
    }

    proptest! {
        #[test]
        fn errors_survive_the_wire(
            reason in reasons(),
            message in ".*",
            violations in violations(),
            retry_after in waits(),
        ) {
            let mut error = Error::new(reason, message);
            error.violations = violations;
            error.retry_after = retry_after;
            let received = from_status(&sent(to_status(&error)));
            prop_assert_eq!(received.code, error.code);
            prop_assert_eq!(received.reason, error.reason);
            prop_assert_eq!(received.message, error.message);
            prop_assert_eq!(received.violations, error.violations);
            prop_assert_eq!(received.retry_after, error.retry_after);
        }

        #[test]
        fn any_status_becomes_an_error(code in 0..20_i32, message in ".*", details in prop::collection::vec(any::<u8>(), 0..64)) {
            let status = Status::with_details(tonic::Code::from_i32(code), message, details.into());
            let error = from_status(&status);
            prop_assert!(Reason::named(error.reason.name()).is_some());
        }
    }

    #[test]
    fn a_code_that_differs_from_its_reasons_is_kept() {
        let mut error = Error::new(reason::INTERNAL, "");
        error.code = Code::NotFound;
        assert_eq!(from_status(&to_status(&error)).code, Code::NotFound);
    }

    #[test]
    fn causes_stay_on_this_side() {
        let error = Error::internal("password is hunter2");
        let status = to_status(&error);
        assert!(std::error::Error::source(&status).is_some(), "the server's log needs it");
        let headers = format!("{:?}", status.into_http::<()>().headers());
        assert!(!headers.contains("hunter2"), "{headers}");
    }

    #[test]
    fn foreign_faults_are_not_repeated_to_callers() {
        let error = from_status(&Status::internal("panicked at src/secret.rs"));
        assert_eq!(error.reason, reason::INTERNAL);
        assert!(!error.message.contains("secret"), "{}", error.message);
    }
}
