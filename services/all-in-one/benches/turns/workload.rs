//! What the clients say.

use std::{net::SocketAddr, time::Instant};

use hdrhistogram::Histogram;
use serde_json::Value;

use crate::client::Client;

/// A kind of turn.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Greeting,
    Policy,
    Search,
    AddToCart,
}

impl Kind {
    pub(crate) const ALL: [Self; 4] = [Self::Greeting, Self::Policy, Self::Search, Self::AddToCart];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Greeting => "greeting",
            Self::Policy => "policy",
            Self::Search => "search",
            Self::AddToCart => "add to cart",
        }
    }
}

/// Turns that one session takes before the client opens the next: histories stay as long as real ones.
const TURNS_A_SESSION: u32 = 20;
const POLICIES: [&str; 5] = [
    "what is your returns policy",
    "how much is delivery",
    "how can I pay",
    "what are your opening hours",
    "is there a warranty",
];
const COLOURS: [&str; 6] = ["black", "white", "grey", "oak", "blue", "green"];
const KINDS: [&str; 8] =
    ["office chairs", "desks", "sofas", "bookcases", "bedside tables", "bar stools", "tv units", "lamps"];
const ENDINGS: [&str; 4] = ["under $", "for at most $", "below $", "up to $"];

/// Takes turns until `end`, and times the ones that count, in microseconds.
pub(crate) async fn run(address: SocketAddr, kind: Kind, seed: u64, end: Instant) -> Histogram<u64> {
    let mut client = Client::connect(address).await.expect("connects");
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut times = Histogram::new(3).unwrap();
    while Instant::now() < end {
        let session = open_session(&mut client, kind).await;
        for _ in 0..TURNS_A_SESSION {
            if Instant::now() >= end {
                break;
            }
            let message = message(kind, &mut dice);
            let begin = Instant::now();
            client.chat(Some(&session), &message).await.expect("a turn");
            times.record(begin.elapsed().as_micros() as u64).unwrap();
        }
    }
    times
}

/// A session in which the kind of turn makes sense; not timed.
async fn open_session(client: &mut Client, kind: Kind) -> String {
    let first = match kind {
        Kind::AddToCart => "white desks",
        _ => "hello",
    };
    let answer: Value = serde_json::from_slice(&client.chat(None, first).await.expect("a first turn")).unwrap();
    answer["session_id"].as_str().expect("a session id").to_owned()
}

fn message(kind: Kind, dice: &mut Dice) -> String {
    match kind {
        Kind::Greeting => "good morning".to_owned(),
        Kind::Policy => dice.pick(&POLICIES).to_owned(),
        Kind::AddToCart => "add option 1 to my cart".to_owned(),
        Kind::Search => {
            format!("{} {} {}{}", dice.pick(&COLOURS), dice.pick(&KINDS), dice.pick(&ENDINGS), 100 + dice.roll(900))
        }
    }
}

/// A small deterministic generator (xorshift), so that runs say the same things.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.roll(list.len() as u64) as usize]
    }
}
