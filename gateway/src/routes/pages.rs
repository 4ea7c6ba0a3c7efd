//! The demo shop page, the widget, their assets, and the bundled shop's pictures.

use std::sync::{Arc, LazyLock};

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use easymart_core::reason;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use sha2::{Digest as _, Sha256};

use crate::{
    extract::InPath,
    gateway::Gateway,
    problem::{Failure, Result},
};

// `EMBEDDED: &[(&str, &[u8])]`, every file of `assets/` with its path in it.
include!(concat!(env!("OUT_DIR"), "/assets.rs"));

/// A file that is part of the binary.
struct Asset {
    path: &'static str,
    content: &'static [u8],
    media_type: &'static str,
    tag: HeaderValue,
}

static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| EMBEDDED.iter().map(Asset::new).collect());

impl Asset {
    fn new(&(path, content): &(&'static str, &'static [u8])) -> Self {
        Self { path, content, media_type: media_type(path), tag: entity_tag(content) }
    }

    fn named(path: &str) -> Result<&'static Self> {
        ASSETS
            .iter()
            .find(|asset| asset.path == path)
            .ok_or_else(|| Failure::new(reason::ROUTE_UNKNOWN, "there is no such file"))
    }
}

/// The shop page: only what this server serves runs in it, and only listed sites may frame it. Pictures may come from the catalogue's
/// own server.
pub(crate) async fn shop(State(gateway): State<Arc<Gateway>>, headers: HeaderMap) -> Result<Response> {
    let mut response = serve(Asset::named("index.html")?, &headers);
    let ancestors = gateway.config.frame_ancestors.join(" ");
    let policy = format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; connect-src 'self'; \
         font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self' {ancestors}"
    );
    if let Ok(policy) = HeaderValue::from_str(policy.trim_end()) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// The widget, for any site to load.
pub(crate) async fn widget(headers: HeaderMap) -> Result<Response> {
    Ok(public(serve(Asset::named("widget.js")?, &headers)))
}

/// A file of the page or the widget.
pub(crate) async fn asset(InPath(path): InPath<String>, headers: HeaderMap) -> Result<Response> {
    Ok(public(serve(Asset::named(&path)?, &headers)))
}

/// A picture of the bundled shop.
pub(crate) async fn picture(
    State(gateway): State<Arc<Gateway>>,
    InPath(file): InPath<String>,
    headers: HeaderMap,
) -> Result<Response> {
    let content = file
        .strip_suffix(".svg")
        .zip(gateway.edge.pictures.as_ref())
        .and_then(|(name, pictures)| pictures(name))
        .ok_or_else(|| Failure::new(reason::ROUTE_UNKNOWN, "there is no such picture"))?;
    let tag = entity_tag(&content);
    let mut response = tagged(content.into_response(), "image/svg+xml", &tag, &headers);
    // An SVG opened by itself is a page: nothing in it may run.
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, DRAWING_POLICY);
    Ok(public(response))
}

const DRAWING_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

fn serve(asset: &'static Asset, headers: &HeaderMap) -> Response {
    tagged(asset.content.into_response(), asset.media_type, &asset.tag, headers)
}

/// The answer with its entity tag, or 304 when the client has this very content.
fn tagged(content: Response, media_type: &'static str, tag: &HeaderValue, headers: &HeaderMap) -> Response {
    let known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|known| known.trim().as_bytes() == tag.as_bytes());
    let mut response = if known { StatusCode::NOT_MODIFIED.into_response() } else { content };
    let out = response.headers_mut();
    out.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    out.insert(header::ETAG, tag.clone());
    // Kept, but asked about each time: a new release must not meet an old script.
    out.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// Pages of other sites may load it.
fn public(mut response: Response) -> Response {
    let anybody = HeaderValue::from_static("*");
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, anybody);
    response
        .headers_mut()
        .insert(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("cross-origin"));
    response
}

fn entity_tag(content: &[u8]) -> HeaderValue {
    let digest = Sha256::digest(content);
    let mut prefix = [0; 8];
    prefix.copy_from_slice(&digest[..8]);
    let tag = format!("\"{:016x}\"", u64::from_be_bytes(prefix));
    HeaderValue::from_str(&tag).unwrap_or(HeaderValue::from_static("\"\""))
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "json" | "webmanifest" => "application/json",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_the_tag_and_the_name_the_type() {
        assert_eq!(entity_tag(b"a"), entity_tag(b"a"));
        assert_ne!(entity_tag(b"a"), entity_tag(b"b"));
        assert_eq!(media_type("js/widget.js"), "text/javascript; charset=utf-8");
        assert_eq!(media_type("LICENSE"), "application/octet-stream");
    }
}
