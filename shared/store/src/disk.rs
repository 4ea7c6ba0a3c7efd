//! Files and directories: what sled leaves to its caller to make durable, and who has the directory open.

use std::{
    fmt::Display,
    fs::{self, File},
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use crate::StoreError;

/// sled's one file with the log and all pages in it.
const DATA: &str = "db";
/// Where the owner of the directory leaves its process id, for the error message of whoever comes second.
const OWNER: &str = "owner.pid";

/// How long a locked directory is waited for.
const LOCK_PATIENCE: Duration = Duration::from_secs(1);
/// How often it is tried meanwhile.
const LOCK_INTERVAL: Duration = Duration::from_millis(20);

/// The data file, to be synced. A handle of our own: the kernel reports a failed write-back once to every open handle, so sled's own
/// background sync cannot swallow the error before the committer sees it.
#[derive(Debug)]
pub(crate) struct DataFile(File);

impl DataFile {
    fn open(directory: &Path) -> io::Result<Self> {
        File::open(directory.join(DATA)).map(Self)
    }

    /// A file whose sync fails.
    #[cfg(test)]
    pub(crate) fn broken() -> Self {
        Self(File::open("/dev/null").expect("/dev/null opens"))
    }

    /// Returns when everything that was written to the file is on the disk.
    pub(crate) fn sync(&self) -> Result<(), StoreError> {
        self.0.sync_data().map_err(|error| StoreError::Sled(sled::Error::Io(error)))
    }
}

/// Opens sled in `directory`, creating it if needed.
pub(crate) fn open(directory: &Path, cache_bytes: u64) -> Result<(sled::Db, DataFile), StoreError> {
    fs::create_dir_all(directory).map_err(|error| unusable(directory, &error))?;
    let db = open_sled(directory, cache_bytes)?;
    let file = DataFile::open(directory).map_err(|error| unusable(directory, &error))?;
    Ok((db, file))
}

/// Opens sled, with some patience for an owner who is just leaving: sled's own threads hold the lock for a moment after a close.
fn open_sled(directory: &Path, cache_bytes: u64) -> Result<sled::Db, StoreError> {
    let give_up = Instant::now() + LOCK_PATIENCE;
    loop {
        match try_open_sled(directory, cache_bytes) {
            Err(StoreError::Locked { .. }) if Instant::now() < give_up => thread::sleep(LOCK_INTERVAL),
            outcome => return outcome,
        }
    }
}

fn try_open_sled(directory: &Path, cache_bytes: u64) -> Result<sled::Db, StoreError> {
    let config = sled::Config::new().path(directory).cache_capacity(cache_bytes);
    // sled panics on some damaged files; an operator needs a sentence that says what to do.
    match catch_unwind(AssertUnwindSafe(|| config.open())) {
        Ok(Ok(db)) => Ok(db),
        Ok(Err(error)) if is_lock_error(&error) => {
            Err(StoreError::Locked { path: directory.to_owned(), owner: read_owner(directory) })
        }
        Ok(Err(error)) => Err(unusable(directory, &error)),
        Err(_) => Err(unusable(directory, &"its files are damaged")),
    }
}

fn unusable(directory: &Path, cause: &dyn Display) -> StoreError {
    StoreError::Open { path: directory.to_owned(), cause: cause.to_string().into() }
}

/// Makes the directory's entries and small files durable: sled creates them and syncs none of it.
pub(crate) fn settle(directory: &Path) -> Result<(), StoreError> {
    write_owner(directory).and_then(|()| sync_tree(directory)).map_err(|error| unusable(directory, &error))
}

fn is_lock_error(error: &sled::Error) -> bool {
    // sled wraps the refusal in an error of kind `Other`: its text is all there is to tell it by.
    error.to_string().contains("could not acquire lock")
}

fn read_owner(directory: &Path) -> Option<u32> {
    fs::read_to_string(directory.join(OWNER)).ok()?.trim().parse().ok()
}

fn write_owner(directory: &Path) -> io::Result<()> {
    fs::write(directory.join(OWNER), format!("{}\n", std::process::id()))
}

/// Syncs every file and directory under `directory`, and its own entry in its parent.
fn sync_tree(directory: &Path) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            sync_tree(&path)?;
        } else {
            sync_if_present(&path)?;
        }
    }
    File::open(directory)?.sync_all()?;
    match directory.canonicalize()?.parent() {
        Some(parent) => File::open(parent)?.sync_all(),
        None => Ok(()),
    }
}

fn sync_if_present(path: &Path) -> io::Result<()> {
    match File::open(path) {
        Ok(file) => file.sync_all(),
        // sled removes an old snapshot in the background.
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}
