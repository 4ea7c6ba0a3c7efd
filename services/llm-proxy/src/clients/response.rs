//! What providers send, read leniently: they agree on the names and little else.

use serde::Deserialize;
use serde_json::Value;

use crate::{
    domain::{Answer, Assembly, Delta, FinishReason, ToolCallDelta, Usage},
    error::Failure,
};

/// A whole answer, or an event of a streamed one.
#[derive(Debug, Deserialize)]
struct Completion {
    #[serde(default)]
    choices: Vec<Choice>,
    model: Option<String>,
    usage: Option<Tokens>,
    error: Option<Value>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    #[serde(alias = "delta")]
    message: Option<Message>,
    finish_reason: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Message {
    content: Option<String>,
    tool_calls: Option<Vec<ToolCall>>,
}

#[derive(Debug, Deserialize)]
struct ToolCall {
    index: Option<usize>,
    id: Option<String>,
    function: Option<Function>,
}

#[derive(Debug, Default, Deserialize)]
struct Function {
    name: Option<String>,
    arguments: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Tokens {
    #[serde(default)]
    prompt_tokens: u32,
    #[serde(default)]
    completion_tokens: u32,
}

/// Reads a whole answer.
pub(super) fn answer(body: &[u8]) -> Result<Answer, Failure> {
    let delta = delta(body)?;
    // The body's size has been checked already.
    let mut assembly = Assembly::new(usize::MAX);
    assembly.add(&delta)?;
    assembly.finish()
}

/// Reads one event.
pub(super) fn delta(json: &[u8]) -> Result<Delta, Failure> {
    let completion: Completion =
        serde_json::from_slice(json).map_err(|_| Failure::Malformed("something that is no completion"))?;
    if completion.error.is_some_and(|error| !error.is_null()) {
        return Err(Failure::Reported);
    }
    let usage = completion
        .usage
        .map(|tokens| Usage { input_tokens: tokens.prompt_tokens, output_tokens: tokens.completion_tokens });
    let model = completion.model;
    let Some(choice) = completion.choices.into_iter().next() else {
        return Ok(Delta { model, usage, ..Delta::default() });
    };
    let message = choice.message.unwrap_or_default();
    Ok(Delta {
        text: message.content.unwrap_or_default(),
        tool_calls: message.tool_calls.into_iter().flatten().map(tool_call).collect(),
        finish_reason: choice.finish_reason.as_deref().map(FinishReason::parse),
        model,
        usage,
    })
}

fn tool_call(call: ToolCall) -> ToolCallDelta {
    let function = call.function.unwrap_or_default();
    ToolCallDelta {
        index: call.index,
        id: call.id,
        name: function.name,
        arguments: function.arguments.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(json: Value) -> Result<Answer, Failure> {
        answer(json.to_string().as_bytes())
    }

    #[test]
    fn a_whole_answer_is_read() {
        let answer = read(json!({
            "id": "1", "object": "chat.completion", "model": "m-1", "unknown": {},
            "choices": [{"index": 0, "message": {"role": "assistant", "content": "hello"}, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
        }));
        let expected = Answer {
            text: "hello".into(),
            finish_reason: FinishReason::Stop,
            model: "m-1".into(),
            usage: Some(Usage { input_tokens: 7, output_tokens: 3 }),
            ..Answer::default()
        };
        assert_eq!(answer, Ok(expected));
    }

    #[test]
    fn tool_calls_without_an_index_are_read() {
        let call = |id: &str| json!({"id": id, "type": "function", "function": {"name": "look_up", "arguments": "{}"}});
        let answer = read(json!({"choices": [{"message": {"content": null, "tool_calls": [call("a"), call("b")]},
            "finish_reason": "tool_calls"}]}))
        .unwrap();
        let ids: Vec<_> = answer.tool_calls.iter().map(|call| call.id.as_str()).collect();
        assert_eq!(ids, ["a", "b"]);
    }

    #[test]
    fn what_is_no_answer_is_a_failure() {
        let malformed = [
            json!([]),
            json!("text"),
            json!({}),
            json!({"choices": []}),
            json!({"choices": [{}]}),
            json!({"choices": [{"message": {"content": ""}, "finish_reason": "stop"}]}),
            json!({"choices": [{"message": {"content": 7}}]}),
        ];
        for body in malformed {
            assert!(matches!(read(body.clone()), Err(Failure::Malformed(_))), "{body}");
        }
        assert_eq!(read(json!({"error": {"message": "boom"}})), Err(Failure::Reported));
        assert!(matches!(answer(b"<html>"), Err(Failure::Malformed(_))));
        assert!(matches!(answer(b""), Err(Failure::Malformed(_))));
    }
}
