use std::{convert::Infallible, sync::Arc};

use easymart_core::Error;
use http::{Request, Response};
use hyper::body::Incoming;
use tokio_util::sync::CancellationToken;
use tonic::{body::Body, service::Routes};
use tower::Service as _;
use tracing::Instrument as _;

use super::{
    ServerConfig,
    admission::{Admission, Ticket},
    body::CallBody,
    deadline::{Deadlines, Limits},
    methods::{Method, Methods},
    observe::{self, Observation},
    panics,
};
use crate::{
    context, metrics as names,
    status::{overloaded, to_status},
};

/// Services that keep a process operable: never turned away, and their streams last.
const OPERATION: [&str; 2] = ["/grpc.health.v1.", "/grpc.reflection."];

/// The layers around the handlers of one server; see the module above for what each is for.
pub(super) struct Stack {
    name: &'static str,
    routes: Routes,
    methods: Methods,
    admission: Admission,
    deadlines: Deadlines,
    config: ServerConfig,
    cut: CancellationToken,
}

impl Stack {
    pub(super) fn new(
        name: &'static str,
        config: &ServerConfig,
        services: &[&'static str],
        routes: Routes,
    ) -> anyhow::Result<Self> {
        let in_flight = metrics::gauge!(names::SERVER_IN_FLIGHT, "service" => name);
        Ok(Self {
            name,
            routes,
            methods: Methods::of(services)?,
            admission: Admission::new(config.max_in_flight, in_flight),
            deadlines: Deadlines::new(config),
            config: config.clone(),
            cut: CancellationToken::new(),
        })
    }

    /// Ends every call that still runs: the grace is over.
    pub(super) fn cut(&self) {
        self.cut.cancel();
    }

    /// One call, through all layers.
    pub(super) async fn call(self: Arc<Self>, request: Request<Incoming>) -> Result<Response<CallBody>, Infallible> {
        let method = self.methods.at(request.uri().path());
        let mut observation = Observation::start(Arc::clone(&method));
        let mut work = Work { limits: Limits { deadline: None, cut: self.cut.clone() }, ticket: None };
        let response =
            self.admitted(&method, request, &mut work).await.unwrap_or_else(|error| to_status(&error).into_http());
        observe::log_fault(&method, &response);
        // An answer without a body says in its headers how it ended.
        if let Some(code) = observe::code_in(response.headers()) {
            observation.ended(code);
        }
        Ok(response.map(|body| CallBody::new(body, work.limits, observation, work.ticket)))
    }

    async fn admitted(
        &self,
        method: &Method,
        mut request: Request<Incoming>,
        work: &mut Work,
    ) -> Result<Response<Body>, Error> {
        let path = request.uri().path();
        if !OPERATION.iter().any(|prefix| path.starts_with(prefix)) {
            work.ticket = Some(self.admit()?);
            work.limits.deadline = Some(self.deadlines.of(request.headers())?);
        }
        let deadline = work.limits.deadline;
        let context = context::read(request.headers(), deadline.map(Into::into));
        let span = observe::span(method, &context);
        request.extensions_mut().insert(context);
        let handler = self.routes.clone().call(request).instrument(span);
        let Ok(response) = work.limits.bound(panics::caught(method, handler)).await??;
        Ok(response)
    }

    fn admit(&self) -> Result<Ticket, Error> {
        self.admission.enter().ok_or_else(|| {
            metrics::counter!(names::SERVER_SHED, "service" => self.name).increment(1);
            overloaded(self.name, self.config.retry_after)
        })
    }
}

/// What outlives the handler: it lasts until the answer has been sent.
struct Work {
    limits: Limits,
    ticket: Option<Ticket>,
}
