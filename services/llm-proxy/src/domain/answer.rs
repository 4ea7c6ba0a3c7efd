use crate::error::Failure;

/// Most tool calls in one answer; more is a model gone wild.
const MAX_TOOL_CALLS: usize = 32;

/// A whole answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) tool_calls: Vec<ToolCall>,
    pub(crate) finish_reason: FinishReason,
    /// As the provider names it.
    pub(crate) model: String,
    /// When the provider told.
    pub(crate) usage: Option<Usage>,
}

/// A call that the model proposes. Nothing about it has been checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ToolCall {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Meant to be JSON.
    pub(crate) arguments: String,
}

/// Tokens, as the provider counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) input_tokens: u32,
    pub(crate) output_tokens: u32,
}

/// Why the model stopped.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum FinishReason {
    /// Not said, or something else.
    #[default]
    Other,
    Stop,
    Length,
    ToolCalls,
    ContentFilter,
}

impl FinishReason {
    pub(crate) fn parse(word: &str) -> Self {
        match word {
            "stop" => Self::Stop,
            "length" => Self::Length,
            "tool_calls" | "function_call" => Self::ToolCalls,
            "content_filter" => Self::ContentFilter,
            _ => Self::Other,
        }
    }
}

/// A piece of an answer; anything may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Delta {
    pub(crate) text: String,
    pub(crate) tool_calls: Vec<ToolCallDelta>,
    pub(crate) finish_reason: Option<FinishReason>,
    pub(crate) model: Option<String>,
    pub(crate) usage: Option<Usage>,
}

impl Delta {
    /// Whether there is something of the answer in it, rather than about the answer.
    pub(crate) fn is_token(&self) -> bool {
        !self.text.is_empty() || !self.tool_calls.is_empty()
    }
}

/// A piece of a tool call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct ToolCallDelta {
    /// Which call of the answer it belongs to. Some providers leave it out: then a new id starts a new call.
    pub(crate) index: Option<usize>,
    pub(crate) id: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) arguments: String,
}

/// Puts an answer together from its pieces.
#[derive(Debug)]
pub(crate) struct Assembly {
    answer: Answer,
    has_finished: bool,
    bytes_left: usize,
}

impl Assembly {
    /// Takes at most `max_bytes` of text and tool calls.
    pub(crate) fn new(max_bytes: usize) -> Self {
        Self { answer: Answer::default(), has_finished: false, bytes_left: max_bytes }
    }

    /// Adds the next piece.
    pub(crate) fn add(&mut self, delta: &Delta) -> Result<(), Failure> {
        self.spend(delta.text.len())?;
        self.answer.text.push_str(&delta.text);
        for call in &delta.tool_calls {
            self.add_call(call)?;
        }
        if let Some(reason) = delta.finish_reason {
            self.answer.finish_reason = reason;
            self.has_finished = true;
        }
        if let Some(model) = &delta.model {
            self.answer.model.clone_from(model);
        }
        self.answer.usage = delta.usage.or(self.answer.usage);
        Ok(())
    }

    /// Whether the model said that it has finished: then nothing is missing, however the stream ends.
    pub(crate) fn has_finished(&self) -> bool {
        self.has_finished
    }

    /// The answer, unless there is none.
    pub(crate) fn finish(self) -> Result<Answer, Failure> {
        let Self { answer, .. } = self;
        let is_empty = answer.text.trim().is_empty() && answer.tool_calls.is_empty();
        match (is_empty, answer.finish_reason) {
            (false, _) => Ok(answer),
            (true, FinishReason::ContentFilter) => Err(Failure::Filtered),
            (true, _) => Err(Failure::Malformed("an empty answer")),
        }
    }

    fn add_call(&mut self, delta: &ToolCallDelta) -> Result<(), Failure> {
        let name = delta.name.as_deref().unwrap_or_default();
        self.spend(name.len() + delta.arguments.len())?;
        let call = self.call(delta).ok_or(Failure::Malformed("tool calls out of order"))?;
        if let Some(id) = &delta.id {
            call.id.clone_from(id);
        }
        call.name.push_str(name);
        call.arguments.push_str(&delta.arguments);
        Ok(())
    }

    /// The call that a piece belongs to; a new one is always the next.
    fn call(&mut self, delta: &ToolCallDelta) -> Option<&mut ToolCall> {
        let calls = &mut self.answer.tool_calls;
        let index = match (delta.index, &delta.id) {
            (Some(index), _) => index,
            (None, Some(id)) => calls.iter().position(|call| call.id == *id).unwrap_or(calls.len()),
            (None, None) => calls.len().checked_sub(1)?,
        };
        if index == calls.len() && index < MAX_TOOL_CALLS {
            calls.push(ToolCall::default());
        }
        calls.get_mut(index)
    }

    fn spend(&mut self, bytes: usize) -> Result<(), Failure> {
        self.bytes_left =
            self.bytes_left.checked_sub(bytes).ok_or(Failure::Malformed("an answer that is too large"))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(text: &str) -> Delta {
        Delta { text: text.to_owned(), ..Delta::default() }
    }

    fn call(index: Option<usize>, id: Option<&str>, name: Option<&str>, arguments: &str) -> Delta {
        let call = ToolCallDelta {
            index,
            id: id.map(str::to_owned),
            name: name.map(str::to_owned),
            arguments: arguments.to_owned(),
        };
        Delta { tool_calls: vec![call], ..Delta::default() }
    }

    fn assemble(deltas: &[Delta]) -> Result<Answer, Failure> {
        let mut assembly = Assembly::new(1_000);
        deltas.iter().try_for_each(|delta| assembly.add(delta))?;
        assembly.finish()
    }

    #[test]
    fn tool_calls_are_joined_by_index_and_else_by_id() {
        let expected = [("a", "search", "{\"q\":1}"), ("b", "cart", "{}")];
        let by_index = [
            call(Some(0), Some("a"), Some("search"), "{\"q\""),
            call(Some(0), None, None, ":1}"),
            call(Some(1), Some("b"), Some("cart"), "{}"),
        ];
        let by_id = [
            call(None, Some("a"), Some("search"), "{\"q\""),
            call(None, None, None, ":1}"),
            call(None, Some("b"), Some("cart"), "{}"),
        ];
        for deltas in [by_index, by_id] {
            let answer = assemble(&deltas).unwrap();
            let calls: Vec<_> =
                answer.tool_calls.iter().map(|c| (c.id.as_str(), c.name.as_str(), c.arguments.as_str())).collect();
            assert_eq!(calls, expected);
        }
    }

    #[test]
    fn wild_tool_calls_are_refused() {
        assert!(assemble(&[call(Some(7), Some("a"), Some("x"), "{}")]).is_err());
        assert!(assemble(&[call(None, None, None, "{}")]).is_err());
        let many: Vec<_> = (0..=MAX_TOOL_CALLS).map(|n| call(Some(n), Some("a"), Some("x"), "")).collect();
        assert!(assemble(&many).is_err());
    }

    #[test]
    fn an_answer_without_content_is_none() {
        let filtered = Delta { finish_reason: Some(FinishReason::ContentFilter), ..Delta::default() };
        assert!(matches!(assemble(&[text(" \n")]), Err(Failure::Malformed(_))));
        assert!(matches!(assemble(&[filtered]), Err(Failure::Filtered)));
    }

    #[test]
    fn an_answer_can_be_too_large() {
        assert!(assemble(&[text(&"x".repeat(600)), text(&"x".repeat(400))]).is_ok());
        assert!(matches!(assemble(&[text(&"x".repeat(600)), text(&"x".repeat(401))]), Err(Failure::Malformed(_))));
    }

    proptest! {
        #[test]
        fn however_it_is_cut_the_text_is_the_same(whole in ".{1,60}", cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..5)) {
            prop_assume!(!whole.trim().is_empty());
            let letters: Vec<char> = whole.chars().collect();
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(letters.len())).chain([0, letters.len()]).collect();
            cuts.sort_unstable();
            let pieces = cuts.windows(2).map(|cut| text(&letters[cut[0]..cut[1]].iter().collect::<String>()));
            prop_assert_eq!(assemble(&pieces.collect::<Vec<_>>()).unwrap().text, whole);
        }
    }
}
