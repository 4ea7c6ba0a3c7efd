//! An acknowledged write survives a power cut: what was not synced to the disk is gone, and nothing that was answered is.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use easymart_testkit::skip_without;

use crate::{crash::Crowd, process::Process};

const ROUNDS: usize = 10;
/// Acknowledged writes after which the power goes, in the first round and more in each later one.
const FIRST_CUT: usize = 10;
const LATER_BY: usize = 18;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_writes_survive_a_power_cut() {
    let work = tempfile::tempdir().unwrap();
    let Some(shim) = build_shim(work.path()) else { return };
    let disk = Disk { data: work.path().join("data"), synced: work.path().join("disk") };
    disk.start_empty();
    for round in 0..ROUNDS {
        let process = disk.start(&shim).await;
        let crowd = Crowd::arrive(&process).await;
        let acknowledged = crowd.write_until(FIRST_CUT + LATER_BY * round, process).await;
        disk.cut_power();
        let process = disk.start(&shim).await;
        crowd.at(&process).check(&acknowledged).await;
        process.kill();
        disk.cut_power();
    }
}

/// A data directory and what of it is certainly on the disk.
struct Disk {
    data: PathBuf,
    synced: PathBuf,
}

impl Disk {
    fn start_empty(&self) {
        fs::create_dir(&self.data).unwrap();
        fs::create_dir(&self.synced).unwrap();
    }

    async fn start(&self, shim: &Path) -> Process {
        let environment = [
            ("LD_PRELOAD", shim.as_os_str()),
            ("POWERCUT_ROOT", self.data.as_os_str()),
            ("POWERCUT_DISK", self.synced.as_os_str()),
        ];
        Process::start_with(&self.data, &environment).await
    }

    /// Leaves of every file what was synced, and forgets the rest.
    fn cut_power(&self) {
        fs::remove_dir_all(&self.data).unwrap();
        copy_synced(&self.synced, &self.data);
    }
}

fn copy_synced(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let is_note = source.extension().is_some_and(|extension| extension == "unsynced");
        if source.is_dir() {
            copy_synced(&source, &target);
        } else if is_note {
            fs::remove_file(&source).unwrap();
        } else {
            fs::copy(&source, &target).unwrap();
        }
    }
}

/// Builds the library that plays the disk; without a C compiler the test is skipped.
fn build_shim(work: &Path) -> Option<PathBuf> {
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/store/powercut/powercut.c");
    let shim = work.join("powercut.so");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&shim)
        .args([source, "-ldl", "-lpthread"])
        .status();
    if built.as_ref().is_ok_and(std::process::ExitStatus::success) {
        return Some(shim);
    }
    skip_without("a C compiler (`cc`), for the library that plays the disk");
    None
}
