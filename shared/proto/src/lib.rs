//! The generated contracts of `proto/`, one module per package, and their descriptor set. Nothing else lives here.

#![allow(missing_docs, clippy::all, clippy::pedantic)]

/// Money and other types that several services share.
pub mod common {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("easymart.common.v1");
    }
}
/// The catalogue.
pub mod catalog_search {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("easymart.catalog_search.v1");
    }
}
/// Carts.
pub mod cart_sync {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("easymart.cart_sync.v1");
    }
}
/// The language model.
pub mod llm_proxy {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("easymart.llm_proxy.v1");
    }
}
/// Conversations.
pub mod conversation {
    /// Version 1.
    pub mod v1 {
        tonic::include_proto!("easymart.conversation.v1");
    }
}

/// All contracts as an encoded `FileDescriptorSet`, for server reflection.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptors.bin"));
