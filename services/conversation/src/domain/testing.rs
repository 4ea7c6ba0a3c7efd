//! A small shop in memory and a way to talk to it without understanding: tests say the acts themselves.

mod shop;
mod world;

pub(crate) use shop::{act, names, product, refer, search_act, shop, vocabulary};
pub(crate) use world::World;

use super::{
    check::{Problem, Sources, Watch, check},
    dialogue::{Facts, Intended, Outcome, Scene, Shop, Step, interpret, step},
    names::Names,
    state::SessionState,
    tool::ToolRun,
    turn::{Merged, Surroundings, Turn},
    understanding::Act,
};

/// A conversation with the small shop.
pub(crate) struct Talk {
    /// Its catalogue and cart.
    pub(crate) world: World,
    /// The session.
    pub(crate) state: SessionState,
    names: Names,
    shop: Shop,
    watch: Watch,
}

impl Talk {
    pub(crate) fn new() -> Self {
        let vocabulary = vocabulary();
        Self {
            world: World::new(),
            state: SessionState::open(0, ""),
            names: Names::build(&vocabulary),
            watch: Watch::build(&vocabulary),
            shop: shop(),
        }
    }

    /// Says acts; gives the turn. Fails the test when the reply is not proved.
    pub(crate) fn say(&mut self, acts: &[Act]) -> Turn {
        let (turn, problems) = self.say_unchecked(acts);
        assert_eq!(problems, [], "{}", turn.reply.text());
        turn
    }

    /// Says acts; gives the turn and what is wrong with its reply.
    pub(crate) fn say_unchecked(&mut self, acts: &[Act]) -> (Turn, Vec<Problem>) {
        let mut begun = self.state.clone();
        begun.turn_count += 1;
        begun.cart_just_changed = false;
        let (intended, state) = interpret(acts, &begun, begun.turn_count);
        self.state = state;
        let done: Vec<Act> = intended.iter().map(|intended| intended.act.clone()).collect();
        let mut facts = Facts::default();
        let mut outcomes = Vec::new();
        for (place, intended) in (0..).zip(&intended) {
            let outcome = self.carry_out(place, intended, &mut facts);
            self.state = outcome.state.clone();
            outcomes.push(outcome);
        }
        self.state.last_intent = outcomes.first().and_then(|outcome| outcome.intents.last().copied());
        let turn_id = format!("turn-{:04}", self.state.turn_count);
        let around = Surroundings {
            session_id: "session",
            turn_id: &turn_id,
            state: &self.state,
            runs: facts.runs(),
            names: &self.names,
            shop: &self.shop,
        };
        let turn = Turn::assemble(Merged::of(outcomes), around);
        let sources = Sources::new(facts.runs(), &done, &self.names, &self.shop.texts);
        let problems = check(&turn.reply, &sources, &self.watch);
        (turn, problems)
    }

    fn carry_out(&mut self, place: u32, intended: &Intended, facts: &mut Facts) -> Outcome {
        let act_start = facts.runs().len();
        for _ in 0..20 {
            let scene = Scene {
                act: &intended.act,
                step: place,
                turn: self.state.turn_count,
                turn_id: "turn",
                state: &self.state,
                facts,
                act_start,
                names: &self.names,
                shop: &self.shop,
                page_product: None,
                confirmed: intended.confirmed,
            };
            let calls = match step(&scene) {
                Step::Done(outcome) => return *outcome,
                Step::Run(calls) => calls,
            };
            for call in calls {
                let outcome = self.world.execute(&call, &self.shop);
                facts.push(ToolRun { call, outcome, duration_ms: 0 });
            }
        }
        panic!("{:?} never came to an end", intended.act);
    }
}
