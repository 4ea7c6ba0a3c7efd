//! A small shop in memory and ways to talk to it: by acts, so that a test says exactly what is asked, or by messages.

pub(crate) mod generate;
mod scale;
mod shop;
mod world;

use std::sync::LazyLock;

use easymart_core::Currency;

pub(crate) use scale::prove;
pub(crate) use shop::{act, names, product, refer, search_act, shop, vocabulary};
pub(crate) use world::World;

use super::{
    check::{Problem, Sources, Watch, check},
    dialogue::{Facts, Intended, Outcome, Scene, Shop, Step, interpret, step},
    lexicon::Lexicon,
    names::Names,
    privacy::without_personal_data,
    product::Product,
    state::SessionState,
    tool::ToolRun,
    turn::{Merged, Surroundings, Turn},
    understand::understand,
    understanding::Act,
};

/// What every conversation with the small shop shares.
pub(crate) struct Basics {
    pub(crate) names: Names,
    pub(crate) shop: Shop,
    pub(crate) watch: Watch,
    pub(crate) lexicon: Lexicon,
}

/// The small shop's words and texts, read once.
pub(crate) static BASICS: LazyLock<Basics> = LazyLock::new(|| {
    let vocabulary = vocabulary();
    Basics {
        names: Names::build(&vocabulary),
        watch: Watch::build(&vocabulary),
        lexicon: Lexicon::build(&vocabulary, Currency::AUD),
        shop: shop(),
    }
});

/// A conversation with the small shop.
#[derive(Clone)]
pub(crate) struct Talk {
    /// Its catalogue and cart.
    pub(crate) world: World,
    /// The session.
    pub(crate) state: SessionState,
    /// Product of the page that the shopper looks at.
    pub(crate) page_product: Option<String>,
}

/// A turn with everything that a proof of it needs.
pub(crate) struct Said {
    pub(crate) turn: Turn,
    /// What was carried out.
    pub(crate) acts: Vec<Act>,
    /// What the tools told.
    pub(crate) runs: Vec<ToolRun>,
}

impl Said {
    /// The facts that the reply is checked against.
    pub(crate) fn sources(&self) -> Sources<'_> {
        Sources::new(&self.runs, &self.acts, &BASICS.names, &BASICS.shop.texts)
    }

    /// What is wrong with the reply.
    pub(crate) fn problems(&self) -> Vec<Problem> {
        check(&self.turn.reply, &self.sources(), &BASICS.watch)
    }
}

impl Talk {
    pub(crate) fn new() -> Self {
        Self { world: World::new(), state: SessionState::open(0, ""), page_product: None }
    }

    /// A conversation about other products.
    pub(crate) fn about(products: Vec<Product>) -> Self {
        Self { world: World { products, ..World::new() }, ..Self::new() }
    }

    /// Says acts; gives the turn. Fails the test when the reply is not proved.
    pub(crate) fn say(&mut self, acts: &[Act]) -> Turn {
        let said = self.carry_out_all(acts);
        assert_eq!(said.problems(), [], "{}", said.turn.reply.text());
        said.turn
    }

    /// Sends a message.
    pub(crate) fn send(&mut self, message: &str) -> Said {
        let said = understand(message.trim(), &self.state.situation(), &BASICS.lexicon);
        self.carry_out_all(&without_personal_data(said).acts)
    }

    /// Says acts; gives the turn with its facts, unchecked.
    pub(crate) fn carry_out_all(&mut self, acts: &[Act]) -> Said {
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
            names: &BASICS.names,
            shop: &BASICS.shop,
        };
        let turn = Turn::assemble(Merged::of(outcomes), around);
        Said { turn, acts: done, runs: facts.into_runs() }
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
                names: &BASICS.names,
                shop: &BASICS.shop,
                page_product: self.page_product.as_deref(),
                confirmed: intended.confirmed,
            };
            let calls = match step(&scene) {
                Step::Done(outcome) => return *outcome,
                Step::Run(calls) => calls,
            };
            for call in calls {
                let outcome = self.world.execute(&call, &BASICS.shop);
                facts.push(ToolRun { call, outcome, duration_ms: 0 });
            }
        }
        panic!("{:?} never came to an end", intended.act);
    }
}
