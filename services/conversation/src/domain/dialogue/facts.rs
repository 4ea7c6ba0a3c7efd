//! What the tools of a turn have told so far, and how a handler asks for more.

use super::Outcome;
use crate::domain::{
    fragment::Proof,
    tool::{ToolCall, ToolFailure, ToolResult, ToolRun},
};

/// Why a handler returns early.
#[derive(Debug)]
pub enum Stop {
    /// These calls have to run first.
    Need(Vec<ToolCall>),
    /// The outcome is known without going on.
    Done(Box<Outcome>),
}

impl Stop {
    /// Ends the act with an outcome.
    #[must_use]
    pub fn with(outcome: Outcome) -> Self {
        Self::Done(Box::new(outcome))
    }
}

/// The tools that ran in a turn.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    runs: Vec<ToolRun>,
}

/// What one tool gave, and the name that evidence calls it by.
#[derive(Debug, Clone)]
pub struct Answer<'a> {
    /// What it gave.
    pub outcome: Result<&'a ToolResult, &'a ToolFailure>,
    /// Makes claims about it.
    pub proof: Proof,
}

impl Facts {
    /// Keeps a run.
    pub fn push(&mut self, run: ToolRun) {
        self.runs.push(run);
    }

    /// All runs, in order.
    #[must_use]
    pub fn runs(&self) -> &[ToolRun] {
        &self.runs
    }

    /// All runs, given away.
    #[must_use]
    pub fn into_runs(self) -> Vec<ToolRun> {
        self.runs
    }

    /// What a call gave.
    ///
    /// # Errors
    /// The call itself, when it has not run.
    pub fn ask(&self, call: &ToolCall) -> Result<Answer<'_>, Stop> {
        self.find(call).ok_or_else(|| Stop::Need(vec![call.clone()]))
    }

    /// What a call gave, if it ran.
    #[must_use]
    pub fn find(&self, call: &ToolCall) -> Option<Answer<'_>> {
        let index = self.runs.iter().position(|run| run.call == *call)?;
        Some(self.answer(index))
    }

    /// The calls of a list that have not run.
    #[must_use]
    pub fn missing(&self, calls: &[ToolCall]) -> Vec<ToolCall> {
        calls.iter().filter(|call| !self.runs.iter().any(|run| run.call == **call)).cloned().collect()
    }

    /// The newest answer that carries the cart, of the first `until` runs.
    fn cart_within(&self, until: usize) -> Option<Answer<'_>> {
        let carries = |run: &ToolRun| matches!(run.outcome, Ok(ToolResult::Cart(_) | ToolResult::Checkout(_)));
        let index = self.runs.get(..until)?.iter().rposition(carries)?;
        Some(self.answer(index))
    }

    /// The cart as the turn left it, if the turn read or changed it.
    #[must_use]
    pub fn newest_cart(&self) -> Option<Answer<'_>> {
        self.cart_within(self.runs.len())
    }

    /// The cart as it was before an act changed it: what the act refers to must not shift under its own changes.
    #[must_use]
    pub fn cart_before(&self, act_start: usize) -> Option<Answer<'_>> {
        let changes = |run: &ToolRun| matches!(run.call, ToolCall::UpdateCart(_));
        let own = self.runs.get(act_start..).unwrap_or_default();
        let until = own.iter().position(changes).map(|place| act_start + place);
        self.cart_within(until.unwrap_or(self.runs.len()))
    }

    fn answer(&self, index: usize) -> Answer<'_> {
        let proof = Proof::of(source_name(&self.runs, index));
        let outcome = match self.runs.get(index).map(|run| &run.outcome) {
            Some(Ok(result)) => Ok(result),
            Some(Err(failure)) => Err(failure),
            // `index` comes from a search through the runs.
            None => Err(&NEVER_RAN),
        };
        Answer { outcome, proof }
    }
}

static NEVER_RAN: ToolFailure = ToolFailure { reason: easymart_core::reason::INTERNAL, unavailable: true };

/// What evidence calls a run: the tool's name, with a number from the second run of the same tool on.
#[must_use]
pub fn source_name(runs: &[ToolRun], index: usize) -> String {
    let Some(run) = runs.get(index) else {
        return String::new();
    };
    let name = run.call.tool().name();
    let earlier = runs.iter().take(index).filter(|other| other.call.tool() == run.call.tool()).count();
    if earlier == 0 { name.to_owned() } else { format!("{name}[{earlier}]") }
}
