//! Where the parts of a running system are reached: printed for people at the start, and left in the data directory for the other commands.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::cli::Target;

const FILE_NAME: &str = "addresses.toml";

/// Addresses of the parts that run in this process.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AddressBook {
    /// By part name; the gateway's is HTTP, the others are gRPC.
    pub parts: BTreeMap<String, SocketAddr>,
}

impl AddressBook {
    /// Notes a part's address.
    pub fn insert(&mut self, part: Target, address: SocketAddr) {
        self.parts.insert(part.name().to_owned(), address);
    }

    /// Address of a part, as a URL.
    #[must_use]
    pub fn url(&self, part: Target) -> Option<String> {
        self.parts.get(part.name()).map(|address| format!("http://{address}"))
    }

    /// Leaves the book in `data_dir`; it is taken away again when the guard is dropped.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn publish(&self, data_dir: &Path) -> io::Result<Published> {
        let path = data_dir.join(FILE_NAME);
        fs::create_dir_all(data_dir)?;
        fs::write(&path, toml::to_string(self).map_err(io::Error::other)?)?;
        Ok(Published { path })
    }

    /// The book of the system that runs on `data_dir`; `None` when none does.
    ///
    /// # Errors
    /// When the file is there but unreadable.
    pub fn find(data_dir: &Path) -> io::Result<Option<Self>> {
        match fs::read_to_string(data_dir.join(FILE_NAME)) {
            Ok(text) => toml::from_str(&text).map(Some).map_err(io::Error::other),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// A published address book. After a SIGKILL the file stays behind; the next start overwrites it.
#[derive(Debug)]
pub struct Published {
    path: PathBuf,
}

impl Drop for Published {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(%error, path = %self.path.display(), "could not remove the address book");
        }
    }
}

impl fmt::Display for AddressBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let http = self.url(Target::Gateway);
        if let Some(http) = &http {
            for (what, path) in [
                ("shop and chat", "/"),
                ("API description", "/docs"),
                ("health", "/health/detailed"),
                ("metrics", "/metrics"),
            ] {
                writeln!(f, "  {what:<17}{http}{path}")?;
            }
        }
        let grpc = self.parts.iter().filter(|(name, _)| *name != Target::Gateway.name());
        for (name, address) in grpc {
            writeln!(f, "  {:<17}grpc://{address}", name.replace('_', "-"))?;
        }
        Ok(())
    }
}
