//! Generates the gRPC code with protox, so that no `protoc` is needed.

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message as _;

const FILES: [&str; 5] = [
    "easymart/common/v1/money.proto",
    "easymart/catalog_search/v1/catalog_search.proto",
    "easymart/cart_sync/v1/cart_sync.proto",
    "easymart/llm_proxy/v1/llm_proxy.proto",
    "easymart/conversation/v1/conversation.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../proto");
    println!("cargo:rerun-if-changed={}", root.display());
    let descriptors = protox::compile(FILES.map(|file| root.join(file)), [&root])?;
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("descriptors.bin"), descriptors.encode_to_vec())?;
    tonic_prost_build::configure()
        .build_transport(true)
        // Pieces of a feed stay where they were received.
        .bytes(".easymart.catalog_search.v1.ImportCatalogueRequest.chunk")
        .compile_fds(descriptors)?;
    Ok(())
}
