//! Memory of this process, as Linux counts it.

/// Resident now, MB.
pub(crate) fn resident_mb() -> u64 {
    of("self", "VmRSS:")
}

/// The most that was resident, MB.
pub(crate) fn peak_mb() -> u64 {
    of("self", "VmHWM:")
}

/// A line of a process's status, MB.
pub(crate) fn of(process: &str, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}
