use serde_json::{Map, Value, json};

use crate::{
    config::Config,
    domain::{Message, Prompt, Role, Tool, ToolCall},
};

/// What a request says when the prompt does not.
#[derive(Debug)]
pub(super) struct Defaults {
    model: String,
    max_output_tokens: u32,
    temperature: f64,
    stream_usage: bool,
}

impl Defaults {
    pub(super) fn of(config: &Config) -> Self {
        Self {
            model: config.model.clone(),
            max_output_tokens: config.max_output_tokens,
            temperature: config.temperature,
            stream_usage: config.stream_usage,
        }
    }

    /// The request's body. What was not asked for is left out: many providers refuse what they do not know.
    pub(super) fn body(&self, prompt: &Prompt, is_streamed: bool) -> Value {
        let mut body = Map::new();
        let mut put = |name: &str, value: Value| body.insert(name.to_owned(), value);
        put("model", json!(self.model));
        put("messages", prompt.messages.iter().map(message).collect());
        put("max_tokens", json!(prompt.max_output_tokens.unwrap_or(self.max_output_tokens)));
        put("temperature", json!(prompt.temperature.unwrap_or(self.temperature)));
        if !prompt.stop.is_empty() {
            put("stop", json!(prompt.stop));
        }
        if !prompt.tools.is_empty() {
            put("tools", prompt.tools.iter().map(tool).collect());
        }
        if let Some(schema) = &prompt.response_schema {
            let named = json!({"name": "answer", "strict": true, "schema": schema});
            put("response_format", json!({"type": "json_schema", "json_schema": named}));
        }
        if is_streamed {
            put("stream", json!(true));
        }
        if is_streamed && self.stream_usage {
            put("stream_options", json!({"include_usage": true}));
        }
        Value::Object(body)
    }
}

fn message(message: &Message) -> Value {
    let role = match message.role {
        Role::System => "system",
        Role::User => "user",
        Role::Assistant => "assistant",
        Role::Tool => "tool",
    };
    let mut wire = json!({"role": role, "content": message.content});
    if !message.tool_calls.is_empty() {
        wire["tool_calls"] = message.tool_calls.iter().map(tool_call).collect();
    }
    if message.role == Role::Tool {
        wire["tool_call_id"] = json!(message.tool_call_id);
    }
    wire
}

fn tool_call(call: &ToolCall) -> Value {
    json!({"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}})
}

fn tool(tool: &Tool) -> Value {
    let Tool { name, description, parameters } = tool;
    json!({"type": "function", "function": {"name": name, "description": description, "parameters": parameters}})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_prompt_is_a_plain_request() {
        let user = Message { role: Role::User, content: "hi".into(), tool_calls: vec![], tool_call_id: String::new() };
        let prompt = Prompt { messages: vec![user], ..Prompt::default() };
        let config = Config { model: "small".into(), ..Config::default() };
        insta::assert_json_snapshot!(Defaults::of(&config).body(&prompt, false), @r#"
        {
          "max_tokens": 512,
          "messages": [
            {
              "content": "hi",
              "role": "user"
            }
          ],
          "model": "small",
          "temperature": 0.2
        }
        "#);
    }

    #[test]
    fn everything_that_was_asked_for_is_in_the_request() {
        let call = ToolCall { id: "1".into(), name: "look_up".into(), arguments: "{}".into() };
        let asking = Message {
            role: Role::Assistant,
            content: String::new(),
            tool_calls: vec![call],
            tool_call_id: String::new(),
        };
        let answering =
            Message { role: Role::Tool, content: "42".into(), tool_calls: vec![], tool_call_id: "1".into() };
        let prompt = Prompt {
            messages: vec![asking, answering],
            max_output_tokens: Some(9),
            temperature: Some(1.5),
            stop: vec!["END".into()],
            tools: vec![Tool {
                name: "look_up".into(),
                description: "Looks up.".into(),
                parameters: json!({"type": "object"}),
            }],
            response_schema: Some(json!({"type": "string"})),
        };
        insta::assert_json_snapshot!(Defaults::of(&Config::default()).body(&prompt, true), @r#"
        {
          "max_tokens": 9,
          "messages": [
            {
              "content": "",
              "role": "assistant",
              "tool_calls": [
                {
                  "function": {
                    "arguments": "{}",
                    "name": "look_up"
                  },
                  "id": "1",
                  "type": "function"
                }
              ]
            },
            {
              "content": "42",
              "role": "tool",
              "tool_call_id": "1"
            }
          ],
          "model": "default",
          "response_format": {
            "json_schema": {
              "name": "answer",
              "schema": {
                "type": "string"
              },
              "strict": true
            },
            "type": "json_schema"
          },
          "stop": [
            "END"
          ],
          "stream": true,
          "stream_options": {
            "include_usage": true
          },
          "temperature": 1.5,
          "tools": [
            {
              "function": {
                "description": "Looks up.",
                "name": "look_up",
                "parameters": {
                  "type": "object"
                }
              },
              "type": "function"
            }
          ]
        }
        "#);
    }
}
