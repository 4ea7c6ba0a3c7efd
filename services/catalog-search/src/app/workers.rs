//! The threads that make a generation: as many as there are cores. While something is served, one core is left to searching, and they
//! stand behind everything else whenever there is not enough time for all.

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

/// How far a thread that imports stands behind one that answers: it gets about a third of the time where both want a core. Further back,
/// an import would never end beside other work of the machine.
const NICENESS: i32 = 5;

/// The threads for one import. They end with it.
pub(super) fn for_import(serving: bool) -> Result<ThreadPool, ThreadPoolBuildError> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = if serving { cores.saturating_sub(1).max(1) } else { cores };
    ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|number| format!("import-{number}"))
        .start_handler(move |_| {
            if serving {
                stand_back();
            }
        })
        .build()
}

/// On Linux this is about the calling thread alone.
fn stand_back() {
    if let Err(error) = rustix::process::setpriority_process(None, NICENESS) {
        tracing::warn!(%error, "imports run as urgently as searches");
    }
}
