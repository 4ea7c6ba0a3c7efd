//! Work that is shared by two cores when there is much of it.

/// Products to look at from which on a second core saves more than it costs to start on it.
pub const MANY: usize = 50_000;

/// The results of both, at the same time when there are many products to look at.
pub fn at_once<A, B: Send>(products: usize, a: impl FnOnce() -> A, b: impl FnOnce() -> B + Send) -> (A, B) {
    if products < MANY {
        return (a(), b());
    }
    std::thread::scope(|scope| {
        let b = scope.spawn(b);
        let a = a();
        (a, b.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}
