//! The services as the gateway calls them: one typed method each, with how long it may take and how often it is tried.

use std::time::Duration;

use easymart_core::Error;
use easymart_rpc::{Idempotency, MethodPolicy, Peer};

use crate::problem::Failure;

mod cart;
mod catalogue;
mod conversation;
mod llm;

/// The services behind the gateway.
#[derive(Clone)]
pub struct Peers {
    /// conversation.
    pub conversation: Peer,
    /// catalog-search.
    pub catalog_search: Peer,
    /// cart-sync.
    pub cart_sync: Peer,
    /// llm-proxy; the gateway only asks how it is.
    pub llm_proxy: Peer,
}

/// What goes without saying when a service does not answer.
#[derive(Debug, Clone, Copy)]
struct Absence {
    /// Entry of `degraded`.
    degraded: &'static str,
    /// What the shopper's client is told.
    apology: &'static str,
}

const CONVERSATION_ABSENT: Absence = Absence {
    degraded: "conversation_unavailable",
    apology: "The assistant is not available at the moment, so the message was not answered. Please try again shortly; \
              repeating it with the same Idempotency-Key is safe.",
};
const CATALOGUE_ABSENT: Absence = Absence {
    degraded: "catalog_search_unavailable",
    apology: "The catalogue is not available at the moment. Please try again shortly.",
};
const CART_ABSENT: Absence = Absence {
    degraded: "cart_sync_unavailable",
    apology: "The cart is not available at the moment. Please try again shortly; repeating a change with the same \
              Idempotency-Key is safe.",
};
const LLM_ABSENT: Absence =
    Absence { degraded: "llm_unavailable", apology: "The language model's service is not available at the moment." };

impl Absence {
    fn tell(self, error: Error) -> Failure {
        Failure::of_peer(error, self.degraded, self.apology)
    }
}

/// A method that changes nothing: tried again when the peer could not be reached.
const fn safe(method: &'static str, seconds: u64) -> MethodPolicy {
    MethodPolicy { method, timeout: Duration::from_secs(seconds), idempotency: Idempotency::Safe, attempts: 2 }
}

/// A change under a request id: a repeat gets the first answer, so it may be tried again too.
const fn keyed(method: &'static str, seconds: u64) -> MethodPolicy {
    MethodPolicy { idempotency: Idempotency::WithKey, ..safe(method, seconds) }
}

/// Writes the methods of one service: name, generated client method, policy, request and answer.
macro_rules! methods {
    ($peer:ident, $client:ident, $absence:ident; $(
        #[doc = $doc:literal]
        $name:ident: $policy:expr, $request:ty => $answer:ty;
    )*) => {
        impl $crate::clients::Peers {
            $(
                #[doc = $doc]
                pub(crate) async fn $name(
                    &self,
                    ctx: &easymart_core::CallContext,
                    request: $request,
                ) -> $crate::problem::Result<$answer> {
                    const POLICY: easymart_rpc::MethodPolicy = $policy;
                    self.$peer
                        .call(ctx, &POLICY, request, |channel, request| async move {
                            $client::new(channel).$name(request).await
                        })
                        .await
                        .map_err(|error| $absence.tell(error))
                }
            )*
        }
    };
}
use methods;

impl Peers {
    /// Every service with its name in health checks.
    pub(crate) fn all(&self) -> [(&'static str, &Peer); 4] {
        [
            ("conversation", &self.conversation),
            ("catalog_search", &self.catalog_search),
            ("cart_sync", &self.cart_sync),
            ("llm_proxy", &self.llm_proxy),
        ]
    }
}
