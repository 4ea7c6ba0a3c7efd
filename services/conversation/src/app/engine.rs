//! One turn as a function of the session, the message, the time, and what the tools say: understand, act, compose, prove. It keeps
//! nothing and counts nothing, so that a turn can be taken again.

use std::time::Instant;

use easymart_core::CallContext;
use futures::future::join_all;

use super::{Event, Knowledge, Observer, TurnRequest, language::Phraser};
use crate::{
    domain::{
        check::{Problem, Sources, check},
        dialogue::{Facts, Intended, Outcome, Scene, Shop, Step, interpret, step},
        fragment::Fragment,
        privacy::{lost_something, without_personal_data},
        state::SessionState,
        tool::{ToolCall, ToolResult, ToolRun},
        trace::{Consulted, Timings, Trace, summary},
        turn::{Merged, Surroundings, Turn, newest_cart},
        understand::understand,
        understanding::{Act, Intent},
    },
    tools::{Occasion, RunTools},
};

/// Most acts of one message that are carried out.
const MOST_ACTS: usize = 6;
/// Most rounds of tools for one act; no handler needs half as many.
const MOST_ROUNDS: usize = 24;
/// Version of the program.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

/// All that a turn depends on beside the session.
pub(super) struct Engine<'a> {
    /// What is left of the caller's time.
    pub(super) ctx: &'a CallContext,
    /// What the shopper said, and where.
    pub(super) request: &'a TurnRequest,
    /// What the message was read as, when it cannot be read again.
    pub(super) acts: Option<&'a [Act]>,
    /// Key of the turn.
    pub(super) turn_id: &'a str,
    /// The time.
    pub(super) now_ms: i64,
    /// Texts, profile and tables.
    pub(super) shop: &'a Shop,
    /// The catalogue's words.
    pub(super) knowledge: &'a Knowledge,
    /// Runs tools.
    pub(super) tools: &'a dyn RunTools,
    /// May phrase the reply.
    pub(super) phraser: Phraser<'a>,
    /// Who watches.
    pub(super) observer: &'a Observer,
}

/// A turn that was taken.
pub(super) struct Taken {
    /// The answer.
    pub(super) turn: Turn,
    /// The session after it.
    pub(super) state: SessionState,
    /// Why it went as it did.
    pub(super) trace: Trace,
    /// The tools that ran.
    pub(super) runs: Vec<ToolRun>,
    /// What the message was read as, when it cannot be read again.
    pub(super) acts: Option<Vec<Act>>,
}

/// What the acts of a turn came to.
struct Done {
    outcomes: Vec<Outcome>,
    facts: Facts,
    acts: Vec<Act>,
    references: Vec<Consulted>,
    state: SessionState,
}

impl Engine<'_> {
    /// Takes the turn.
    pub(super) async fn take(&self, state: SessionState) -> Taken {
        let mut watch = Stopwatch(Instant::now());
        let said = understand(self.request.message.trim(), &state.situation(), &self.knowledge.lexicon);
        let mut understanding = without_personal_data(said);
        if let Some(acts) = self.acts {
            understanding.acts = acts.to_vec();
        }
        let acts = lost_something(&understanding.redacted).then(|| understanding.acts.clone());
        let understand = watch.lap();

        let search_before = state.search.clone();
        let begun = begin(state, self.now_ms);
        let (intended, state) = interpret(&understanding.acts, &begun, begun.turn_count);
        let done = self.act(intended, state).await;
        let act = watch.lap();

        let mut trace =
            Trace { search_before, acts: done.acts, references: done.references, ..Trace::of(understanding) };
        let merged = Merged::of(done.outcomes);
        let may_rephrase = merged.may_rephrase;
        let mut turn = self.assemble(merged, &done.state, done.facts.runs());
        self.observer.tell(|| Event::Products(turn.cards.clone()));
        let compose = watch.lap();

        let problems = self.prove(&mut turn, &trace.acts, &done.facts);
        let prove = watch.lap();

        if may_rephrase {
            self.phraser.rephrase(self.ctx, &trace.message, &mut turn).await;
        }
        trace.timings = Timings { understand, act, compose, prove, phrase: watch.lap() };
        trace.version = VERSION.to_owned();
        trace.generation.clone_from(&self.knowledge.generation);
        trace.outcomes = done.facts.runs().iter().map(summary).collect();
        Taken { turn, state: done.state, trace: trace.with_problems(&problems), runs: done.facts.into_runs(), acts }
    }

    async fn act(&self, intended: Vec<Intended>, state: SessionState) -> Done {
        let mut done =
            Done { outcomes: Vec::new(), facts: Facts::default(), acts: Vec::new(), references: Vec::new(), state };
        done.acts = intended.iter().take(MOST_ACTS).map(|intended| intended.act.clone()).collect();
        for (place, intended) in (0..).zip(intended.into_iter().take(MOST_ACTS)) {
            let act_start = done.facts.runs().len();
            let outcome = self.carry_out(place, &intended, &mut done).await;
            done.references.extend(self.consulted(&intended.act, &done, act_start));
            done.state = outcome.state.clone();
            done.outcomes.push(outcome);
        }
        done.state.last_intent = done.outcomes.first().and_then(|outcome| outcome.intents.last().copied());
        done
    }

    /// One act: asks the dialogue what it needs, runs that, and asks again until it is done.
    async fn carry_out(&self, place: u32, intended: &Intended, done: &mut Done) -> Outcome {
        let act_start = done.facts.runs().len();
        for _ in 0..MOST_ROUNDS {
            let scene = self.scene(place, intended, done, act_start);
            match step(&scene) {
                Step::Done(outcome) => return *outcome,
                Step::Run(calls) => self.run(calls, &mut done.facts).await,
            }
        }
        tracing::error!(intent = intended.act.intent.as_str(), "an act never came to an end");
        let act = Act::of(Intent::ClarificationNeeded, 0.0);
        let lost = Intended { act, confirmed: false };
        let scene = self.scene(place, &lost, done, act_start);
        Outcome::say(&scene, scene.text("unavailable.reply", &[]))
    }

    fn scene<'a>(&'a self, place: u32, intended: &'a Intended, done: &'a Done, act_start: usize) -> Scene<'a> {
        Scene {
            act: &intended.act,
            step: place,
            turn: done.state.turn_count,
            turn_id: self.turn_id,
            state: &done.state,
            facts: &done.facts,
            act_start,
            names: &self.knowledge.names,
            shop: self.shop,
            page_product: Some(self.request.page_product.as_str()).filter(|product| !product.is_empty()),
            confirmed: intended.confirmed,
        }
    }

    /// Runs calls that do not depend on one another at the same time.
    async fn run(&self, calls: Vec<ToolCall>, facts: &mut Facts) {
        let cart = newest_cart(facts.runs()).cloned();
        let occasion = Occasion {
            session_id: &self.request.session_id,
            request_id: &self.request.request_id,
            now_ms: self.now_ms,
            cart: cart.as_ref(),
        };
        let runs = calls.into_iter().map(|call| self.tools.run(self.ctx, call, occasion));
        for run in join_all(runs).await {
            facts.push(run);
        }
    }

    /// What the references of an act led to; `done` is still as it was before the act, but for the tools that it ran.
    fn consulted(&self, act: &Act, done: &Done, act_start: usize) -> Option<Consulted> {
        let cart = done.facts.cart_before(act_start).and_then(|answer| match answer.outcome {
            Ok(ToolResult::Cart(result)) => Some(&result.cart),
            _ => None,
        });
        Consulted::of(act, &done.state, cart, &self.knowledge.names)
    }

    fn assemble(&self, merged: Merged, state: &SessionState, runs: &[ToolRun]) -> Turn {
        let around = Surroundings {
            session_id: &self.request.session_id,
            turn_id: self.turn_id,
            state,
            runs,
            names: &self.knowledge.names,
            shop: self.shop,
        };
        Turn::assemble(merged, around)
    }

    /// Lets no reply leave that is not proved: one that is not is replaced.
    fn prove(&self, turn: &mut Turn, acts: &[Act], facts: &Facts) -> Vec<Problem> {
        let texts = &self.shop.texts;
        let sources = Sources::new(facts.runs(), acts, &self.knowledge.names, texts);
        let problems = check(&turn.reply, &sources, &self.knowledge.watch);
        if !problems.is_empty() {
            turn.reply = Fragment::plain(texts.word("unavailable.reply"));
            turn.asks = true;
        }
        problems
    }
}

/// The session as a turn finds it.
fn begin(mut state: SessionState, now_ms: i64) -> SessionState {
    state.turn_count = state.turn_count.saturating_add(1);
    state.last_activity_ms = now_ms;
    state.cart_just_changed = false;
    state
}

/// Tells how long each step took.
struct Stopwatch(Instant);

impl Stopwatch {
    /// Microseconds since the last lap.
    fn lap(&mut self) -> u64 {
        let now = Instant::now();
        let took = now.duration_since(std::mem::replace(&mut self.0, now));
        u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
    }
}
