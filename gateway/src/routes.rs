//! All paths, room by room.

use std::sync::Arc;

use axum::{Router, middleware, routing::get};
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{cors::cors, edge, gateway::Gateway, openapi};

pub(crate) mod cart;
pub(crate) mod chat;
pub(crate) mod docs;
pub(crate) mod feedback;
pub(crate) mod health;
pub(crate) mod legacy;
pub(crate) mod pages;
pub(crate) mod products;
pub(crate) mod sessions;
pub(crate) mod stream;
pub(crate) mod trace;

/// The API: counted, limited, and closed to those without a key when keys are configured.
fn api() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::with_openapi(openapi::frame())
        .routes(routes!(chat::chat))
        .routes(routes!(stream::chat_stream))
        .routes(routes!(sessions::open))
        .routes(routes!(sessions::read, sessions::erase))
        .routes(routes!(trace::trace))
        .routes(routes!(cart::read, cart::clear))
        .routes(routes!(cart::add))
        .routes(routes!(cart::set, cart::remove))
        .routes(routes!(cart::checkout))
        .routes(routes!(products::search))
        .routes(routes!(products::compare))
        .routes(routes!(products::product))
        .routes(routes!(products::similar))
        .routes(routes!(products::categories))
        .routes(routes!(products::suggest))
        .routes(routes!(feedback::submit))
        .routes(routes!(health::detailed))
        .routes(routes!(health::metrics))
        .merge(legacy::routes())
}

/// Paths without a key: probes and pages.
fn open() -> OpenApiRouter<Arc<Gateway>> {
    OpenApiRouter::new().routes(routes!(health::alive)).routes(routes!(health::ready))
}

/// The description of all of it, and nothing else.
pub(crate) fn description() -> utoipa::openapi::OpenApi {
    let mut description = api().into_openapi();
    description.merge(open().into_openapi());
    description
}

/// Everything that is served.
pub(crate) fn router(gateway: Arc<Gateway>) -> anyhow::Result<Router> {
    let admit = middleware::from_fn_with_state(Arc::clone(&gateway), edge::admit);
    let (api, _) = api().split_for_parts();
    let (probes, _) = open().split_for_parts();
    let pages = Router::new()
        .route("/", get(pages::shop))
        .route("/widget.js", get(pages::widget))
        .route("/assets/{*path}", get(pages::asset))
        .route("/sample-shop/pictures/{picture}", get(pages::picture))
        .merge(docs::routes(&description())?);
    Ok(api
        .route_layer(admit)
        .merge(probes)
        .merge(pages)
        .fallback(edge::unknown_route)
        .layer(middleware::from_fn_with_state(Arc::clone(&gateway), cors))
        .layer(middleware::from_fn_with_state(Arc::clone(&gateway), edge::observe))
        .with_state(gateway))
}
