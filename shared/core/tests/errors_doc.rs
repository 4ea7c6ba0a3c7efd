//! `docs/errors.md` is the error catalogue for people; it is made from the code, so that it cannot fall behind.
#![allow(clippy::unwrap_used)]

use std::{env, fmt::Write as _, fs, path::PathBuf};

use easymart_core::{Code, reason};

const HEAD: &str = "# Errors

Every failed call carries a `reason`: over HTTP in the problem+json body (RFC 9457), over gRPC in `google.rpc.ErrorInfo` with the domain
`easymart`. Clients act on the reason; the text beside it is for people and may change. `Retry-After` (HTTP) and `google.rpc.RetryInfo`
(gRPC) say when trying again makes sense.

| reason | HTTP | gRPC | meaning | what to do |
| --- | --- | --- | --- | --- |
";

#[test]
fn generated_errors_document_is_current() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/errors.md");
    let wanted = document();
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &wanted).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == wanted, "docs/errors.md is not what the code says: run `make docs`");
}

fn document() -> String {
    let mut text = HEAD.to_owned();
    for reason in reason::ALL {
        let entry = reason.entry();
        let (name, http, code) = (entry.name, entry.http_status, grpc_name(entry.code));
        writeln!(text, "| `{name}` | {http} | {code} | {} | {} |", entry.meaning, entry.remedy).unwrap();
    }
    text
}

fn grpc_name(code: Code) -> &'static str {
    match code {
        Code::Cancelled => "CANCELLED",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::Unauthenticated => "UNAUTHENTICATED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
    }
}
