use easymart_core::reason;
use futures::StreamExt as _;

use crate::support::{ONCE, Running, Scripted, complete, stream, unhurried};

#[tokio::test]
async fn a_panic_is_an_internal_error_of_one_call() {
    let service = Scripted::unary(|_, text| async move {
        assert_ne!(text, "panic", "the secret is 1234");
        Ok(text)
    });
    let server = Running::start(&service).await;
    let peer = server.peer();
    let error = complete(&peer, &unhurried(), &ONCE, "panic").await.unwrap_err();
    assert_eq!(error.reason, reason::INTERNAL);
    assert!(!error.message.contains("1234"), "{}", error.message);
    assert_eq!(complete(&peer, &unhurried(), &ONCE, "fine").await.unwrap(), "fine");
}

#[tokio::test]
async fn a_panic_in_a_stream_ends_that_stream_only() {
    let service = Scripted::streaming(|_| {
        futures::stream::iter(1..=2).map(|count| match count {
            1 => Ok("first".to_owned()),
            _ => panic!("second"),
        })
    });
    let server = Running::start(&service).await;
    let peer = server.peer();
    let mut answers = stream(&peer, &unhurried(), &ONCE).await.unwrap();
    let mut last = answers.message().await.unwrap();
    if last.is_ok() {
        last = answers.message().await.unwrap();
    }
    assert_eq!(last.unwrap_err().reason, reason::INTERNAL);
    assert_eq!(complete(&peer, &unhurried(), &ONCE, "fine").await.unwrap(), "fine");
}
