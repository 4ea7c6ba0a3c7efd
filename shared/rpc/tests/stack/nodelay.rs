use std::time::{Duration, Instant};

use easymart_proto::llm_proxy::v1::{CompleteStreamResponse, complete_stream_response::Event};
use easymart_rpc::Peer;
use futures::StreamExt as _;

use crate::support::{ONCE, Running, Scripted, complete, stream, unhurried};

const ROUNDS: usize = 15;

/// Calls before each stream. A receiver delays its acknowledgements only on a connection that looks like a dialogue, as that
/// of two services does, and stops doing so once a delay was in vain.
const DIALOGUE: usize = 4;

/// Before each chunk: enough for what went before, headers or a chunk, to leave alone. The chunk is then what Nagle's
/// algorithm would hold back, for the 40 ms until that is acknowledged.
const PAUSE: Duration = Duration::from_millis(2);

#[tokio::test]
async fn small_chunks_are_not_held_back() {
    let started = Instant::now();
    let service = Scripted::streaming(move |_| {
        futures::stream::iter(0..2).then(move |_| async move {
            tokio::time::sleep(PAUSE).await;
            Ok(started.elapsed().as_micros().to_string())
        })
    });
    let server = Running::start(&service).await;
    let peer = server.peer();
    let mut delays = Vec::new();
    for _ in 0..ROUNDS {
        delays.push(longest_delay(&peer, started).await);
    }
    delays.sort();
    // The median: a busy machine may hold up a few.
    let median = delays[ROUNDS / 2];
    assert!(median < Duration::from_millis(10), "{delays:?}");
}

/// The longest that a chunk was on its way.
async fn longest_delay(peer: &Peer, started: Instant) -> Duration {
    for _ in 0..DIALOGUE {
        complete(peer, &unhurried(), &ONCE, "").await.unwrap();
    }
    let mut chunks = stream(peer, &unhurried(), &ONCE).await.unwrap();
    let mut longest = Duration::ZERO;
    while let Some(chunk) = chunks.message().await {
        let sent = sent_at(&chunk.unwrap());
        longest = longest.max(started.elapsed().saturating_sub(sent));
    }
    longest
}

/// When the server sent it, as it says itself.
fn sent_at(chunk: &CompleteStreamResponse) -> Duration {
    match &chunk.event {
        Some(Event::Delta(text)) => Duration::from_micros(text.parse().unwrap()),
        other => panic!("only deltas are sent, not {other:?}"),
    }
}
