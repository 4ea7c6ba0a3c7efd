//! The parts of the API's description that routes share: its frame, common headers, and the errors of each kind of route.

use std::collections::BTreeMap;

use easymart_core::{Reason, reason};
use utoipa::{
    IntoParams, IntoResponses, OpenApi,
    openapi::{
        ContentBuilder, OpenApi as Description, Ref, RefOr, Required, Response, ResponseBuilder,
        path::{Parameter, ParameterBuilder, ParameterIn},
        schema::{ObjectBuilder, Type},
        security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme},
    },
};

use crate::{
    problem::Problem,
    view::turn::{CartShownView, DeltaView, ShownView, StartedView},
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "EasyMart",
        description = "A shopping assistant: chat, cart and catalogue.\n\nErrors are RFC 9457 problem documents; their `reason` is a word of \
                       the [error catalogue](/docs/errors). A `session_id` is a bearer secret. When the operator has configured keys, send \
                       one in `X-Api-Key`.",
        license(name = "MIT", identifier = "MIT"),
    ),
    components(schemas(Problem, StartedView, ShownView, DeltaView, CartShownView)),
    tags(
        (name = "Chat", description = "Talking with the assistant"),
        (name = "Sessions", description = "Conversations and their transcripts"),
        (name = "Cart", description = "The session's cart. Every change takes an `Idempotency-Key` and answers with the whole cart"),
        (name = "Catalogue", description = "What there is to buy"),
        (name = "Feedback", description = "What shoppers think of it"),
        (name = "Health", description = "For operators"),
        (name = "Original", description = "The paths of the original system, kept for its widget and its backend"),
    ),
)]
struct Frame;

/// The description before any route is added.
pub(crate) fn frame() -> Description {
    let mut frame = Frame::openapi();
    let key = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-Api-Key")));
    let components = frame.components.get_or_insert_default();
    components.add_security_scheme("api_key", key);
    let operator_key = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-Operator-Key")));
    components.add_security_scheme("operator_key", operator_key);
    // Either no key, where none is configured, or one.
    frame.security = Some(vec![SecurityRequirement::default(), SecurityRequirement::new("api_key", [""; 0])]);
    frame
}

/// The description of the whole API, as `/openapi.json` serves it.
#[must_use]
pub fn description() -> Description {
    crate::routes::description()
}

/// The header `Idempotency-Key`.
pub(crate) struct IdempotencyKey;

impl IntoParams for IdempotencyKey {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text =
            "1 to 128 visible ASCII characters. A repeat with the same key gets the first answer and changes nothing.";
        vec![header("Idempotency-Key", text, "order-7f3a")]
    }
}

/// The header `If-Match`.
pub(crate) struct IfMatch;

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let text = "The change happens only at this version of the cart.";
        vec![header("If-Match", text, "\"3\"")]
    }
}

fn header(name: &str, description: &str, example: &str) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String).examples([example])))
        .build()
}

/// Declares the errors of a kind of route.
macro_rules! errors {
    ($($(#[$doc:meta])* $name:ident = [$($reason:ident),* $(,)?];)*) => {
        $(
            $(#[$doc])*
            pub(crate) struct $name;

            impl IntoResponses for $name {
                fn responses() -> BTreeMap<String, RefOr<Response>> {
                    responses(&[$(reason::$reason),*])
                }
            }
        )*
    };
}

errors! {
    /// Of taking a turn.
    ChatErrors = [
        REQUEST_MALFORMED, FIELD_INVALID, MESSAGE_EMPTY, MESSAGE_TOO_LONG, IDEMPOTENCY_KEY_REUSED, SESSION_INVALID,
        SESSION_EXPIRED, SESSION_BUSY, BODY_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED, RATE_LIMITED, OVERLOADED, API_KEY_INVALID,
        INTERNAL, UNAVAILABLE, DEADLINE_EXCEEDED,
    ];
    /// Of opening a session.
    StartErrors = [
        REQUEST_MALFORMED, FIELD_INVALID, BODY_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED, RATE_LIMITED, OVERLOADED, API_KEY_INVALID,
        INTERNAL, UNAVAILABLE, DEADLINE_EXCEEDED,
    ];
    /// Of an open session.
    SessionErrors = [
        REQUEST_MALFORMED, SESSION_INVALID, SESSION_EXPIRED, RATE_LIMITED, OVERLOADED, API_KEY_INVALID, INTERNAL,
        UNAVAILABLE, DEADLINE_EXCEEDED,
    ];
    /// Of reading on the original's paths, which know no session too old or strange.
    ReadErrors = [
        REQUEST_MALFORMED, FIELD_INVALID, RATE_LIMITED, OVERLOADED, API_KEY_INVALID, INTERNAL, UNAVAILABLE, DEADLINE_EXCEEDED,
    ];
    /// Of the cart.
    CartErrors = [
        REQUEST_MALFORMED, FIELD_INVALID, QUANTITY_OUT_OF_RANGE, IDEMPOTENCY_KEY_REUSED, SESSION_INVALID, SESSION_EXPIRED,
        PRODUCT_UNKNOWN, CART_LINE_UNKNOWN, SKU_AMBIGUOUS, PRICE_ON_REQUEST, OUT_OF_STOCK, CART_EMPTY, CART_FULL,
        CHECKOUT_UNAVAILABLE, CART_VERSION_CONFLICT, BODY_TOO_LARGE, MEDIA_TYPE_UNSUPPORTED, RATE_LIMITED, OVERLOADED,
        API_KEY_INVALID, INTERNAL, UNAVAILABLE, DEADLINE_EXCEEDED,
    ];
    /// Of finding products.
    SearchErrors = [
        REQUEST_MALFORMED, FIELD_INVALID, RATE_LIMITED, OVERLOADED, API_KEY_INVALID, INTERNAL, UNAVAILABLE, CATALOGUE_EMPTY,
        DEADLINE_EXCEEDED,
    ];
    /// Of named products.
    ProductErrors = [
        REQUEST_MALFORMED, FIELD_INVALID, PRODUCT_UNKNOWN, SKU_AMBIGUOUS, RATE_LIMITED, OVERLOADED, API_KEY_INVALID,
        INTERNAL, UNAVAILABLE, CATALOGUE_EMPTY, DEADLINE_EXCEEDED,
    ];
    /// Of feedback.
    FeedbackErrors = [
        REQUEST_MALFORMED, FIELD_INVALID, SESSION_INVALID, SESSION_EXPIRED, TURN_UNKNOWN, BODY_TOO_LARGE,
        MEDIA_TYPE_UNSUPPORTED, RATE_LIMITED, OVERLOADED, API_KEY_INVALID, INTERNAL, UNAVAILABLE, DEADLINE_EXCEEDED,
    ];
    /// Of explaining a turn.
    TraceErrors = [
        REQUEST_MALFORMED, FIELD_INVALID, SESSION_INVALID, SESSION_EXPIRED, TURN_UNKNOWN, ROUTE_UNKNOWN, RATE_LIMITED, OVERLOADED,
        API_KEY_INVALID, OPERATOR_KEY_INVALID, INTERNAL, UNAVAILABLE, DEADLINE_EXCEEDED,
    ];
    /// Of what operators read.
    OpsErrors = [RATE_LIMITED, OVERLOADED, API_KEY_INVALID, INTERNAL];
}

/// One answer for each status, naming the reasons behind it.
fn responses(reasons: &[Reason]) -> BTreeMap<String, RefOr<Response>> {
    let mut by_status = BTreeMap::<u16, Vec<Reason>>::new();
    for reason in reasons {
        by_status.entry(reason.http_status()).or_default().push(*reason);
    }
    by_status.into_iter().map(|(status, reasons)| (status.to_string(), problem(&reasons).into())).collect()
}

fn problem(reasons: &[Reason]) -> Response {
    let lines: Vec<_> = reasons.iter().map(|reason| format!("`{reason}`: {}", reason.entry().meaning)).collect();
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(lines.join("\n\n")).content("application/problem+json", content).build()
}
