//! `easymart explain`: a turn's trace for people.

use std::fmt::Write as _;

use anyhow::Context as _;
use easymart_conversation::domain::{
    trace::{Consulted, Explanation, ReplyReason, ToolTrace, Verdict},
    turn::AnsweredBy,
    understanding::{ReadWord, Score},
};
use jiff::Timestamp;
use serde_json::Value;

use crate::console::{Palette, plain};

/// Reads a trace as conversation writes it.
///
/// # Errors
/// When it was written by a release that knows other members.
pub fn read(trace_json: &str) -> anyhow::Result<Explanation> {
    serde_json::from_str(trace_json).context("the trace is of another release: print it with --json")
}

/// A trace for people.
#[must_use]
pub fn describe(session_id: &str, trace: &Explanation, palette: Palette) -> String {
    let mut page = Page { text: String::new(), palette };
    page.line(&format!("Turn {} of session {}", palette.heading(&plain(&trace.turn_id)), plain(session_id)));
    let when = Timestamp::from_millisecond(trace.at_ms).map(|at| at.to_string()).unwrap_or_default();
    let (version, generation) = (plain(&trace.version), plain(&trace.generation));
    page.line(&palette.aside(&format!("{when}, version {version}, catalogue generation {generation}")));
    page.section("Message", [plain(&trace.message)]);
    page.section("Read as", trace.words.iter().filter(|word| says_something(word)).map(word));
    page.section("Understood", trace.scores.iter().map(score));
    page.section("Carried out", trace.acts.iter().map(act));
    let changes = trace.search.changes.iter();
    page.section("Search", changes.map(|c| format!("{}: {} → {}", plain(&c.slot), value(&c.before), value(&c.after))));
    page.section("Pointed at", trace.references.iter().flat_map(references));
    page.section("Tools", trace.tools.iter().flat_map(tool));
    page.section("Shown", (!trace.product_ids.is_empty()).then(|| plain(&trace.product_ids.join(", "))));
    page.reply(&trace.reply, trace.answered_by);
    page.section("Unavailable", trace.degraded.iter().map(|reason| plain(reason)));
    let time = &trace.timings_us;
    page.section(
        "Time",
        [format!(
            "understand {}, act {}, compose {}, prove {}, phrase {}",
            micros(time.understand),
            micros(time.act),
            micros(time.compose),
            micros(time.prove),
            micros(time.phrase)
        )],
    );
    page.text
}

struct Page {
    text: String,
    palette: Palette,
}

impl Page {
    fn line(&mut self, line: &str) {
        // Writing to a text cannot fail.
        let _ = writeln!(self.text, "{line}");
    }

    /// A heading with its lines; nothing when there are none.
    fn section(&mut self, heading: &str, lines: impl IntoIterator<Item = String>) {
        let mut lines = lines.into_iter().peekable();
        if lines.peek().is_none() {
            return;
        }
        self.line("");
        self.line(&self.palette.heading(heading));
        for line in lines {
            self.line(&format!("  {line}"));
        }
    }

    fn reply(&mut self, reply: &ReplyReason, by: AnsweredBy) {
        let by = match by {
            AnsweredBy::Rules => "by the rules",
            AnsweredBy::Llm => "by a language model",
        };
        let verdict = match reply.verdict {
            Verdict::Proved => self.palette.good("proved"),
            Verdict::Replaced => self.palette.bad("NOT proved, so an apology went out"),
        };
        self.line("");
        self.line(&format!("{}, {by}, {verdict}", self.palette.heading("Reply")));
        self.line(&format!("  {}", plain(&reply.text)));
        for template in &reply.templates {
            let (start, end) = (template.start, template.end);
            self.line(&format!("  from the text {} ({start} to {end})", plain(&template.key)));
        }
        for claim in &reply.claims {
            let (text, kind, source) = (plain(&claim.text), plain(&claim.kind), plain(&claim.source));
            self.line(&format!("  {kind} {text:?} is {source} = {}", plain(&claim.value)));
        }
        for problem in &reply.problems {
            self.line(&format!("  {}", self.palette.bad(&plain(problem))));
        }
    }
}

/// Whether a word is worth a line: it was corrected, or means something.
fn says_something(word: &ReadWord) -> bool {
    !word.meanings.is_empty() || word.typed.to_lowercase() != word.read
}

fn word(word: &ReadWord) -> String {
    let mut line = plain(&word.typed);
    if word.typed.to_lowercase() != word.read {
        let _ = write!(line, " → {}", plain(&word.read));
    }
    if !word.meanings.is_empty() {
        let _ = write!(line, "  ({})", plain(&word.meanings.join(", ")));
    }
    line
}

fn score(score: &Score) -> String {
    let evidence = plain(&score.evidence.join(", "));
    format!("{:.2}  {:<22}  {evidence}", score.score, score.intent.as_str())
}

fn act(act: &Value) -> String {
    let intent = act.get("intent").and_then(Value::as_str).unwrap_or_default();
    let said =
        act.as_object().into_iter().flatten().filter(|(name, _)| !matches!(name.as_str(), "intent" | "confidence"));
    let said: Vec<String> = said.map(|(name, said)| format!("{name} {}", value(said))).collect();
    plain(&format!("{intent}  {}", said.join(", "))).trim_end().to_owned()
}

fn references(consulted: &Consulted) -> Vec<String> {
    let outcome = if consulted.chosen.is_empty() { &consulted.unresolved } else { &consulted.chosen.join(", ") };
    let said = consulted.said.join(", ");
    let mut lines = vec![plain(&format!("{said} ({}) → {outcome}", consulted.intent.as_str()))];
    lines.extend(consulted.candidates.iter().map(|candidate| {
        let mark = if consulted.chosen.contains(&candidate.product_id) { '*' } else { ' ' };
        plain(&format!("{mark} {}: {} {}", candidate.place, candidate.product_id, candidate.title))
    }));
    lines
}

fn tool(tool: &ToolTrace) -> [String; 2] {
    let outcome = if tool.ok { "ok" } else { "failed" };
    let call = format!("{} {}  {outcome}, {} ms", plain(&tool.name), value(&tool.arguments), tool.duration_ms);
    [call, format!("  {}", value(&tool.outcome))]
}

/// A value as JSON; nothing for null.
fn value(value: &Value) -> String {
    if value.is_null() { "nothing".to_owned() } else { plain(&value.to_string()) }
}

fn micros(micros: u64) -> String {
    if micros < 1_000 { format!("{micros} µs") } else { format!("{}.{} ms", micros / 1_000, micros % 1_000 / 100) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn trace() -> Value {
        json!({
            "turn_id": "t1", "at_ms": 1_700_000_000_000_i64, "version": "0.1.0", "generation": "g7",
            "message": "only balck ones", "corrections": [["balck", "black"]],
            "words": [{"typed": "only", "read": "only"}, {"typed": "balck", "read": "black", "meanings": ["colour: black"]}],
            "scores": [{"intent": "product_search", "score": 0.973, "evidence": ["wording +3.1", "refines the search"]}],
            "intents": ["product_search"],
            "acts": [{"intent": "product_search", "confidence": 0.97, "patch": {"colours": ["black"]}}],
            "search": {"before": {}, "after": {"colour": "black"},
                       "changes": [{"slot": "colour", "before": null, "after": "black"}]},
            "references": [{"intent": "product_spec_qa", "said": ["option 1"], "chosen": ["D1"], "unresolved": "",
                            "candidates": [{"product_id": "D1", "title": "Oak \u{1b}[2J desk", "place": "option 1"}]}],
            "tools": [{"name": "search_products", "arguments": {"colour": "black"}, "ok": true, "outcome": {"total": 4}, "duration_ms": 2}],
            "product_ids": ["D3"],
            "reply": {"text": "I found 4.", "templates": [{"start": 0, "end": 10, "key": "search.found"}],
                      "claims": [{"text": "4", "kind": "number", "value": "4", "source": "search_products.total"}],
                      "verdict": "proved", "problems": []},
            "answered_by": "rules", "degraded": [],
            "timings_us": {"understand": 120, "act": 2_340, "compose": 9, "prove": 31, "phrase": 0}
        })
    }

    #[test]
    fn a_trace_reads_like_a_report() {
        let trace = read(&trace().to_string()).unwrap();
        let text = describe("s1", &trace, Palette::none());
        for expected in [
            "Turn t1 of session s1",
            "2023-11-14T22:13:20Z, version 0.1.0, catalogue generation g7",
            "  balck → black  (colour: black)",
            "  0.97  product_search          wording +3.1, refines the search",
            "  product_search  patch {\"colours\":[\"black\"]}",
            "  colour: nothing → \"black\"",
            "  option 1 (product_spec_qa) → D1",
            "  * option 1: D1 Oak �[2J desk",
            "  search_products {\"colour\":\"black\"}  ok, 2 ms",
            "    {\"total\":4}",
            "Reply, by the rules, proved",
            "  from the text search.found (0 to 10)",
            "  number \"4\" is search_products.total = 4",
            "  understand 120 µs, act 2.3 ms, compose 9 µs, prove 31 µs, phrase 0 µs",
        ] {
            assert!(text.lines().any(|line| line == expected), "{expected:?} is not in\n{text}");
        }
        assert!(!text.contains("Unavailable"), "{text}");
    }

    #[test]
    fn a_reply_that_was_not_proved_stands_out() {
        let mut trace = trace();
        trace["reply"]["verdict"] = json!("replaced");
        trace["reply"]["problems"] = json!(["Unproved(\"4\")"]);
        let text = describe("s1", &read(&trace.to_string()).unwrap(), Palette::none());
        assert!(text.contains("NOT proved") && text.contains("Unproved(\"4\")"), "{text}");
    }

    #[test]
    fn another_releases_trace_is_said_to_be_one() {
        assert!(read("{}").unwrap_err().to_string().contains("--json"));
    }
}
