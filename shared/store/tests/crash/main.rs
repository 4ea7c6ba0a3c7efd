//! What was acknowledged is there after the process was killed, and after the power was cut.
//!
//! A child process (this very test program, started again) writes with many threads and reports every acknowledgement on its standard
//! output. It is killed at a random moment, in the power-cut tests the disk loses what was not synced, and the store is opened again.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::print_stderr)]

mod child;
mod disk;
mod workload;

use std::path::Path;

use rand::{Rng, SeedableRng, rngs::StdRng};

use crate::{
    child::{Child, Ending},
    disk::{Disk, Unsynced},
    workload::verify,
};

#[test]
fn acknowledged_writes_survive_kill_9() {
    let directory = tempfile::tempdir().unwrap();
    let mut random = StdRng::seed_from_u64(1);
    for round in 0..20 {
        let acknowledged = Child::start(directory.path(), &[]).kill_after(random.random_range(50..600));
        assert!(!acknowledged.is_empty());
        verify(directory.path(), &acknowledged, &format!("round {round}"));
    }
}

#[test]
fn acknowledged_writes_survive_a_power_cut_that_loses_everything_unsynced() {
    cut_power(12, |_| Unsynced::Lost);
}

#[test]
fn acknowledged_writes_survive_a_power_cut_that_tears_what_was_unsynced() {
    cut_power(12, |round| Unsynced::Torn { seed: round });
}

fn cut_power(rounds: u64, unsynced: impl Fn(u64) -> Unsynced) {
    let Some(disk) = Disk::new() else { return };
    let mut random = StdRng::seed_from_u64(2);
    for round in 0..rounds {
        disk.settle();
        let acknowledged = Child::start(&disk.root(), &disk.preload()).kill_after(random.random_range(50..600));
        assert!(!acknowledged.is_empty());
        disk.lose(unsynced(round));
        verify(&disk.root(), &acknowledged, &format!("round {round}"));
    }
}

#[test]
fn nothing_is_acknowledged_after_a_failed_sync() {
    let Some(disk) = Disk::new() else { return };
    disk.settle();
    let mut environment = disk.preload();
    environment.push(("POWERCUT_FAIL_AFTER", "60".into()));
    let acknowledged = Child::start(&disk.root(), &environment).run_until(Ending::Refused);
    assert!(!acknowledged.is_empty());
    disk.lose(Unsynced::Lost);
    verify(&disk.root(), &acknowledged, "after the failed sync");
}

/// The tests above prove nothing if the simulated disk forgets nothing.
#[test]
fn the_simulated_disk_loses_what_was_not_synced() {
    let Some(disk) = Disk::new() else { return };
    disk.settle();
    Child::start_scribbler(&disk.root(), &disk.preload()).run_until(Ending::Done);
    disk.lose(Unsynced::Lost);
    let read = |name| std::fs::read_to_string(disk.root().join(name)).unwrap_or_default();
    assert_eq!(read("synced"), "first");
    assert_eq!(read("unsynced"), "");
}

/// Not a test: what the child process runs.
#[test]
fn child_process() {
    if let Some(directory) = std::env::var_os(child::DIRECTORY) {
        child::run(Path::new(&directory));
    }
}
