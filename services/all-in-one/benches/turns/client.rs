//! A client that costs little beside what it measures: one HTTP/1.1 connection, one request at a time.

use std::{io, net::SocketAddr};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream: BufReader::new(stream), address })
    }

    pub(crate) async fn get_status(&mut self, path: &str) -> io::Result<u16> {
        let head = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", self.address);
        self.stream.get_mut().write_all(head.as_bytes()).await?;
        Ok(self.read_answer().await?.0)
    }

    /// Takes a turn; anything but 200 fails the measurement.
    pub(crate) async fn chat(&mut self, session: Option<&str>, message: &str) -> io::Result<Vec<u8>> {
        let mut body = serde_json::json!({ "message": message });
        if let Some(session) = session {
            body["session_id"] = Value::from(session);
        }
        let body = body.to_string();
        let request = format!(
            "POST /v1/chat HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.address,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).await?;
        match self.read_answer().await? {
            (200, body) => Ok(body),
            (status, body) => Err(io::Error::other(format!("{status}: {}", String::from_utf8_lossy(&body)))),
        }
    }

    async fn read_answer(&mut self) -> io::Result<(u16, Vec<u8>)> {
        let mut line = String::new();
        self.stream.read_line(&mut line).await?;
        let status =
            line.split(' ').nth(1).and_then(|word| word.parse().ok()).ok_or_else(|| io::Error::other(line.clone()))?;
        let mut length = 0;
        loop {
            line.clear();
            self.stream.read_line(&mut line).await?;
            let Some((name, value)) = line.split_once(':') else { break };
            if name.eq_ignore_ascii_case("content-length") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        Ok((status, body))
    }
}
