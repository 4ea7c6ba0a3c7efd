use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use easymart_core::Error;
use http::HeaderMap;
use http_body::{Frame, SizeHint};
use tonic::{Code, Status, body::Body};

use super::{admission::Ticket, deadline::Limits, observe, observe::Observation, panics};
use crate::status::{deadline_exceeded, to_status};

/// An answer on its way out. Carries what has to last as long as the answer does: the place among the calls in work, the
/// limits, and the measurement. An answer that goes over its limit, or whose stream panics, ends with trailers that say so.
pub(super) struct CallBody {
    answer: Option<Body>,
    limits: Limits,
    /// Made when the answer first makes us wait, which a unary one never does.
    limit_reached: Option<Pin<Box<dyn Future<Output = Error> + Send>>>,
    observation: Observation,
    _ticket: Option<Ticket>,
}

impl CallBody {
    pub(super) fn new(answer: Body, limits: Limits, observation: Observation, ticket: Option<Ticket>) -> Self {
        Self { answer: Some(answer), limits, limit_reached: None, observation, _ticket: ticket }
    }

    fn poll_limits(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        let limits = &self.limits;
        self.limit_reached
            .get_or_insert_with(|| {
                let limits = limits.clone();
                Box::pin(async move { limits.reached().await })
            })
            .as_mut()
            .poll(cx)
    }

    /// Ends the answer with a status of our own.
    fn end_with(&mut self, status: &Status) -> Option<Result<Frame<Bytes>, Status>> {
        self.answer = None;
        self.observation.ended(status.code());
        let mut trailers = HeaderMap::new();
        Some(match status.add_header(&mut trailers) {
            Ok(()) => Ok(Frame::trailers(trailers)),
            Err(error) => Err(error),
        })
    }

    fn pass(&mut self, frame: Frame<Bytes>) -> Option<Result<Frame<Bytes>, Status>> {
        if let Some(trailers) = frame.trailers_ref() {
            let code = observe::code_in(trailers).unwrap_or(Code::Unknown);
            self.observation.ended(code);
            self.answer = None;
        }
        Some(Ok(frame))
    }
}

impl http_body::Body for CallBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        let Some(answer) = this.answer.as_mut() else {
            return Poll::Ready(None);
        };
        if this.limits.expired() {
            return Poll::Ready(this.end_with(&to_status(&deadline_exceeded())));
        }
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(answer).poll_frame(cx)));
        Poll::Ready(match polled {
            Ok(Poll::Ready(Some(Ok(frame)))) => this.pass(frame),
            Ok(Poll::Ready(Some(Err(status)))) => this.end_with(&status),
            Ok(Poll::Ready(None)) => {
                this.answer = None;
                this.observation.ended(Code::Unknown);
                None
            }
            Ok(Poll::Pending) => {
                let error = ready!(this.poll_limits(cx));
                this.end_with(&to_status(&error))
            }
            Err(panic) => {
                let error = panics::report(this.observation.method(), panic.as_ref());
                this.end_with(&to_status(&error))
            }
        })
    }

    fn is_end_stream(&self) -> bool {
        self.answer.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.answer.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}
