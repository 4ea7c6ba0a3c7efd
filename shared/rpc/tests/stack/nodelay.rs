use std::time::{Duration, Instant};

use futures::StreamExt as _;

use crate::support::{ONCE, Running, Scripted, stream, unhurried};

/// Pairs of small messages: the second follows while the first has not been acknowledged. That is what Nagle's algorithm
/// holds back, for the 40 ms of a delayed acknowledgement.
const PAIRS: usize = 15;

/// Between the two of a pair: enough for the first to leave alone.
const INSIDE: Duration = Duration::from_millis(3);

/// Between pairs: enough for the delayed acknowledgement.
const BETWEEN: Duration = Duration::from_millis(60);

#[tokio::test]
async fn small_chunks_are_not_held_back() {
    let started = Instant::now();
    let service = Scripted::streaming(move |_| {
        futures::stream::iter(0..2 * PAIRS).then(move |count| async move {
            tokio::time::sleep(if count % 2 == 0 { BETWEEN } else { INSIDE }).await;
            Ok(started.elapsed().as_micros().to_string())
        })
    });
    let server = Running::start(&service).await;
    let mut answers = stream(&server.peer(), &unhurried(), &ONCE).await.unwrap();
    let mut arrivals = Vec::new();
    while let Some(answer) = answers.message().await {
        arrivals.push((sent_at(answer.unwrap()), started.elapsed()));
    }
    let mut added: Vec<_> = arrivals
        .chunks_exact(2)
        .map(|pair| (pair[1].1 - pair[0].1).saturating_sub(pair[1].0 - pair[0].0))
        .collect();
    assert_eq!(added.len(), PAIRS);
    added.sort();
    let median = added[PAIRS / 2];
    assert!(median < Duration::from_millis(10), "{added:?}");
}

fn sent_at(answer: easymart_proto::llm_proxy::v1::CompleteStreamResponse) -> Duration {
    let Some(easymart_proto::llm_proxy::v1::complete_stream_response::Event::Delta(text)) = answer.event
    else {
        panic!("only deltas are sent");
    };
    Duration::from_micros(text.parse().unwrap())
}
