use easymart_core::reason;
use easymart_rpc::{ServerConfig, health::LIVENESS};
use easymart_runtime::Readiness;
use easymart_testkit::wait_until;
use tokio_util::sync::CancellationToken;
use tonic_health::pb::{HealthCheckRequest, health_check_response::ServingStatus, health_client::HealthClient};

use crate::support::{PATIENCE, Running, SERVICE, Scripted, channel, unhurried};

async fn watch(server: &Running, service: &str) -> tonic::Streaming<tonic_health::pb::HealthCheckResponse> {
    let mut client = HealthClient::new(channel(server.address));
    let request = HealthCheckRequest { service: service.to_owned() };
    client.watch(request).await.unwrap().into_inner()
}

async fn next(watch: &mut tonic::Streaming<tonic_health::pb::HealthCheckResponse>) -> ServingStatus {
    let message = tokio::time::timeout(PATIENCE, watch.message()).await.unwrap();
    message.unwrap().unwrap().status()
}

#[tokio::test]
async fn a_server_serves_when_its_service_is_ready() {
    let readiness = Readiness::new(false);
    let server = Running::with_readiness(&Scripted::echo(), readiness.subscribe()).await;
    let peer = server.peer();
    for service in ["", SERVICE] {
        let error = peer.health(&unhurried(), service).await.unwrap_err();
        assert_eq!(error.reason, reason::UNAVAILABLE, "{service}");
    }
    peer.health(&unhurried(), LIVENESS).await.unwrap();
    let mut whole = watch(&server, "").await;
    assert_eq!(next(&mut whole).await, ServingStatus::NotServing);
    readiness.set(true);
    assert_eq!(next(&mut whole).await, ServingStatus::Serving);
    for service in ["", SERVICE] {
        peer.health(&unhurried(), service).await.unwrap();
    }
    readiness.set(false);
    assert_eq!(next(&mut whole).await, ServingStatus::NotServing);
}

#[tokio::test]
async fn a_watch_hears_the_last_word_and_ends_with_the_server() {
    let server = Running::start(&Scripted::echo()).await;
    let mut watching = watch(&server, SERVICE).await;
    while next(&mut watching).await != ServingStatus::Serving {}
    server.stop.cancel();
    assert_eq!(next(&mut watching).await, ServingStatus::NotServing);
    let started = std::time::Instant::now();
    server.finish().await;
    assert!(started.elapsed() < ServerConfig::default().grace / 2, "watches must not delay the end");
}

#[tokio::test]
async fn unknown_names_are_told_apart() {
    let server = Running::start(&Scripted::echo()).await;
    let mut unknown = watch(&server, "no.such.Service").await;
    assert_eq!(next(&mut unknown).await, ServingStatus::ServiceUnknown);
    let mut client = HealthClient::new(channel(server.address));
    let request = HealthCheckRequest { service: "no.such.Service".to_owned() };
    assert_eq!(client.check(request).await.unwrap_err().code(), tonic::Code::NotFound);
}

#[tokio::test]
async fn a_process_can_follow_its_own_server() {
    let service_ready = Readiness::new(false);
    let server = Running::with_readiness(&Scripted::echo(), service_ready.subscribe()).await;
    let process_ready = Readiness::new(false);
    let stop = CancellationToken::new();
    let following = tokio::spawn(easymart_rpc::health::follow(server.address, process_ready.clone(), stop.clone()));
    service_ready.set(true);
    wait_until(PATIENCE, "the process to be ready", || async { process_ready.is_ready() }).await;
    service_ready.set(false);
    wait_until(PATIENCE, "the process to notice", || async { !process_ready.is_ready() }).await;
    stop.cancel();
    following.await.unwrap().unwrap();
}

#[tokio::test]
async fn the_contracts_can_be_asked_for() {
    use tonic_reflection::pb::v1::{
        ServerReflectionRequest, server_reflection_client::ServerReflectionClient,
        server_reflection_request::MessageRequest, server_reflection_response::MessageResponse,
    };
    let server = Running::start(&Scripted::echo()).await;
    let mut client = ServerReflectionClient::new(channel(server.address));
    let request = ServerReflectionRequest {
        host: String::new(),
        message_request: Some(MessageRequest::FileContainingSymbol(SERVICE.to_owned())),
    };
    let mut answers = client.server_reflection_info(futures::stream::iter([request])).await.unwrap().into_inner();
    let answer = answers.message().await.unwrap().unwrap();
    let Some(MessageResponse::FileDescriptorResponse(files)) = answer.message_response else {
        panic!("{answer:?}");
    };
    assert!(!files.file_descriptor_proto.is_empty());
}
