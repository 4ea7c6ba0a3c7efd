//! The error catalogue: every `reason` that a client can meet, with its code, HTTP status and meaning. `docs/errors.md` is made from it.

use std::fmt;

use crate::Code;

/// A word of the error catalogue.
#[derive(Clone, Copy)]
pub struct Reason(&'static Entry);

/// What the catalogue says about one reason.
#[derive(Debug)]
pub struct Entry {
    /// The word, `UPPER_SNAKE`.
    pub name: &'static str,
    /// gRPC code.
    pub code: Code,
    /// HTTP status at the gateway.
    pub http_status: u16,
    /// What it means.
    pub meaning: &'static str,
    /// What the caller can do.
    pub remedy: &'static str,
}

impl Reason {
    /// The word.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The gRPC code that goes with it.
    #[must_use]
    pub fn code(self) -> Code {
        self.0.code
    }

    /// The HTTP status that the gateway answers with.
    #[must_use]
    pub fn http_status(self) -> u16 {
        self.0.http_status
    }

    /// The reason of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ALL.iter().copied().find(|reason| reason.name() == name)
    }

    /// The catalogue's entry.
    #[must_use]
    pub fn entry(self) -> &'static Entry {
        self.0
    }
}

impl PartialEq for Reason {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Reason {}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! catalogue {
    ($($name:ident $code:ident $status:literal $meaning:literal $remedy:literal)*) => {
        $(
            #[doc = $meaning]
            pub const $name: Reason = Reason(&Entry {
                name: stringify!($name),
                code: Code::$code,
                http_status: $status,
                meaning: $meaning,
                remedy: $remedy,
            });
        )*
        /// Every reason, in the catalogue's order.
        pub const ALL: &[Reason] = &[$($name),*];
    };
}

catalogue! {
    REQUEST_MALFORMED InvalidArgument 400 "The body, a header or a parameter cannot be read." "Send what the API description says; `detail` names the place."
    FIELD_INVALID InvalidArgument 400 "A field has a value that is not allowed." "Correct the field that `detail` names."
    MESSAGE_EMPTY InvalidArgument 400 "The message has no text." "Send 1 to 1,000 characters."
    MESSAGE_TOO_LONG InvalidArgument 400 "The message is longer than allowed." "Shorten it to 1,000 characters."
    QUANTITY_OUT_OF_RANGE InvalidArgument 400 "A quantity is outside 1 to 99 (0 to 99 where 0 removes)." "Send a quantity in range; for more, contact the shop."
    IDEMPOTENCY_KEY_REUSED InvalidArgument 400 "The key was used before for a different request." "Use a new key for each new change."
    BODY_TOO_LARGE InvalidArgument 413 "The body is larger than allowed." "Send at most 64 KiB."
    MEDIA_TYPE_UNSUPPORTED InvalidArgument 415 "The body is not JSON." "Send `Content-Type: application/json`."
    METHOD_NOT_ALLOWED InvalidArgument 405 "The path does not offer this method." "Use a method that `Allow` names."
    ROUTE_UNKNOWN NotFound 404 "There is no such path." "See /openapi.json for the paths."
    API_KEY_INVALID Unauthenticated 401 "The API key is missing or wrong." "Send a configured key in `X-Api-Key`."
    OPERATOR_KEY_INVALID Unauthenticated 401 "The operator key is missing or wrong." "Send a configured key in `X-Operator-Key`."
    ORIGIN_NOT_ALLOWED PermissionDenied 403 "The page's origin may not use this API." "Add the origin to the gateway's list."
    SESSION_INVALID Unauthenticated 401 "The session id was not issued here or was altered." "Open a new session."
    SESSION_EXPIRED NotFound 410 "The session was idle for too long, or was erased." "Open a new session."
    SESSION_BUSY ResourceExhausted 429 "Too many messages of this session wait for their turn." "Wait for the answers."
    TURN_UNKNOWN NotFound 404 "The session has no such turn." "Send a turn_id of this session."
    RATE_LIMITED ResourceExhausted 429 "Too many requests from this session or address." "Wait as long as `Retry-After` says."
    OVERLOADED ResourceExhausted 429 "This process has as much work as it can take." "Wait as long as `Retry-After` says."
    PRODUCT_UNKNOWN NotFound 404 "The catalogue has no such product." "Use an id, handle or SKU from a search."
    SKU_AMBIGUOUS FailedPrecondition 409 "Several products share this SKU." "Use the product's id or handle."
    PRICE_ON_REQUEST FailedPrecondition 409 "The product has no online price." "Contact the shop for a price."
    OUT_OF_STOCK FailedPrecondition 409 "The product is out of stock." "Choose another product."
    CART_LINE_UNKNOWN NotFound 404 "The cart has no such line." "Read the cart again."
    CART_EMPTY FailedPrecondition 409 "The cart has nothing in it." "Add something first."
    CART_FULL FailedPrecondition 409 "The cart has as many lines as it can hold." "Remove a line first."
    CART_VERSION_CONFLICT Aborted 412 "The cart changed since it was read." "Read the cart again and repeat the change."
    CHECKOUT_UNAVAILABLE FailedPrecondition 409 "The shop has no checkout configured." "Contact the shop to order."
    CATALOGUE_EMPTY FailedPrecondition 503 "No catalogue has been imported." "Import a feed: `easymart import FILE`."
    GENERATION_GONE NotFound 410 "The named catalogue generation is not kept any more." "Read again without a generation."
    GENERATION_REPLACED FailedPrecondition 409 "A newer import replaced the generation that the change was made for." "Read the products again and repeat the change."
    FEED_INVALID InvalidArgument 400 "The feed is of no known kind or has no usable row." "See the report for rows and reasons."
    FEED_SHRINKS FailedPrecondition 409 "The feed would remove more than half of the products." "Check the feed; allow it with --allow-shrink."
    IMPORT_BUSY Aborted 409 "Another import is running." "Wait for it to end."
    LLM_NOT_CONFIGURED FailedPrecondition 409 "No language model is configured." "Set EASYMART_LLM_URL; the shop works without."
    LLM_UNAVAILABLE Unavailable 503 "The language model's provider cannot be reached or fails." "Try again later; the shop works without."
    LLM_TIMEOUT DeadlineExceeded 504 "The language model did not answer in time." "Try again later; the shop works without."
    LLM_RATE_LIMITED ResourceExhausted 429 "The language model's provider is limiting us." "Wait as long as `Retry-After` says."
    LLM_REFUSED FailedPrecondition 409 "The language model's provider refused the request or the key." "Check the key, the model and the request."
    DEADLINE_EXCEEDED DeadlineExceeded 504 "The answer did not come in time." "Try again; a change is safe to repeat with its key."
    UNAVAILABLE Unavailable 503 "A part of EasyMart cannot be reached." "Try again shortly."
    SHUTTING_DOWN Unavailable 503 "This process is stopping." "Try again; another one will answer."
    CANCELLED Cancelled 499 "The caller went away." "Nothing."
    STORE_FAILED DataLoss 500 "Stored state could not be read or written." "See the runbook; tell the operator."
    INTERNAL Internal 500 "A fault of ours." "Try again; tell the operator the request id."
    UNIMPLEMENTED Unimplemented 501 "The method is not offered." "Use a listed method."
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_found() {
        let names: BTreeSet<_> = ALL.iter().map(|reason| reason.name()).collect();
        assert_eq!(names.len(), ALL.len());
        assert!(ALL.iter().all(|reason| Reason::named(reason.name()) == Some(*reason)));
        assert_eq!(Reason::named("NO_SUCH_REASON"), None);
    }

    #[test]
    fn our_own_faults_are_never_the_callers() {
        for reason in ALL {
            let ours = matches!(reason.code(), Code::Internal | Code::DataLoss | Code::Unavailable);
            assert_eq!(ours, matches!(reason.http_status(), 500 | 503) && *reason != CATALOGUE_EMPTY, "{reason}");
        }
    }
}
