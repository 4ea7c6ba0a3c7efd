use tokio::net::TcpListener;

/// A listener on a port of 127.0.0.1 that the system picks.
pub async fn free_listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a local port is free")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_listener_has_a_port_of_its_own() {
        let (one, other) = (free_listener().await, free_listener().await);
        assert_ne!(one.local_addr().unwrap(), other.local_addr().unwrap());
    }
}
