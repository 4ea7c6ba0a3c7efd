use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::atomic::{AtomicU16, Ordering},
};

use tokio::net::TcpListener;

/// Ports that systems do not hand out by themselves: theirs begin at 32768 (Linux) or higher.
const OWN_PORTS: std::ops::Range<u16> = 20_000..32_000;

/// A listener on a port of 127.0.0.1 that the system picks.
pub async fn free_listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a local port is free")
}

/// An address for another process to listen on: free now, and nobody who asks the system for a port gets it meanwhile.
pub fn free_address() -> SocketAddr {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let ports = OWN_PORTS.end - OWN_PORTS.start;
    // Test programs that run side by side begin at different places.
    let begin = (std::process::id() % 100) as u16 * 100;
    for _ in 0..ports {
        let offset = begin.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % ports;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, OWN_PORTS.start + offset));
        if std::net::TcpListener::bind(address).is_ok() {
            return address;
        }
    }
    panic!("no port from {} to {} is free", OWN_PORTS.start, OWN_PORTS.end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_listener_has_a_port_of_its_own() {
        let (one, other) = (free_listener().await, free_listener().await);
        assert_ne!(one.local_addr().unwrap(), other.local_addr().unwrap());
    }

    #[test]
    fn no_address_is_given_out_twice() {
        let (one, other) = (free_address(), free_address());
        assert_ne!(one, other);
        assert!(std::net::TcpListener::bind(one).is_ok(), "it is free");
    }
}
