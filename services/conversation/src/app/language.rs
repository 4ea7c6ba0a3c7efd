//! Asking a language model to phrase help, and what of its text may leave.

use std::time::Duration;

use easymart_core::CallContext;

use super::Knowledge;
use crate::{
    domain::{
        check::{Sources, check},
        fragment::Fragment,
        texts::Texts,
        tool::Tool,
        turn::{AnsweredBy, Turn},
    },
    ports::Language,
};

/// What a model is told. It gets no facts beyond these, so it can state none.
const INSTRUCTIONS: &str = include_str!("../../data/prompts/phrase_help.txt");
/// Longest text taken from a model, in characters.
const LONGEST: usize = 400;
/// Time kept back for answering without the model.
const RESERVE: Duration = Duration::from_millis(500);
/// Entry of `degraded` for a model that did not answer.
pub(super) const LLM_UNAVAILABLE: &str = "llm_unavailable";

/// Who may phrase a reply, and what its text is checked against.
#[derive(Clone, Copy)]
pub(super) struct Phraser<'a> {
    /// The model.
    pub(super) language: &'a dyn Language,
    /// Longest time for it.
    pub(super) timeout: Duration,
    /// Names and words of the catalogue.
    pub(super) knowledge: &'a Knowledge,
    /// Our own sentences.
    pub(super) texts: &'a Texts,
}

impl Phraser<'_> {
    /// Lets a model phrase a reply that only says what EasyMart can do. Whatever goes wrong, the rules' reply stands.
    pub(super) async fn rephrase(&self, ctx: &CallContext, message: &str, turn: &mut Turn) {
        let ctx = ctx.capped(self.timeout.min(ctx.remaining().saturating_sub(RESERVE)));
        if !self.language.is_configured(&ctx).await {
            return;
        }
        let phrased = self.language.phrase(&ctx, INSTRUCTIONS, message);
        let written = match tokio::time::timeout(ctx.remaining(), phrased).await {
            Ok(Ok(text)) => text,
            Ok(Err(error)) => return unavailable(turn, error.reason.name()),
            Err(_) => return unavailable(turn, "LLM_TIMEOUT"),
        };
        if let Some(text) = self.presentable(&written) {
            turn.reply = Fragment::plain(text);
            turn.answered_by = AnsweredBy::Llm;
            turn.asks = turn.reply.text().trim_end().ends_with('?');
        } else {
            tracing::info!("a model's text was not fit to be shown; the rules' reply stands");
        }
    }

    /// The text if it is short, plain, and claims nothing that could be checked.
    fn presentable(&self, written: &str) -> Option<String> {
        let text = written.split_whitespace().collect::<Vec<_>>().join(" ");
        let marked = |c: char| c.is_control() || "<>{}[]`|*#_\\".contains(c);
        let names_a_tool = Tool::ALL.iter().any(|tool| text.contains(tool.name()));
        if text.is_empty() || text.chars().count() > LONGEST || text.chars().any(marked) || names_a_tool {
            return None;
        }
        let sources = Sources::new(&[], &[], &self.knowledge.names, self.texts);
        let problems = check(&Fragment::plain(text.clone()), &sources, &self.knowledge.watch);
        problems.is_empty().then_some(text)
    }
}

fn unavailable(turn: &mut Turn, reason: &str) {
    tracing::warn!(reason, "the language model gave no answer; the rules' reply stands");
    turn.degraded.push(LLM_UNAVAILABLE.to_owned());
}
