//! Names of the metrics of both stacks. Durations are seconds; labels take few values, never words of shoppers.

/// Duration of a served call, until its last message. Labels `service`, `method`, `code`.
pub(crate) const SERVER_SECONDS: &str = "easymart_rpc_server_seconds";
/// Calls in work. Label `service`.
pub(crate) const SERVER_IN_FLIGHT: &str = "easymart_rpc_server_in_flight";
/// Calls turned away because the process was full. Label `service`.
pub(crate) const SERVER_SHED: &str = "easymart_rpc_server_shed_total";
/// Handlers that panicked. Label `service`.
pub(crate) const SERVER_PANICS: &str = "easymart_rpc_server_panics_total";

/// Duration of a call, all attempts together. Labels `peer`, `method`, `code`.
pub(crate) const CLIENT_SECONDS: &str = "easymart_rpc_client_seconds";
/// Attempts that were sent. Labels `peer`, `method`.
pub(crate) const CLIENT_ATTEMPTS: &str = "easymart_rpc_client_attempts_total";
/// Retries that the budget refused. Label `peer`.
pub(crate) const CLIENT_BUDGET_EMPTY: &str = "easymart_rpc_client_retry_budget_empty_total";
/// 0 closed, 1 half open, 2 open. Label `peer`.
pub(crate) const CLIENT_BREAKER: &str = "easymart_rpc_client_breaker_state";
