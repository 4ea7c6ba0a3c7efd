//! The API's description for programs (`/openapi.json`), for people (`/docs`, works offline), and its errors (`/docs/errors`).

use std::{fmt::Write as _, sync::Arc};

use axum::{
    Router,
    extract::Request,
    middleware::{self, Next},
    response::{Html, IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use easymart_core::reason;
use http::{HeaderValue, header};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::gateway::Gateway;

/// The pages need inline styles; scripts come from here only.
const PAGE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; frame-ancestors 'none'",
);

/// The routes, with the description written once.
pub(crate) fn routes(description: &OpenApi) -> anyhow::Result<Router<Arc<Gateway>>> {
    let written = Bytes::from(description.to_pretty_json()?);
    let errors = error_page();
    let viewer = SwaggerUi::new("/docs").config(Config::from("/openapi.json"));
    Ok(Router::new()
        .route("/openapi.json", get(move || async move { as_json(written) }))
        .route("/docs/errors", get(move || async move { Html(errors) }))
        .merge(Router::from(viewer))
        .layer(middleware::from_fn(with_policy)))
}

fn as_json(written: Bytes) -> Response {
    let json = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, json)], written).into_response()
}

async fn with_policy(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, PAGE_POLICY);
    response
}

/// The error catalogue as a page: where the `type` of a problem leads to.
fn error_page() -> String {
    let mut rows = String::new();
    for listed in reason::ALL {
        let entry = listed.entry();
        // Writing to a text cannot fail.
        let _ = writeln!(
            rows,
            "<tr id=\"{name}\"><td><code>{name}</code></td><td>{status}</td><td>{meaning}</td><td>{remedy}</td></tr>",
            name = entry.name,
            status = entry.http_status,
            meaning = escaped(entry.meaning),
            remedy = escaped(entry.remedy),
        );
    }
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>EasyMart: errors</title>\
         <style>body{{font:16px/1.5 system-ui;margin:2rem auto;max-width:70rem;padding:0 1rem}}td,th{{padding:.4rem .8rem;\
         text-align:left;vertical-align:top;border-bottom:1px solid #ddd}}:target{{background:#fff3c4}}</style>\
         <h1>Errors</h1><p>Every problem document names one of these in <code>reason</code>.</p>\
         <table><tr><th>Reason</th><th>Status</th><th>Meaning</th><th>Remedy</th></tr>\n{rows}</table></html>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_page_has_an_anchor_for_every_reason() {
        let page = error_page();
        for listed in reason::ALL {
            assert!(page.contains(&format!("id=\"{listed}\"")), "{listed}");
        }
    }
}
