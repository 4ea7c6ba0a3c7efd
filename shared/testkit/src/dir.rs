use std::path::{Path, PathBuf};

use tempfile::TempDir;

/// A directory of the test's own, removed when dropped.
#[derive(Debug)]
pub struct TestDir(TempDir);

impl TestDir {
    /// A new, empty directory.
    #[must_use]
    pub fn new() -> Self {
        Self(TempDir::with_prefix("easymart-test-").expect("a temporary directory can be made"))
    }

    /// The directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// A path inside the directory.
    #[must_use]
    pub fn join(&self, name: impl AsRef<Path>) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file in the directory.
    pub fn write(&self, name: impl AsRef<Path>, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.join(name);
        std::fs::write(&path, text).expect("a file can be written in the test's directory");
        path
    }
}

impl Default for TestDir {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_lasts_as_long_as_its_owner() {
        let dir = TestDir::new();
        let file = dir.write("a.txt", "text");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "text");
        drop(dir);
        assert!(!file.exists());
    }
}
