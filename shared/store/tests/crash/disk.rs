//! A simulated disk that loses its cache: the test's side of `powercut/powercut.c`.

use std::{
    ffi::OsString,
    fs::{self, File},
    io::{Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    process::Command,
};

use rand::{Rng, SeedableRng, rngs::StdRng};
use tempfile::TempDir;

const SOURCE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/powercut/powercut.c");
const UNSYNCED: &str = "unsynced";
/// What a disk writes as a whole, at most.
const BLOCK: u64 = 4096;

/// What becomes of writes that were never synced.
#[derive(Clone, Copy)]
pub(crate) enum Unsynced {
    /// None reached the disk.
    Lost,
    /// Each block reached the disk or not, in no order: what the standard allows.
    Torn { seed: u64 },
}

pub(crate) struct Disk {
    work: TempDir,
}

impl Disk {
    /// A fresh disk. `None`, with a message, when the shim cannot be built here for want of a C compiler.
    pub(crate) fn new() -> Option<Self> {
        let work = tempfile::tempdir().unwrap();
        let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
        let built = Command::new(compiler)
            .args(["-shared", "-fPIC", "-O1", "-o"])
            .arg(work.path().join("powercut.so"))
            .arg(SOURCE)
            .status();
        match built {
            Ok(status) => assert!(status.success(), "{SOURCE} does not compile"),
            Err(error) => {
                assert!(std::env::var_os("CI").is_none(), "no C compiler: {error}");
                eprintln!("SKIPPED: the power-cut tests need a C compiler ({error})");
                return None;
            }
        }
        let disk = Self { work };
        fs::create_dir(disk.root()).unwrap();
        Some(disk)
    }

    /// Where the files are.
    pub(crate) fn root(&self) -> PathBuf {
        // The shim compares with what the kernel says.
        self.work.path().canonicalize().unwrap().join("root")
    }

    /// What of them would survive.
    fn durable(&self) -> PathBuf {
        self.work.path().join("durable")
    }

    /// The environment that makes a child write to this disk.
    pub(crate) fn preload(&self) -> Vec<(&'static str, OsString)> {
        vec![
            ("LD_PRELOAD", self.work.path().join("powercut.so").into()),
            ("POWERCUT_ROOT", self.root().into()),
            ("POWERCUT_DISK", self.durable().into()),
        ]
    }

    /// Lets everything that is there reach the disk.
    pub(crate) fn settle(&self) {
        let _ = fs::remove_dir_all(self.durable());
        copy_tree(&self.root(), &self.durable());
    }

    /// Cuts the power: the files become what the disk has of them.
    pub(crate) fn lose(&self, unsynced: Unsynced) {
        if let Unsynced::Torn { seed } = unsynced {
            tear(&self.durable(), &self.root(), &mut StdRng::seed_from_u64(seed));
        }
        fs::remove_dir_all(self.root()).unwrap();
        copy_tree(&self.durable(), &self.root());
    }
}

/// Copies all but the shim's notes.
fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for path in entries(from) {
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_tree(&path, &target);
        } else if path.extension().is_none_or(|kind| kind != UNSYNCED) {
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Takes every other unsynced block, by chance, over from the files in `written`.
fn tear(durable: &Path, written: &Path, random: &mut StdRng) {
    for path in entries(durable) {
        if path.is_dir() {
            tear(&path, &written.join(path.file_name().unwrap()), random);
        } else if path.extension().is_some_and(|kind| kind == UNSYNCED) {
            let name = path.file_stem().unwrap();
            let notes = fs::read_to_string(&path).unwrap();
            tear_file(&notes, &durable.join(name), &written.join(name), random);
        }
    }
}

fn tear_file(notes: &str, durable: &Path, written: &Path, random: &mut StdRng) {
    let mut written = File::open(written).unwrap();
    let mut durable = File::options().create(true).write(true).truncate(false).open(durable).unwrap();
    for (offset, length) in notes.lines().filter_map(range) {
        let mut at = offset;
        while at < offset + length {
            let end = (at / BLOCK + 1) * BLOCK;
            let end = end.min(offset + length);
            if random.random() {
                copy_range(&mut written, &mut durable, at, end - at);
            }
            at = end;
        }
    }
}

/// Reads a note `offset length`; the last one may be cut off.
fn range(note: &str) -> Option<(u64, u64)> {
    let (offset, length) = note.split_once(' ')?;
    Some((offset.parse().ok()?, length.parse().ok()?))
}

fn copy_range(from: &mut File, to: &mut File, offset: u64, length: u64) {
    let mut block = Vec::new();
    from.seek(SeekFrom::Start(offset)).unwrap();
    from.take(length).read_to_end(&mut block).unwrap();
    to.seek(SeekFrom::Start(offset)).unwrap();
    to.write_all(&block).unwrap();
}

fn entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort(); // the same tear for the same seed
    paths
}
