//! The process that writes until it is killed.

use std::{
    ffi::OsString,
    fs::File,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{self, Command, Stdio},
    thread,
};

use crate::workload::{self, Acknowledged, WRITERS};

/// Names the directory to write to, in the child's environment.
pub(crate) const DIRECTORY: &str = "EASYMART_STORE_CRASH_DIRECTORY";
/// Set when the child shall scribble plain files instead.
const SCRIBBLE: &str = "EASYMART_STORE_CRASH_SCRIBBLE";

const REFUSED: &str = "refused";
const DONE: &str = "done";

/// How a child ends that is not killed.
pub(crate) enum Ending {
    /// Its store refused to go on, as it must.
    Refused,
    /// It did all it had to do.
    Done,
}

pub(crate) struct Child {
    process: process::Child,
    lines: std::io::Lines<BufReader<process::ChildStdout>>,
}

impl Child {
    /// Starts a child that writes to a store in `directory` and goes on where the last one was.
    pub(crate) fn start(directory: &Path, environment: &[(&str, OsString)]) -> Self {
        Self::spawn(Command::new(std::env::current_exe().unwrap()), directory, environment)
    }

    /// Starts a child that writes two plain files and syncs one.
    pub(crate) fn start_scribbler(directory: &Path, environment: &[(&str, OsString)]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env(SCRIBBLE, "1");
        Self::spawn(command, directory, environment)
    }

    fn spawn(mut command: Command, directory: &Path, environment: &[(&str, OsString)]) -> Self {
        let mut process = command
            .args(["child_process", "--exact", "--nocapture", "--quiet"])
            .env(DIRECTORY, directory)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    /// Kills the child once it has reported that many acknowledgements. Returns all that it reported before it died.
    pub(crate) fn kill_after(self, acknowledgements: usize) -> Acknowledged {
        let Self { mut process, lines } = self;
        let mut acknowledged = Acknowledged::new();
        let mut count = 0;
        for line in lines {
            note(&mut acknowledged, &line.unwrap());
            count += 1;
            if count == acknowledgements {
                process.kill().unwrap(); // what it reported up to here is still in the pipe
            }
        }
        assert!(count >= acknowledgements, "the child ended by itself");
        process.wait().unwrap();
        acknowledged
    }

    /// Waits for the child to end by itself.
    pub(crate) fn run_until(self, ending: Ending) -> Acknowledged {
        let Self { mut process, lines } = self;
        let mut acknowledged = Acknowledged::new();
        let expected = match ending {
            Ending::Refused => REFUSED,
            Ending::Done => DONE,
        };
        let mut ended = false;
        for line in lines {
            let line = line.unwrap();
            ended |= line == expected;
            note(&mut acknowledged, &line);
        }
        process.wait().unwrap();
        assert!(ended, "the child did not report `{expected}`");
        acknowledged
    }
}

/// Reads a report `ack WRITER NUMBER`. The test harness prints lines of its own, and the last line may be cut off.
fn note(acknowledged: &mut Acknowledged, line: &str) {
    let mut words = line.split(' ');
    if let (Some("ack"), Some(writer), Some(number), Some("")) =
        (words.next(), words.next(), words.next(), words.next())
    {
        acknowledged.insert(writer.parse().unwrap(), number.parse().unwrap());
    }
}

/// What the child does.
pub(crate) fn run(directory: &Path) {
    if std::env::var_os(SCRIBBLE).is_some() {
        scribble(directory);
        println!("\n{DONE}");
        return;
    }
    let store = workload::open(directory);
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let store = &store;
            scope.spawn(move || write_on(store, writer));
        }
    });
    assert!(!store.is_healthy());
    println!("\n{REFUSED}");
}

fn write_on(store: &easymart_store::Store, writer: u32) {
    let mut number = workload::latest(store, writer);
    loop {
        number += 1;
        if workload::write(store, writer, number).is_err() {
            // Whatever the disk does from now on: no commit succeeds any more.
            assert!(workload::write(store, writer, number).is_err());
            return;
        }
        // One write call per line, so that lines of different threads never mix.
        let line = format!("ack {writer} {number} \n");
        std::io::stdout().lock().write_all(line.as_bytes()).unwrap();
    }
}

fn scribble(directory: &Path) {
    let write = |name: &str, text: &str| {
        let mut file = File::options().create(true).append(true).open(directory.join(name)).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    };
    write("synced", "first").sync_data().unwrap();
    write("synced", " and second");
    write("unsynced", "anything");
}
