//! Logs to standard error and metrics for Prometheus.

use std::{
    io::{self, IsTerminal},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use anyhow::Context as _;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde::{Deserialize, Serialize};
use tracing_subscriber::EnvFilter;

/// Upper bounds for durations, in seconds: dense where a turn's budget is spent, up to the longest deadline.
const SECONDS: &[f64] =
    &[0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// Upper bounds for what is counted or weighed: sizes, lengths, tokens.
const COUNTS: &[f64] = &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4, 1e5, 1e6, 1e7];

/// How often histograms are drained into their buckets: without it memory grows while nobody scrapes.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    /// Least level, or filter directives such as `info,easymart_rpc=debug`.
    pub level: String,
    /// `text` for people, `json` for log collectors.
    pub format: LogFormat,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Text }
    }
}

/// Form of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One readable line an event.
    Text,
    /// One JSON object an event.
    Json,
}

/// Starts logging to standard error, for the whole process.
///
/// # Errors
/// When the level is no filter, or logging was started before.
pub fn init_tracing(config: &LogConfig) -> anyhow::Result<()> {
    let filter =
        EnvFilter::try_new(&config.level).with_context(|| format!("log.level: `{}` is no filter", config.level))?;
    let subscriber =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    let started = match config.format {
        LogFormat::Text => subscriber.try_init(),
        LogFormat::Json => subscriber.json().try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("cannot start logging: {error}"))
}

/// Reads the process's metrics.
#[derive(Clone)]
pub struct MetricsHandle(PrometheusHandle);

impl MetricsHandle {
    /// All metrics in Prometheus text format.
    #[must_use]
    pub fn render(&self) -> String {
        self.0.render()
    }
}

/// Starts collecting metrics, for the whole process. Later calls return the same handle.
///
/// # Errors
/// When another recorder is installed, or outside a Tokio runtime.
pub fn install_metrics() -> anyhow::Result<MetricsHandle> {
    static INSTALLED: Mutex<Option<MetricsHandle>> = Mutex::new(None);
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = installed.as_ref() {
        return Ok(handle.clone());
    }
    let runtime = tokio::runtime::Handle::try_current()?;
    let handle = MetricsHandle(builder()?.install_recorder()?);
    runtime.spawn(upkeep(handle.0.clone()));
    *installed = Some(handle.clone());
    Ok(handle)
}

fn builder() -> anyhow::Result<PrometheusBuilder> {
    Ok(PrometheusBuilder::new()
        .set_buckets(COUNTS)?
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), SECONDS)?)
}

async fn upkeep(handle: PrometheusHandle) {
    let mut ticks = tokio::time::interval(UPKEEP_INTERVAL);
    loop {
        ticks.tick().await;
        handle.run_upkeep();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_get_buckets_in_seconds() {
        let recorder = builder().unwrap().build_recorder();
        let handle = recorder.handle();
        metrics::with_local_recorder(&recorder, || {
            metrics::histogram!("easymart_test_seconds").record(0.003);
            metrics::histogram!("easymart_test_bytes").record(700.0);
        });
        let text = handle.render();
        assert!(text.contains("easymart_test_seconds_bucket{le=\"0.0025\"} 0"), "{text}");
        assert!(text.contains("easymart_test_seconds_bucket{le=\"0.005\"} 1"), "{text}");
        assert!(text.contains("easymart_test_bytes_bucket{le=\"1000\"} 1"), "{text}");
        assert!(!text.contains("quantile"), "{text}");
    }

    #[tokio::test]
    async fn metrics_can_be_installed_twice() {
        let first = install_metrics().unwrap();
        metrics::counter!("easymart_test_total").increment(2);
        assert!(first.render().contains("easymart_test_total 2"));
        assert!(install_metrics().unwrap().render().contains("easymart_test_total 2"));
    }

    #[test]
    fn a_bad_level_is_named() {
        let config = LogConfig { level: "inf=o=x".to_owned(), ..LogConfig::default() };
        let error = format!("{:#}", init_tracing(&config).unwrap_err());
        assert!(error.contains("log.level") && error.contains("inf=o=x"), "{error}");
    }
}
