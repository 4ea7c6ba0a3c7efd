//! Writes the sample shop's files: `generate-sample-shop [FOLDER]`, by default into `deploy/sample-shop`.

#![allow(clippy::print_stdout, reason = "the program's own output")]

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result};

fn main() -> Result<()> {
    let folder = env::args_os().nth(1).map_or_else(default_folder, PathBuf::from);
    let shop = easymart_sample_shop::generate()?;
    write(&folder.join("catalogue.jsonl"), &shop.catalogue)?;
    let pictures = folder.join("pictures");
    if pictures.exists() {
        fs::remove_dir_all(&pictures).with_context(|| format!("cannot clear {}", pictures.display()))?;
    }
    fs::create_dir_all(&pictures)?;
    for (name, svg) in &shop.pictures {
        write(&pictures.join(name), svg)?;
    }
    println!(
        "{} products and {} pictures in {}",
        shop.catalogue.lines().count(),
        shop.pictures.len(),
        folder.display()
    );
    Ok(())
}

fn default_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
