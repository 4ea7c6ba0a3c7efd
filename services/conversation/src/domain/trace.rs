//! Why a turn went as it did: what is kept beside it, and how that reads for the people who have to explain a reply.
//!
//! Everything here holds redacted words only and is bounded, whatever a shopper types: a trace is kept as long as its turn.

mod candidates;
mod explanation;
mod outcome;

pub use candidates::{Candidate, Consulted};
pub use explanation::{ClaimProof, Explanation, ReplyReason, SearchChange, SearchTrace, ToolTrace, Verdict};
pub use outcome::summary;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    search_state::SearchState,
    understanding::{Act, ReadWord, Score, Understanding},
};

/// Most intents kept; the others had less evidence.
const MOST_SCORES: usize = 10;
/// Most words of evidence kept for an intent.
const MOST_EVIDENCE: usize = 16;
/// Most faults of a reply kept.
const MOST_PROBLEMS: usize = 20;

/// What is kept beside a turn.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Trace {
    /// The message, redacted.
    pub message: String,
    /// The message unit by unit.
    pub words: Vec<ReadWord>,
    /// Words that were corrected, as (typed, meant).
    pub corrections: Vec<(String, String)>,
    /// Intents with their evidence, best first.
    pub scores: Vec<Score>,
    /// What was carried out, in the light of the pending question.
    pub acts: Vec<Act>,
    /// The search that was in force before the turn.
    pub search_before: SearchState,
    /// What the references of the message could have meant, and what they were taken for.
    pub references: Vec<Consulted>,
    /// What each tool of the turn gave, in short; as many as the turn has tools.
    pub outcomes: Vec<Value>,
    /// Version of the program.
    pub version: String,
    /// Catalogue generation whose words were used.
    pub generation: String,
    /// What was wrong with the reply that was replaced; empty when it was proved.
    pub problems: Vec<String>,
    /// How long each step took.
    pub timings: Timings,
}

/// How long the steps of a turn took, in microseconds. Writing it to the disk comes after and is not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Timings {
    /// Reading the message.
    pub understand: u64,
    /// Planning and running tools.
    pub act: u64,
    /// Putting the reply together.
    pub compose: u64,
    /// Proving it.
    pub prove: u64,
    /// Asking a language model to phrase it; 0 when none was asked.
    pub phrase: u64,
}

impl Trace {
    /// Begins with what was understood.
    #[must_use]
    pub fn of(understanding: Understanding) -> Self {
        let scores = understanding.scores.into_iter().take(MOST_SCORES).map(bounded);
        Self {
            message: understanding.redacted,
            words: understanding.words,
            corrections: understanding.corrections,
            scores: scores.collect(),
            ..Self::default()
        }
    }

    /// Notes what was wrong with the reply.
    #[must_use]
    pub fn with_problems(mut self, problems: &[super::check::Problem]) -> Self {
        self.problems = problems.iter().take(MOST_PROBLEMS).map(|problem| format!("{problem:?}")).collect();
        self
    }
}

fn bounded(mut score: Score) -> Score {
    score.evidence.truncate(MOST_EVIDENCE);
    score
}
