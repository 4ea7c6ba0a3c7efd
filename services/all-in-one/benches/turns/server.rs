//! The release binary as a child process.

use std::{
    fs,
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use easymart_testkit::free_address;

use crate::client::Client;

pub(crate) struct Server {
    pub(crate) name: &'static str,
    process: Process,
    pub(crate) address: SocketAddr,
    /// From the start of the process to the first 200 of `/readyz`, the catalogue being imported already.
    pub(crate) ready_after: Duration,
    _data: tempfile::TempDir,
}

impl Server {
    /// Starts it twice: the first start imports the sample shop, the second one is the one that is measured.
    pub(crate) async fn start(name: &'static str, binary: &str) -> Self {
        let data = tempfile::tempdir().unwrap();
        let address = free_address();
        let mut importing = Process::spawn(binary, &data, address);
        importing.ready(address).await;
        importing.stop();
        let process = Process::spawn(binary, &data, address);
        let ready_after = process.ready(address).await;
        Self { name, process, address, ready_after, _data: data }
    }

    /// Resident memory now.
    pub(crate) fn memory_mb(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
    }

    /// Processor time so far, over all its threads.
    pub(crate) fn cpu_time(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.child.id())).unwrap();
        let behind_name = stat.rsplit(')').next().unwrap();
        let ticks = behind_name.split_whitespace().skip(11).take(2).map(|ticks| ticks.parse::<u64>().unwrap());
        // Linux reports hundredths of a second on every platform that this runs on.
        Duration::from_millis(ticks.sum::<u64>() * 10)
    }
}

/// A child that does not outlive its owner.
struct Process {
    child: Child,
    begin: Instant,
}

impl Process {
    fn spawn(binary: &str, data: &tempfile::TempDir, address: SocketAddr) -> Self {
        let begin = Instant::now();
        let child = Command::new(binary)
            .args(["--http", &address.to_string(), "--data-dir"])
            .arg(data.path())
            .env("EASYMART_LOG__LEVEL", "warn")
            .env("EASYMART_GATEWAY__LIMITS__SESSION_PER_MINUTE", "0")
            .env("EASYMART_GATEWAY__LIMITS__ADDRESS_PER_MINUTE", "0")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        Self { child, begin }
    }

    /// Waits until it is ready, and says how long that took from its start.
    async fn ready(&self, address: SocketAddr) -> Duration {
        loop {
            if let Ok(mut client) = Client::connect(address).await
                && client.get_status("/readyz").await.is_ok_and(|status| status == 200)
            {
                return self.begin.elapsed();
            }
            assert!(self.begin.elapsed() < Duration::from_secs(30), "the server was not ready within 30 s");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Lets it drain and end.
    fn stop(&mut self) {
        Command::new("kill").arg(self.child.id().to_string()).status().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
