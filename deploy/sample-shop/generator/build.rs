//! Writes the table of the committed pictures, so that the library can embed them without naming each one.

#![allow(clippy::print_stdout, reason = "this is how a build script talks to cargo")]

use std::{env, fmt::Write as _, fs, io, path::PathBuf};

fn main() -> io::Result<()> {
    let manifest = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let folder = PathBuf::from(manifest).join("../pictures");
    println!("cargo:rerun-if-changed={}", folder.display());
    fs::write(PathBuf::from(out).join("pictures.rs"), table(&folder)?)
}

/// A Rust expression: the pictures' names and bytes, sorted by name for binary search.
fn table(folder: &PathBuf) -> io::Result<String> {
    let mut files: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries.map(|entry| entry.map(|e| e.path())).collect::<io::Result<_>>()?,
        // Before the very first generation there is nothing to embed.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    files.retain(|path| path.extension().is_some_and(|extension| extension == "svg"));
    files.sort();
    let mut text = String::from("&[\n");
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let path = fs::canonicalize(&path)?;
        writeln!(text, "    ({name:?}, include_bytes!({:?}).as_slice()),", path.display().to_string())
            .map_err(io::Error::other)?;
    }
    text.push_str("]\n");
    Ok(text)
}
