//! Receiving bodies, before anything else is done with a request: bounded in size and in time.
//!
//! Whole bodies are small. Having them first means that no place to work is held by a slow sender, and that a refused request leaves
//! nothing unread behind, which would cost its client the connection.

use std::time::Duration;

use axum::{
    body::{Body, HttpBody as _},
    extract::Request,
};
use bytes::{BufMut as _, Bytes, BytesMut};
use easymart_core::reason;
use http_body_util::BodyExt as _;
use tokio::time::timeout;

use crate::{
    config::Config,
    extract::malformed,
    problem::{Failure, Result},
};

/// What is read beyond the limit before the connection is given up: a client that is still sending would not see the answer.
const DRAINED_BYTES: usize = 1024 * 1024;

/// The request with its body at hand.
///
/// # Errors
/// `BODY_TOO_LARGE`; `REQUEST_MALFORMED` for one that was cut off or did not come in time.
pub(crate) async fn received(request: Request, config: &Config) -> Result<Request> {
    if request.body().is_end_stream() {
        return Ok(request);
    }
    let (head, body) = request.into_parts();
    let body = in_time(body, config.limits.body_bytes, config.deadlines.body).await?;
    Ok(Request::from_parts(head, Body::from(body)))
}

async fn in_time(body: Body, limit: usize, patience: Duration) -> Result<Bytes> {
    timeout(patience, collected(body, limit))
        .await
        .unwrap_or_else(|_| Err(malformed("the body did not arrive in time")))
}

async fn collected(mut body: Body, limit: usize) -> Result<Bytes> {
    let mut collected = BytesMut::new();
    let mut seen = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| malformed("the body was cut off"))?;
        let Ok(data) = frame.into_data() else { continue };
        seen += data.len();
        if seen <= limit {
            collected.put(data);
        } else if seen > limit + DRAINED_BYTES {
            break;
        }
    }
    if seen <= limit {
        return Ok(collected.freeze());
    }
    Err(Failure::new(reason::BODY_TOO_LARGE, format!("the body is larger than {limit} bytes")))
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures::{StreamExt as _, stream};

    use super::*;

    fn body(chunks: &[&'static str]) -> Body {
        let chunks: Vec<_> = chunks.iter().map(|chunk| Ok::<_, Infallible>(*chunk)).collect();
        Body::from_stream(stream::iter(chunks))
    }

    #[tokio::test]
    async fn chunks_are_joined_up_to_the_limit() {
        assert_eq!(collected(body(&["ab", "", "cd"]), 4).await.unwrap(), "abcd");
        let refused = collected(body(&["ab", "cde"]), 4).await.unwrap_err();
        assert_eq!(refused.reason(), reason::BODY_TOO_LARGE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_does_not_come_is_not_waited_for() {
        let silent = stream::iter([Ok::<_, Infallible>("a")]).chain(stream::pending());
        let refused = in_time(Body::from_stream(silent), 4, Duration::from_secs(10)).await.unwrap_err();
        assert_eq!(refused.reason(), reason::REQUEST_MALFORMED);
    }
}
