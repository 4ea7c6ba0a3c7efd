//! Asking a language model to phrase help, and what of its text may leave.

use easymart_core::CallContext;

use super::Parts;
use crate::domain::{
    check::{Sources, check},
    fragment::Fragment,
    tool::Tool,
    turn::{AnsweredBy, Turn},
};

/// What a model is told. It gets no facts beyond these, so it can state none.
const INSTRUCTIONS: &str = include_str!("../../data/prompts/phrase_help.txt");
/// Longest text taken from a model, in characters.
const LONGEST: usize = 400;
/// Time kept back for answering without the model.
const RESERVE: std::time::Duration = std::time::Duration::from_millis(500);

/// Lets a model phrase a reply that only says what EasyMart can do. Whatever goes wrong, the rules' reply stands.
pub(super) async fn rephrase(parts: &Parts, ctx: &CallContext, message: &str, turn: &mut Turn) {
    let ctx = ctx.capped(parts.llm_timeout.min(ctx.remaining().saturating_sub(RESERVE)));
    if !parts.language.is_configured(&ctx).await {
        return;
    }
    let written = match tokio::time::timeout(ctx.remaining(), parts.language.phrase(&ctx, INSTRUCTIONS, message)).await
    {
        Ok(Ok(text)) => text,
        Ok(Err(error)) => return unavailable(turn, error.reason.name()),
        Err(_) => return unavailable(turn, "LLM_TIMEOUT"),
    };
    if let Some(text) = presentable(parts, &written) {
        turn.reply = Fragment::plain(text);
        turn.answered_by = AnsweredBy::Llm;
        turn.asks = turn.reply.text().trim_end().ends_with('?');
    } else {
        tracing::info!("a model's text was not fit to be shown; the rules' reply stands");
    }
}

fn unavailable(turn: &mut Turn, reason: &str) {
    tracing::warn!(reason, "the language model gave no answer; the rules' reply stands");
    turn.degraded.push("llm_unavailable".to_owned());
}

/// The text if it is short, plain, and claims nothing that could be checked.
fn presentable(parts: &Parts, written: &str) -> Option<String> {
    let text = written.split_whitespace().collect::<Vec<_>>().join(" ");
    let marked = |c: char| c.is_control() || "<>{}[]`|*#_\\".contains(c);
    let names_a_tool = Tool::ALL.iter().any(|tool| text.contains(tool.name()));
    if text.is_empty() || text.chars().count() > LONGEST || text.chars().any(marked) || names_a_tool {
        return None;
    }
    let knowledge = parts.knowledge.current();
    let sources = Sources::new(&[], &[], &knowledge.names, &parts.shop.texts);
    let problems = check(&Fragment::plain(text.clone()), &sources, &knowledge.watch);
    problems.is_empty().then_some(text)
}
