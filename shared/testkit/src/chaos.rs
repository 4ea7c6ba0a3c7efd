use std::{net::SocketAddr, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::{AbortHandle, JoinSet},
};

use crate::free_listener;

/// What the network does to what passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// Everything passes.
    Pass,
    /// Nobody listens, and open connections are closed.
    Refuse,
    /// Connections open, and stay open, but nothing passes either way; what was sent waits for better weather.
    Blackhole,
    /// Everything passes after this time.
    Delay(Duration),
}

/// A TCP proxy in front of one address, whose weather a test makes.
pub struct ChaosProxy {
    address: SocketAddr,
    weather: watch::Sender<Sky>,
    settled: watch::Receiver<Sky>,
    task: AbortHandle,
}

/// The weather, and how often connections have been cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sky {
    weather: Weather,
    cuts: u64,
}

impl ChaosProxy {
    /// A proxy before `upstream`, in fair weather.
    pub async fn start(upstream: SocketAddr) -> Self {
        let listener = free_listener().await;
        let address = listener.local_addr().expect("a bound listener has an address");
        let sky = Sky { weather: Weather::Pass, cuts: 0 };
        let (weather, seen) = watch::channel(sky);
        let (settle, settled) = watch::channel(sky);
        let proxy = Proxy { upstream, address, sky: seen, settle };
        let task = tokio::spawn(proxy.run(Some(listener))).abort_handle();
        Self { address, weather, settled, task }
    }

    /// Where callers connect.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The proxy's address as a URL.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Changes the weather; returns when new connections meet it.
    pub async fn set(&self, weather: Weather) {
        self.weather.send_modify(|sky| sky.weather = weather);
        self.settle().await;
    }

    /// Closes every open connection; the weather stays.
    pub async fn cut(&self) {
        self.weather.send_modify(|sky| sky.cuts += 1);
        self.settle().await;
    }

    async fn settle(&self) {
        let wanted = *self.weather.borrow();
        let mut settled = self.settled.clone();
        settled.wait_for(|sky| *sky == wanted).await.expect("the proxy runs as long as its handle");
    }
}

impl Drop for ChaosProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

struct Proxy {
    upstream: SocketAddr,
    address: SocketAddr,
    sky: watch::Receiver<Sky>,
    settle: watch::Sender<Sky>,
}

impl Proxy {
    async fn run(mut self, mut listener: Option<TcpListener>) {
        let mut connections = JoinSet::new();
        let mut before = *self.sky.borrow();
        loop {
            let now = *self.sky.borrow_and_update();
            if now.weather == Weather::Refuse {
                listener = None;
            } else if listener.is_none() {
                listener = Some(self.listen_again().await);
            }
            if now.weather == Weather::Refuse || now.cuts != before.cuts {
                connections.shutdown().await;
            }
            before = now;
            self.settle.send_replace(now);
            tokio::select! {
                changed = self.sky.changed() => if changed.is_err() { return },
                Some(stream) = accepted(listener.as_ref()) => {
                    connections.spawn(relay(stream, self.upstream, self.sky.clone()));
                }
                Some(_) = connections.join_next() => {}
            }
        }
    }

    async fn listen_again(&self) -> TcpListener {
        TcpListener::bind(self.address).await.expect("the proxy's port is still free")
    }
}

async fn accepted(listener: Option<&TcpListener>) -> Option<TcpStream> {
    match listener {
        Some(listener) => listener.accept().await.ok().map(|(stream, _)| stream),
        None => std::future::pending().await,
    }
}

async fn relay(caller: TcpStream, upstream: SocketAddr, mut sky: watch::Receiver<Sky>) {
    if pass(&mut sky).await.is_none() {
        return;
    }
    let Ok(callee) = TcpStream::connect(upstream).await else {
        return;
    };
    // The proxy must add no delay but what the test asked for.
    let _ = (caller.set_nodelay(true), callee.set_nodelay(true));
    let (from_caller, to_caller) = caller.into_split();
    let (from_callee, to_callee) = callee.into_split();
    tokio::select! {
        () = pump(from_caller, to_callee, sky.clone()) => {}
        () = pump(from_callee, to_caller, sky) => {}
    }
}

/// Carries one direction until either side closes it.
async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut sky: watch::Receiver<Sky>) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let length = match from.read(&mut buffer).await {
            Ok(0) | Err(_) => return,
            Ok(length) => length,
        };
        if pass(&mut sky).await.is_none() || to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

/// Waits as long as the weather wants; `None` when the proxy is gone.
async fn pass(sky: &mut watch::Receiver<Sky>) -> Option<()> {
    let current = *sky.wait_for(|sky| sky.weather != Weather::Blackhole).await.ok()?;
    if let Weather::Delay(time) = current.weather {
        tokio::time::sleep(time).await;
    }
    Some(())
}
