use serde_json::Value;

use super::ToolCall;

/// Most texts at which to stop: what providers take.
const MAX_STOPS: usize = 4;
/// Most tools that may be offered.
const MAX_TOOLS: usize = 64;

/// What to complete.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prompt {
    /// Oldest first.
    pub(crate) messages: Vec<Message>,
    pub(crate) max_output_tokens: Option<u32>,
    pub(crate) temperature: Option<f64>,
    pub(crate) stop: Vec<String>,
    pub(crate) tools: Vec<Tool>,
    /// JSON Schema that the answer must follow.
    pub(crate) response_schema: Option<Value>,
}

#[derive(Debug, Clone)]
pub(crate) struct Message {
    pub(crate) role: Role,
    pub(crate) content: String,
    pub(crate) tool_calls: Vec<ToolCall>,
    /// The call that a tool's message answers.
    pub(crate) tool_call_id: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    System,
    User,
    Assistant,
    Tool,
}

/// A tool that the model may call.
#[derive(Debug, Clone)]
pub(crate) struct Tool {
    pub(crate) name: String,
    pub(crate) description: String,
    /// JSON Schema of its arguments.
    pub(crate) parameters: Value,
}

/// Why a prompt cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PromptError {
    /// Path of the field at fault.
    pub(crate) field: String,
    /// What is wrong with it. Never repeats what was sent.
    pub(crate) description: String,
}

impl PromptError {
    pub(crate) fn new(field: impl Into<String>, description: impl Into<String>) -> Self {
        Self { field: field.into(), description: description.into() }
    }
}

impl Prompt {
    /// Checks what a provider would refuse, so that it need not be asked.
    pub(crate) fn check(&self, max_bytes: usize) -> Result<(), PromptError> {
        if self.messages.is_empty() {
            return Err(PromptError::new("prompt.messages", "must not be empty"));
        }
        for (index, message) in self.messages.iter().enumerate() {
            message.check(&format!("prompt.messages[{index}]"))?;
        }
        if self.temperature.is_some_and(|temperature| !(0.0..=2.0).contains(&temperature)) {
            return Err(PromptError::new("prompt.temperature", "is 0 to 2"));
        }
        if self.stop.len() > MAX_STOPS || self.stop.iter().any(String::is_empty) {
            return Err(PromptError::new("prompt.stop", "is at most 4 texts, none of them empty"));
        }
        if self.tools.len() > MAX_TOOLS || !self.tools.iter().all(Tool::has_valid_name) {
            return Err(PromptError::new(
                "prompt.tools",
                "is at most 64 tools, named with 1 to 64 of a-z, A-Z, 0-9, _ and -",
            ));
        }
        if self.bytes() > max_bytes {
            return Err(PromptError::new("prompt", format!("is larger than {max_bytes} bytes")));
        }
        Ok(())
    }

    /// Bytes of all its texts.
    fn bytes(&self) -> usize {
        let of_messages = self.messages.iter().map(Message::bytes).sum::<usize>();
        let of_stops = self.stop.iter().map(String::len).sum::<usize>();
        let of_tools = self.tools.iter().map(Tool::bytes).sum::<usize>();
        of_messages + of_stops + of_tools + self.response_schema.as_ref().map_or(0, json_bytes)
    }
}

impl Message {
    fn check(&self, field: &str) -> Result<(), PromptError> {
        let calls_tools = !self.tool_calls.is_empty();
        if calls_tools && self.role != Role::Assistant {
            return Err(PromptError::new(format!("{field}.tool_calls"), "only the assistant calls tools"));
        }
        if self.content.is_empty() && !calls_tools && self.role != Role::Tool {
            return Err(PromptError::new(format!("{field}.content"), "must not be empty"));
        }
        if (self.role == Role::Tool) == self.tool_call_id.is_empty() {
            return Err(PromptError::new(
                format!("{field}.tool_call_id"),
                "goes with the role of a tool, and only with it",
            ));
        }
        Ok(())
    }

    fn bytes(&self) -> usize {
        let of_calls = self.tool_calls.iter().map(|call| call.name.len() + call.arguments.len()).sum::<usize>();
        self.content.len() + of_calls
    }
}

impl Tool {
    fn has_valid_name(&self) -> bool {
        let is_valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        (1..=64).contains(&self.name.len()) && self.name.bytes().all(is_valid)
    }

    fn bytes(&self) -> usize {
        self.name.len() + self.description.len() + json_bytes(&self.parameters)
    }
}

fn json_bytes(value: &Value) -> usize {
    value.to_string().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(role: Role, content: &str) -> Message {
        Message { role, content: content.to_owned(), tool_calls: Vec::new(), tool_call_id: String::new() }
    }

    fn prompt(messages: Vec<Message>) -> Prompt {
        Prompt { messages, ..Prompt::default() }
    }

    fn field_at_fault(prompt: &Prompt) -> String {
        prompt.check(100).unwrap_err().field
    }

    #[test]
    fn a_plain_question_is_fine() {
        assert_eq!(prompt(vec![message(Role::System, "be brief"), message(Role::User, "hi")]).check(100), Ok(()));
    }

    #[test]
    fn a_tool_round_trip_is_fine() {
        let call = ToolCall { id: "1".into(), name: "look_up".into(), arguments: "{}".into() };
        let asking = Message { tool_calls: vec![call], ..message(Role::Assistant, "") };
        let answering = Message { tool_call_id: "1".into(), ..message(Role::Tool, "") };
        assert_eq!(prompt(vec![message(Role::User, "hi"), asking, answering]).check(100), Ok(()));
    }

    #[test]
    fn what_a_provider_would_refuse_is_named() {
        let user = || message(Role::User, "hi");
        assert_eq!(field_at_fault(&prompt(vec![])), "prompt.messages");
        assert_eq!(field_at_fault(&prompt(vec![user(), message(Role::User, "")])), "prompt.messages[1].content");
        assert_eq!(field_at_fault(&prompt(vec![message(Role::Tool, "42")])), "prompt.messages[0].tool_call_id");
        let too_hot = Prompt { temperature: Some(2.1), ..prompt(vec![user()]) };
        assert_eq!(field_at_fault(&too_hot), "prompt.temperature");
        let not_a_number = Prompt { temperature: Some(f64::NAN), ..prompt(vec![user()]) };
        assert_eq!(field_at_fault(&not_a_number), "prompt.temperature");
        let stops = Prompt { stop: vec![String::new()], ..prompt(vec![user()]) };
        assert_eq!(field_at_fault(&stops), "prompt.stop");
        let tool = Tool { name: "no spaces".into(), description: String::new(), parameters: Value::Null };
        assert_eq!(field_at_fault(&Prompt { tools: vec![tool], ..prompt(vec![user()]) }), "prompt.tools");
        assert_eq!(field_at_fault(&prompt(vec![message(Role::User, &"x".repeat(101))])), "prompt");
    }
}
