//! The secret that session ids are signed with, when none is configured: made once, kept beside the gateway's data.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use anyhow::Context as _;
use rand::{TryRngCore as _, rngs::OsRng};

const FILE: &str = "session.key";
const BYTES: usize = 32;

/// The key in `data_dir`, made on the first start. Blocks.
///
/// # Errors
/// When it cannot be read, or made durable.
pub(crate) fn load_or_create(data_dir: &Path) -> anyhow::Result<Vec<u8>> {
    let path = data_dir.join(FILE);
    match read(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            create(data_dir, &path).with_context(|| format!("cannot make the session key {}", path.display()))
        }
        key => key.with_context(|| format!("cannot read the session key {}", path.display())),
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut key = Vec::with_capacity(BYTES);
    File::open(path)?.read_to_end(&mut key)?;
    if key.len() == BYTES {
        return Ok(key);
    }
    Err(io::Error::new(io::ErrorKind::InvalidData, format!("it has {} bytes instead of {BYTES}", key.len())))
}

/// Writes the key under another name first: a crash leaves a whole key or none, and of two that start at once one wins.
fn create(data_dir: &Path, path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::create_dir_all(data_dir)?;
    let mut key = vec![0; BYTES];
    OsRng.try_fill_bytes(&mut key)?;
    let draft = data_dir.join(format!("{FILE}.{}", uuid::Uuid::now_v7()));
    let outcome = write_durably(&draft, &key).and_then(|()| fs::hard_link(&draft, path));
    fs::remove_file(&draft).ok();
    match outcome {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(read(path)?),
        outcome => outcome?,
    }
    File::open(data_dir)?.sync_all()?;
    Ok(key)
}

fn write_durably(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn the_key_is_made_once_and_only_its_owner_may_read_it() {
        let home = tempfile::tempdir().unwrap();
        let data_dir = home.path().join("gateway");
        let key = load_or_create(&data_dir).unwrap();
        assert_eq!(key.len(), BYTES);
        assert_eq!(load_or_create(&data_dir).unwrap(), key);
        let mode = fs::metadata(data_dir.join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(fs::read_dir(&data_dir).unwrap().count(), 1, "the draft must be gone");
    }

    #[test]
    fn a_damaged_key_is_not_replaced_in_silence() {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join(FILE), b"half").unwrap();
        let error = format!("{:#}", load_or_create(home.path()).unwrap_err());
        assert!(error.contains("4 bytes"), "{error}");
    }
}
