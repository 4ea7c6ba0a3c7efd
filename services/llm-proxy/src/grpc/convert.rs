//! Between the contract's messages and the domain's types.

use easymart_proto::llm_proxy::v1 as wire;
use serde_json::{Value, json};

use crate::{
    app::{Completion, State, Status},
    domain::{FinishReason, Message, Prompt, PromptError, Role, Tool, ToolCall, Usage},
};

pub(super) fn prompt(prompt: wire::Prompt) -> Result<Prompt, PromptError> {
    let messages = prompt.messages.into_iter().enumerate().map(|(index, message)| read_message(index, message));
    let tools = prompt.tools.into_iter().enumerate().map(|(index, tool)| read_tool(index, tool));
    let response_schema = match prompt.response_schema_json.as_str() {
        "" => None,
        text => Some(schema("prompt.response_schema_json", text)?),
    };
    Ok(Prompt {
        messages: messages.collect::<Result<_, _>>()?,
        max_output_tokens: (prompt.max_output_tokens > 0).then_some(prompt.max_output_tokens),
        temperature: prompt.temperature,
        stop: prompt.stop,
        tools: tools.collect::<Result<_, _>>()?,
        response_schema,
    })
}

fn read_message(index: usize, message: wire::Message) -> Result<Message, PromptError> {
    let role = match message.role() {
        wire::Role::System => Role::System,
        wire::Role::User => Role::User,
        wire::Role::Assistant => Role::Assistant,
        wire::Role::Tool => Role::Tool,
        wire::Role::Unspecified => {
            return Err(PromptError::new(format!("prompt.messages[{index}].role"), "must be one of the roles"));
        }
    };
    let wire::Message { content, tool_calls, tool_call_id, .. } = message;
    let tool_calls = tool_calls.into_iter().map(|call| ToolCall {
        id: call.tool_call_id,
        name: call.name,
        arguments: call.arguments_json,
    });
    Ok(Message { role, content, tool_calls: tool_calls.collect(), tool_call_id })
}

fn read_tool(index: usize, tool: wire::ToolDefinition) -> Result<Tool, PromptError> {
    let parameters = match tool.parameters_schema_json.as_str() {
        "" => json!({"type": "object", "properties": {}}),
        text => schema(&format!("prompt.tools[{index}].parameters_schema_json"), text)?,
    };
    Ok(Tool { name: tool.name, description: tool.description, parameters })
}

fn schema(field: &str, text: &str) -> Result<Value, PromptError> {
    match serde_json::from_str(text) {
        Ok(schema @ Value::Object(_)) => Ok(schema),
        _ => Err(PromptError::new(field, "must be a JSON object")),
    }
}

pub(super) fn completion(completion: Completion) -> wire::Completion {
    let Completion { answer, attempts, first_token } = completion;
    let tool_calls = answer.tool_calls.into_iter().map(|call| wire::ToolCall {
        tool_call_id: call.id,
        name: call.name,
        arguments_json: call.arguments,
    });
    let finish_reason = match answer.finish_reason {
        FinishReason::Other => wire::FinishReason::Unspecified,
        FinishReason::Stop => wire::FinishReason::Stop,
        FinishReason::Length => wire::FinishReason::Length,
        FinishReason::ToolCalls => wire::FinishReason::ToolCalls,
        FinishReason::ContentFilter => wire::FinishReason::ContentFilter,
    };
    wire::Completion {
        text: answer.text,
        tool_calls: tool_calls.collect(),
        finish_reason: finish_reason.into(),
        model: answer.model,
        usage: answer.usage.map(|Usage { input_tokens, output_tokens }| wire::Usage { input_tokens, output_tokens }),
        attempts,
        first_token_ms: u64::try_from(first_token.as_millis()).unwrap_or(u64::MAX),
    }
}

pub(super) fn status(status: Status) -> wire::GetStatusResponse {
    let Status { provider, model, standing } = status;
    let state = match standing.state {
        State::NotConfigured => wire::ProviderState::NotConfigured,
        State::Untried => wire::ProviderState::Untried,
        State::Ok => wire::ProviderState::Ok,
        State::Failing => wire::ProviderState::Failing,
        State::Open => wire::ProviderState::Open,
    };
    wire::GetStatusResponse {
        configured: standing.state != State::NotConfigured,
        provider,
        model,
        state: state.into(),
        last_error: standing.last_error,
        calls: standing.calls,
        failures: standing.failures,
    }
}
