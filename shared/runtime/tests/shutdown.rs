//! Signals, sent to a real process: this file run again in another role.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::{
    env,
    io::{BufRead as _, BufReader},
    os::unix::process::ExitStatusExt as _,
    process::{Child, Command, ExitStatus, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};

const ROLE: &str = "SHUTDOWN_TEST_ROLE";

fn main() {
    match env::var(ROLE).as_deref() {
        Ok("graceful") => process(false),
        Ok(_) => process(true),
        Err(_) => {
            for signal in [Signal::TERM, Signal::INT] {
                one_signal_stops_in_good_order(signal);
                a_second_signal_ends_at_once(signal);
            }
        }
    }
}

/// A process that says when it is ready and when it was told to stop; a stubborn one then stays.
fn process(stubborn: bool) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let stop = easymart_runtime::shutdown::on_signal();
        println!("ready");
        stop.cancelled().await;
        println!("stopping");
        if stubborn {
            std::future::pending::<()>().await;
        }
    });
}

fn one_signal_stops_in_good_order(signal: Signal) {
    let mut process = Process::start("graceful");
    process.expect("ready");
    process.send(signal);
    process.expect("stopping");
    assert_eq!(process.end().code(), Some(0));
}

fn a_second_signal_ends_at_once(signal: Signal) {
    let mut process = Process::start("stubborn");
    process.expect("ready");
    process.send(signal);
    process.expect("stopping");
    process.send(signal);
    let status = process.end();
    assert_eq!((status.code(), status.signal()), (Some(130), None));
}

struct Process {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Process {
    fn start(role: &str) -> Self {
        let mut child =
            Command::new(env::current_exe().unwrap()).env(ROLE, role).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    fn expect(&mut self, line: &str) {
        assert_eq!(self.lines.next().unwrap().unwrap(), line);
    }

    fn send(&self, signal: Signal) {
        let id = Pid::from_raw(self.child.id().try_into().unwrap()).unwrap();
        kill_process(id, signal).unwrap();
    }

    fn end(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nothing to do when it has ended already.
        let _ = self.child.kill();
    }
}
