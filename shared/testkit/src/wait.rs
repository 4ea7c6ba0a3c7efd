use std::{
    future::Future,
    time::{Duration, Instant},
};

/// Time between two looks: short against what tests wait for, long against the cost of a look.
const INTERVAL: Duration = Duration::from_millis(5);

/// Waits until `condition` holds, at most `timeout` of real time.
///
/// # Panics
/// When time runs out; the text says what was waited for.
pub async fn wait_until<F, Fut>(timeout: Duration, what: &str, mut condition: F)
where
    F: FnMut() -> Fut,
    Fut: Future<Output = bool>,
{
    let started = Instant::now();
    loop {
        let left = timeout.saturating_sub(started.elapsed());
        match tokio::time::timeout(left, condition()).await {
            Ok(true) => return,
            Ok(false) if !left.is_zero() => tokio::time::sleep(INTERVAL).await,
            _ => panic!("waited {timeout:?} in vain for: {what}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[tokio::test]
    async fn it_returns_as_soon_as_the_condition_holds() {
        let looks = Cell::new(0);
        wait_until(Duration::from_secs(10), "the third look", || async {
            looks.set(looks.get() + 1);
            looks.get() == 3
        })
        .await;
        assert_eq!(looks.get(), 3);
    }

    #[tokio::test]
    #[should_panic(expected = "in vain for: a miracle")]
    async fn it_gives_up() {
        wait_until(Duration::from_millis(20), "a miracle", || async { false }).await;
    }

    #[tokio::test]
    #[should_panic(expected = "in vain for: an answer")]
    async fn a_condition_that_hangs_is_given_up_too() {
        wait_until(Duration::from_millis(20), "an answer", std::future::pending).await;
    }
}
