//! Memory and CPU time of a process, as Linux counts them.

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

/// CPU time of a process so far, over all its threads, seconds.
pub(crate) fn cpu_seconds(process: &str) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let behind_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = behind_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
    // Linux reports hundredths of a second on every platform that this runs on.
    ticks.sum::<f64>() / 100.0
}
