use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use metrics::Histogram;
use prost::Message as _;
use prost_types::FileDescriptorSet;
use tonic::Code;

use crate::{metrics as names, status::code_name};

/// Codes of gRPC are 0 to 16.
const CODES: usize = 17;

/// The label of whatever is none of the server's own methods: paths are the caller's words and must not become labels.
const OTHER: &str = "other";

/// What is known of each method before the first call: its names, and where its durations are recorded.
///
/// Looking a histogram up by its labels costs more than recording into it, so the handles are kept.
pub(super) struct Methods {
    by_path: HashMap<String, Arc<Method>>,
    other: Arc<Method>,
}

impl Methods {
    /// The methods of `services`, which the contracts' descriptors list.
    pub(super) fn of(services: &[&'static str]) -> anyhow::Result<Self> {
        let contracts = FileDescriptorSet::decode(easymart_proto::DESCRIPTORS)?;
        let mut by_path = HashMap::new();
        for file in &contracts.file {
            for service in &file.service {
                let full = format!("{}.{}", file.package(), service.name());
                let Some(known) = services.iter().find(|known| **known == full) else {
                    continue;
                };
                for method in &service.method {
                    let path = format!("/{full}/{}", method.name());
                    by_path.insert(path, Arc::new(Method::new(known, method.name())));
                }
            }
        }
        Ok(Self { by_path, other: Arc::new(Method::new(OTHER, OTHER)) })
    }

    /// The method at a request's path.
    pub(super) fn at(&self, path: &str) -> Arc<Method> {
        Arc::clone(self.by_path.get(path).unwrap_or(&self.other))
    }
}

/// One method.
pub(super) struct Method {
    pub(super) service: &'static str,
    pub(super) name: String,
    seconds: [OnceLock<Histogram>; CODES],
}

impl Method {
    fn new(service: &'static str, name: &str) -> Self {
        Self { service, name: name.to_owned(), seconds: std::array::from_fn(|_| OnceLock::new()) }
    }

    /// Where the durations of calls that end with `code` go.
    pub(super) fn seconds(&self, code: Code) -> &Histogram {
        let slot = (code as usize).min(CODES - 1);
        self.seconds[slot].get_or_init(|| {
            metrics::histogram!(
                names::SERVER_SECONDS,
                "service" => self.service,
                "method" => self.name.clone(),
                "code" => code_name(code)
            )
        })
    }
}
