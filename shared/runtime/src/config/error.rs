use std::{io, path::PathBuf};

/// Why a configuration cannot be used. The text names the place and the remedy, and is all an operator needs.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read configuration file {}: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        error: io::Error,
    },
    /// The file is no TOML.
    #[error("configuration file {} is not valid TOML: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, column and what was expected there.
        message: String,
    },
    /// A root key that no EasyMart process has.
    #[error("unknown section `{key}` in {origin}; known sections: {known}")]
    UnknownSection {
        /// The root key.
        key: String,
        /// File, variable or option.
        origin: String,
        /// What there is.
        known: String,
    },
    /// A key that is unknown inside its section, or a value that does not fit.
    #[error("bad configuration: `{key}` in {origin}: {problem}")]
    Invalid {
        /// Dotted key.
        key: String,
        /// File, variable or option.
        origin: String,
        /// What was found and what was expected.
        problem: String,
    },
    /// The sources are wrong only together.
    #[error("bad configuration: {0}")]
    Combination(String),
}
