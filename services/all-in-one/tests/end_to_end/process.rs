//! Child processes of the real binary.

use std::{
    ffi::OsStr,
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use easymart_testkit::{free_address, wait_until};

/// Importing the sample shop with a debug build on a busy machine takes a while.
const PATIENCE: Duration = Duration::from_secs(60);

/// These tests are faster than shoppers, and what they provoke is not worth reading.
pub(crate) const QUIET_AND_UNLIMITED: [(&str, &str); 3] = [
    ("EASYMART_GATEWAY__LIMITS__SESSION_PER_MINUTE", "0"),
    ("EASYMART_GATEWAY__LIMITS__ADDRESS_PER_MINUTE", "0"),
    ("EASYMART_LOG__LEVEL", "error"),
];

/// A running `easymart`, killed when dropped.
pub(crate) struct Process {
    child: Child,
    pub(crate) http: SocketAddr,
}

impl Process {
    /// Starts the whole system on `data` and waits until it is ready.
    pub(crate) async fn start(data: &Path) -> Self {
        Self::start_with(data, &[] as &[(&str, &str)]).await
    }

    /// The same with environment variables.
    pub(crate) async fn start_with<V: AsRef<OsStr>>(data: &Path, environment: &[(&str, V)]) -> Self {
        let http = free_address();
        let mut command = easymart(data);
        command.args(["--http", &http.to_string()]);
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        let process = Self { child: command.spawn().unwrap(), http };
        process.wait_ready().await;
        process
    }

    /// Starts some parts and waits until `address`, which belongs to one of them, accepts connections.
    pub(crate) async fn start_parts<V: AsRef<OsStr>>(
        data: &Path,
        parts: &[&str],
        environment: &[(&str, V)],
        address: SocketAddr,
    ) -> Self {
        let mut command = easymart(data);
        command.arg(format!("--target={}", parts.join(",")));
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        let process = Self { child: command.spawn().unwrap(), http: address };
        wait_until(PATIENCE, "the parts listen", || async { tokio::net::TcpStream::connect(address).await.is_ok() })
            .await;
        process
    }

    pub(crate) async fn wait_ready(&self) {
        let url = format!("http://{}/readyz", self.http);
        wait_until(PATIENCE, "the system is ready", || async {
            reqwest::get(&url).await.is_ok_and(|answer| answer.status() == 200)
        })
        .await;
    }

    /// SIGKILL, as the kernel or an operator in a hurry sends it.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The binary on a data directory, quiet.
pub(crate) fn easymart(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_easymart"));
    command.arg("--data-dir").arg(data).envs(QUIET_AND_UNLIMITED).stdout(Stdio::null());
    command
}
