//! One turn of a chat.

use easymart_proto::conversation::v1::{self as proto, ActionType, AnsweredBy, ToolStatus};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{cart::CartView, non_empty, product::CardView, search::SearchView};

/// All that one turn said and did.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChatTurn)]
pub(crate) struct TurnView<'a> {
    /// The session's id: send it with the next message.
    pub session_id: &'a str,
    /// Unique, ordered by time.
    pub turn_id: &'a str,
    /// What the shopper reads: plain text.
    #[schema(example = "I found 12 white desks under $200.")]
    pub reply: &'a str,
    /// What the shopper wanted, main intent first.
    #[schema(example = json!(["product_search"]))]
    pub intents: &'a [String],
    /// Cards shown by this turn.
    pub products: Vec<CardView<'a>>,
    /// The whole cart, when the turn read or changed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cart: Option<CartView<'a>>,
    /// Every tool that ran.
    pub tools: Vec<ToolView<'a>>,
    /// Search state in force after the turn.
    pub search: SearchView<'a>,
    /// Product that "it" means now.
    pub focus_product_id: Option<&'a str>,
    /// Whether the reply puts a question.
    pub asks: bool,
    /// Suggested next messages.
    pub chips: Vec<ChipView<'a>>,
    /// For the storefront.
    pub actions: Vec<ActionView<'a>>,
    /// `rules` or `llm`.
    #[schema(example = "rules")]
    pub answered_by: &'static str,
    /// What was unavailable.
    pub degraded: &'a [String],
    /// For each checkable claim in the reply, where it comes from.
    pub evidence: Vec<EvidenceView<'a>>,
}

/// One run of a tool.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ToolRun)]
pub(crate) struct ToolView<'a> {
    /// Name.
    #[schema(example = "search_products")]
    pub name: &'a str,
    /// Arguments after validation.
    #[schema(value_type = Object)]
    pub arguments: Map<String, Value>,
    /// `ok` or `error`.
    #[schema(example = "ok")]
    pub status: &'static str,
    /// How long it took.
    pub duration_ms: u64,
}

/// A suggested next message.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Chip)]
pub(crate) struct ChipView<'a> {
    /// Text on the button.
    pub label: &'a str,
    /// Message to send.
    pub message: &'a str,
}

/// Something for the storefront to do.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Action)]
pub(crate) struct ActionView<'a> {
    /// `cart_updated`, `open_product`, `open_checkout`, `reset_session` or `handoff`.
    #[serde(rename = "type")]
    #[schema(example = "cart_updated")]
    pub kind: &'static str,
    /// Product concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product_id: Option<&'a str>,
    /// Address to open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<&'a str>,
}

/// Where a claim in a reply comes from.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Evidence)]
pub(crate) struct EvidenceView<'a> {
    /// First character of the claim and the one after it, in Unicode characters.
    pub span: [u32; 2],
    /// Kind of claim.
    #[schema(example = "price")]
    pub kind: &'a str,
    /// Its value in canonical text.
    pub value: &'a str,
    /// Tool result and field.
    #[schema(example = "search_products.total")]
    pub source: &'a str,
}

impl<'a> TurnView<'a> {
    /// The turn under the public id of its session.
    pub(crate) fn new(turn: &'a proto::ChatTurn, session_id: &'a str) -> Self {
        Self {
            session_id,
            turn_id: &turn.turn_id,
            reply: &turn.reply,
            intents: &turn.intents,
            products: cards(&turn.products),
            cart: turn.cart.as_ref().map(|cart| CartView::new(cart, session_id)),
            tools: turn.tools.iter().map(ToolView::from).collect(),
            search: SearchView::new(turn.search.as_ref()),
            focus_product_id: non_empty(&turn.focus_product_id),
            asks: turn.asks,
            chips: turn.chips.iter().map(ChipView::from).collect(),
            actions: turn.actions.iter().filter_map(ActionView::new).collect(),
            answered_by: match turn.answered_by() {
                AnsweredBy::Llm => "llm",
                AnsweredBy::Rules | AnsweredBy::Unspecified => "rules",
            },
            degraded: &turn.degraded,
            evidence: turn.evidence.iter().map(EvidenceView::from).collect(),
        }
    }
}

/// The cards of a turn, as the turn numbered them.
pub(crate) fn cards(cards: &[proto::ProductCard]) -> Vec<CardView<'_>> {
    cards
        .iter()
        .filter_map(|card| {
            let product = card.product.as_ref()?;
            Some(CardView::new(product, Some(card.option), &card.why))
        })
        .collect()
}

impl<'a> From<&'a proto::ToolRun> for ToolView<'a> {
    fn from(tool: &'a proto::ToolRun) -> Self {
        Self {
            name: &tool.name,
            // The services promise an object; a text that is none must not spoil the answer.
            arguments: serde_json::from_str(&tool.arguments_json).unwrap_or_default(),
            status: match tool.status() {
                ToolStatus::Ok => "ok",
                ToolStatus::Error | ToolStatus::Unspecified => "error",
            },
            duration_ms: tool.duration_ms,
        }
    }
}

impl<'a> From<&'a proto::Chip> for ChipView<'a> {
    fn from(chip: &'a proto::Chip) -> Self {
        Self { label: &chip.label, message: &chip.message }
    }
}

impl<'a> ActionView<'a> {
    fn new(action: &'a proto::Action) -> Option<Self> {
        Some(Self {
            kind: action_word(action.r#type())?,
            product_id: non_empty(&action.product_id),
            url: non_empty(&action.url),
        })
    }
}

impl<'a> From<&'a proto::Evidence> for EvidenceView<'a> {
    fn from(evidence: &'a proto::Evidence) -> Self {
        Self {
            span: [evidence.start, evidence.end],
            kind: &evidence.kind,
            value: &evidence.value,
            source: &evidence.source,
        }
    }
}

fn action_word(action: ActionType) -> Option<&'static str> {
    match action {
        ActionType::Unspecified => None,
        ActionType::CartUpdated => Some("cart_updated"),
        ActionType::OpenProduct => Some("open_product"),
        ActionType::OpenCheckout => Some("open_checkout"),
        ActionType::ResetSession => Some("reset_session"),
        ActionType::Handoff => Some("handoff"),
    }
}

/// Data of the event `turn.started`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TurnStarted)]
pub(crate) struct StartedView<'a> {
    /// The session's id.
    pub session_id: &'a str,
    /// The turn's id.
    pub turn_id: &'a str,
}

/// Data of the event `products`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ProductsShown)]
pub(crate) struct ShownView<'a> {
    /// The cards, in order.
    pub products: Vec<CardView<'a>>,
}

/// Data of the event `text.delta`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TextDelta)]
pub(crate) struct DeltaView<'a> {
    /// Next piece of the reply.
    pub text: &'a str,
}

/// Data of the event `cart`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CartShown)]
pub(crate) struct CartShownView<'a> {
    /// The whole cart.
    pub cart: CartView<'a>,
}

#[cfg(test)]
mod tests {
    use easymart_proto::{cart_sync::v1::Cart, catalog_search::v1::Product};
    use serde_json::json;

    use super::*;

    fn json_of(turn: &proto::ChatTurn) -> Value {
        serde_json::to_value(TurnView::new(turn, "token")).unwrap()
    }

    #[test]
    fn a_bare_turn_has_every_field_of_the_contract() {
        let turn = proto::ChatTurn {
            session_id: "never shown".into(),
            turn_id: "t1".into(),
            reply: "Hello!".into(),
            intents: vec!["greeting".into()],
            answered_by: AnsweredBy::Rules.into(),
            ..Default::default()
        };
        assert_eq!(
            json_of(&turn),
            json!({
                "session_id": "token", "turn_id": "t1", "reply": "Hello!", "intents": ["greeting"], "products": [],
                "tools": [], "search": {}, "focus_product_id": null, "asks": false, "chips": [], "actions": [],
                "answered_by": "rules", "degraded": [], "evidence": [],
            })
        );
    }

    #[test]
    fn tools_actions_and_evidence_have_the_contracts_shape() {
        let turn = proto::ChatTurn {
            products: vec![proto::ProductCard { product: Some(Product::default()), option: 3, why: String::new() }],
            cart: Some(Cart::default()),
            tools: vec![
                proto::ToolRun {
                    name: "search_products".into(),
                    arguments_json: r#"{"category":"desk","limit":5}"#.into(),
                    status: ToolStatus::Ok.into(),
                    duration_ms: 4,
                },
                proto::ToolRun { arguments_json: "not JSON".into(), ..Default::default() },
            ],
            focus_product_id: "p1".into(),
            actions: vec![proto::Action {
                r#type: ActionType::OpenCheckout.into(),
                url: "https://shop/checkout".into(),
                ..Default::default()
            }],
            answered_by: AnsweredBy::Llm.into(),
            evidence: vec![proto::Evidence {
                start: 2,
                end: 5,
                kind: "price".into(),
                value: "129.00".into(),
                source: "search_products.price".into(),
            }],
            ..Default::default()
        };
        let view = json_of(&turn);
        assert_eq!(view["products"][0]["option"], 3);
        assert_eq!(view["cart"]["cart_id"], "token");
        assert_eq!(view["tools"][0]["arguments"], json!({"category": "desk", "limit": 5}));
        assert_eq!(view["tools"][1]["arguments"], json!({}));
        assert_eq!(view["tools"][1]["status"], "error");
        assert_eq!(view["focus_product_id"], "p1");
        assert_eq!(view["actions"], json!([{"type": "open_checkout", "url": "https://shop/checkout"}]));
        assert_eq!(view["answered_by"], "llm");
        assert_eq!(view["evidence"][0]["span"], json!([2, 5]));
    }
}
