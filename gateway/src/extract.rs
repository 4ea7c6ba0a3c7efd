//! Reading requests: bodies, queries, paths and headers, each refused with a reason and the place.

use std::{borrow::Cow, sync::Arc};

use axum::{
    body::to_bytes,
    extract::{FromRequest, FromRequestParts, Path, Request, path::ErrorKind},
    response::Response,
};
use bytes::Bytes;
use easymart_core::reason;
use http::{HeaderMap, HeaderValue, header, request::Parts};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    gateway::Gateway,
    problem::{Failure, Result},
};

/// A JSON body.
pub(crate) struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Arc<Gateway>> for Json<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &Arc<Gateway>) -> Result<Self> {
        let is_json = is_json(request.headers());
        let body = read(request).await?;
        if !is_json {
            return Err(not_json());
        }
        parse(&body).map(Self)
    }
}

/// A JSON body that may be left out, or null.
pub(crate) struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequest<Arc<Gateway>> for OptionalJson<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &Arc<Gateway>) -> Result<Self> {
        let is_json = is_json(request.headers());
        let body = read(request).await?;
        if body.is_empty() {
            return Ok(Self(T::default()));
        }
        if !is_json {
            return Err(not_json());
        }
        parse::<Option<T>>(&body).map(|body| Self(body.unwrap_or_default()))
    }
}

fn not_json() -> Failure {
    Failure::new(reason::MEDIA_TYPE_UNSUPPORTED, "the body must be JSON; send `Content-Type: application/json`")
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(content_type)) = headers.get(header::CONTENT_TYPE).map(HeaderValue::to_str) else {
        return false;
    };
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let media_type = media_type.to_ascii_lowercase();
    media_type == "application/json" || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T> {
    axum::Json::from_bytes(body).map(|axum::Json(value)| value).map_err(|rejection| malformed(&rejection.body_text()))
}

/// The body, which the edge has received already.
async fn read(request: Request) -> Result<Bytes> {
    to_bytes(request.into_body(), usize::MAX).await.map_err(|_| malformed("the body was cut off"))
}

/// The parameters after `?`. Unknown ones are ignored.
pub(crate) struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Arc<Gateway>> for Query<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<Gateway>) -> Result<Self> {
        let query = parts.uri.query().unwrap_or_default();
        if !is_well_encoded(query) {
            return Err(malformed("the query has a `%` escape that is no UTF-8 text"));
        }
        axum::extract::Query::try_from_uri(&parts.uri)
            .map(|axum::extract::Query(value)| Self(value))
            .map_err(|rejection| malformed(&rejection.body_text()))
    }
}

/// Whether every escape is whole and they spell UTF-8.
fn is_well_encoded(query: &str) -> bool {
    let mut decoded = Vec::with_capacity(query.len());
    let mut bytes = query.bytes();
    while let Some(byte) = bytes.next() {
        let byte = match byte {
            b'%' => match (hex(bytes.next()), hex(bytes.next())) {
                (Some(high), Some(low)) => high << 4 | low,
                _ => return false,
            },
            plain => plain,
        };
        decoded.push(byte);
    }
    std::str::from_utf8(&decoded).is_ok()
}

fn hex(digit: Option<u8>) -> Option<u8> {
    let value = char::from(digit?).to_digit(16)?;
    u8::try_from(value).ok()
}

/// The parameters inside the path.
pub(crate) struct InPath<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<Gateway>> for InPath<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, gateway: &Arc<Gateway>) -> Result<Self> {
        use axum::extract::rejection::PathRejection;
        match Path::from_request_parts(parts, gateway).await {
            Ok(Path(value)) => Ok(Self(value)),
            Err(PathRejection::FailedToDeserializePathParams(error)) => Err(match error.kind() {
                ErrorKind::InvalidUtf8InPathParam { .. } => {
                    malformed("the path has a `%` escape that is no UTF-8 text")
                }
                _ => malformed(&error.body_text()),
            }),
            Err(other) => Err(malformed(&other.body_text())),
        }
    }
}

/// A request that cannot be read.
pub(crate) fn malformed(detail: &str) -> Failure {
    Failure::new(reason::REQUEST_MALFORMED, shortened(detail))
}

/// Error texts repeat what was sent: not all of it.
fn shortened(text: &str) -> Cow<'_, str> {
    const LONGEST: usize = 300;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => Cow::Borrowed(text),
    }
}

const LONGEST_KEY: usize = 128;

/// The client's idempotency key, if it sent one.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>> {
    let Some(header) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let key = header.as_bytes();
    let is_key = (1..=LONGEST_KEY).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic);
    match header.to_str() {
        Ok(key) if is_key => Ok(Some(key)),
        _ => Err(malformed("Idempotency-Key: 1 to 128 visible ASCII characters without spaces")),
    }
}

/// The cart's version that a change insists on.
pub(crate) fn expected_version(headers: &HeaderMap) -> Result<Option<u64>> {
    let Some(header) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let text = header.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let version = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    version.parse().map(Some).map_err(|_| malformed("If-Match: the cart's version in quotes, for example \"3\""))
}

/// An answer of JSON.
pub(crate) fn json<T: Serialize>(view: &T) -> Result<Response> {
    let body = serde_json::to_vec(view).map_err(easymart_core::Error::internal)?;
    let mut response = Response::new(body.into());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_str(value).unwrap());
        headers
    }

    #[test]
    fn json_is_known_by_its_media_type() {
        for value in ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"] {
            assert!(is_json(&headers("content-type", value)), "{value}");
        }
        for value in ["text/plain", "text/json+json", ""] {
            assert!(!is_json(&headers("content-type", value)), "{value}");
        }
        assert!(!is_json(&HeaderMap::new()));
    }

    #[test]
    fn idempotency_keys_are_short_and_visible() {
        assert_eq!(idempotency_key(&HeaderMap::new()).unwrap(), None);
        assert_eq!(idempotency_key(&headers("idempotency-key", "a-1")).unwrap(), Some("a-1"));
        for key in ["", "a b", "ключ", &"k".repeat(129)] {
            let refused = idempotency_key(&headers("idempotency-key", key)).unwrap_err();
            assert_eq!(refused.reason(), reason::REQUEST_MALFORMED, "{key}");
        }
    }

    #[test]
    fn versions_come_in_quotes() {
        let version = |text| expected_version(&headers("if-match", text));
        assert_eq!(version("\"3\"").unwrap(), Some(3));
        assert_eq!(version("3").unwrap(), Some(3));
        assert_eq!(version("*").unwrap(), None);
        assert!(version("W/\"3\"").is_err());
        assert!(version("\"-1\"").is_err());
    }

    #[test]
    fn escapes_must_be_whole_utf8() {
        for query in ["", "q=a+b", "q=%C3%A9", "q=%25"] {
            assert!(is_well_encoded(query), "{query}");
        }
        for query in ["q=%", "q=%4", "q=%zz", "q=%FF", "q=%+1"] {
            assert!(!is_well_encoded(query), "{query}");
        }
    }

    #[test]
    fn error_texts_do_not_repeat_everything() {
        assert_eq!(shortened(&"é".repeat(1_000)).chars().count(), 301);
        assert_eq!(shortened("short"), "short");
    }
}
