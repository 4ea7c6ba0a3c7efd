//! The original system's JSON, field for field.

use easymart_proto::conversation::v1::{ActionType, ChatTurn, ProductCard, StartSessionResponse, ToolRun, ToolStatus};
use serde::Serialize;
use serde_json::{Number, Value};
use utoipa::ToSchema;

use super::{money::decimal, non_empty};

mod cart;
mod storefront;

pub(crate) use cart::OriginalCart;
pub(crate) use storefront::ChatView;

/// `POST /assistant/message`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalMessage)]
pub(crate) struct MessageView<'a> {
    /// The id to use from now on.
    pub session_id: &'a str,
    /// What the shopper reads.
    pub message: &'a str,
    /// Main intent.
    pub intent: &'a str,
    /// Products shown.
    pub products: Vec<OriginalProduct<'a>>,
    /// What happened to the cart.
    pub actions: Vec<CartAction<'a>>,
    /// What the page may offer.
    pub suggested_actions: Vec<&'static str>,
    /// Suggested next messages.
    pub followup_chips: Vec<&'a str>,
    /// About the answer.
    pub metadata: Metadata<'a>,
}

/// A product in the original's form.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OriginalProduct<'a> {
    /// Stock keeping unit.
    id: &'a str,
    /// Name.
    name: &'a str,
    /// Price in whole units; null: on request.
    #[schema(value_type = Option<f64>)]
    price: Option<Number>,
    /// Running text, or why it is shown.
    description: &'a str,
    /// Picture.
    image_url: &'a str,
    /// Product page.
    url: &'a str,
}

/// What happened to the cart.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalCartAction)]
pub(crate) struct CartAction<'a> {
    /// `add_to_cart`, `remove_from_cart`, `view_cart` or `clear_cart`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Product.
    #[serde(skip_serializing_if = "Option::is_none")]
    product_id: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    product_name: Option<&'a str>,
    /// Pieces.
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<u64>,
}

/// About an answer.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalMetadata)]
pub(crate) struct Metadata<'a> {
    /// How long it took.
    pub processing_time_ms: u64,
    /// When it was made.
    pub timestamp: &'a str,
    /// Tools that ran.
    pub function_calls: Vec<&'a str>,
    /// The conversation was reset: use the session id of this answer from now on. The cart stays.
    pub reset_session: bool,
}

/// When an answer was made, and how long it took.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Made<'a> {
    /// When.
    pub timestamp: &'a str,
    /// How long.
    pub took_ms: u64,
}

impl<'a> MessageView<'a> {
    /// The turn in the original's form.
    pub(crate) fn new(turn: &'a ChatTurn, session_id: &'a str, made: Made<'a>) -> Self {
        Self {
            session_id,
            message: &turn.reply,
            intent: main_intent(turn),
            products: products(turn),
            actions: cart_actions(turn),
            suggested_actions: suggested_actions(turn),
            followup_chips: chips(turn),
            metadata: Metadata::new(turn, made),
        }
    }
}

impl<'a> Metadata<'a> {
    fn new(turn: &'a ChatTurn, made: Made<'a>) -> Self {
        Self {
            processing_time_ms: made.took_ms,
            timestamp: made.timestamp,
            function_calls: turn.tools.iter().map(|tool| tool.name.as_str()).collect(),
            reset_session: is_reset(turn),
        }
    }
}

/// Whether the turn reset the conversation.
pub(crate) fn is_reset(turn: &ChatTurn) -> bool {
    has_action(turn, ActionType::ResetSession)
}

fn has_action(turn: &ChatTurn, kind: ActionType) -> bool {
    turn.actions.iter().any(|action| action.r#type() == kind)
}

fn main_intent(turn: &ChatTurn) -> &str {
    turn.intents.first().map_or("general_query", String::as_str)
}

fn chips(turn: &ChatTurn) -> Vec<&str> {
    turn.chips.iter().map(|chip| chip.message.as_str()).collect()
}

fn products(turn: &ChatTurn) -> Vec<OriginalProduct<'_>> {
    turn.products.iter().filter_map(OriginalProduct::new).collect()
}

impl<'a> OriginalProduct<'a> {
    fn new(card: &'a ProductCard) -> Option<Self> {
        let product = card.product.as_ref()?;
        Some(Self {
            id: non_empty(&product.sku).unwrap_or(&product.product_id),
            name: &product.title,
            price: product.price.as_ref().map(decimal),
            description: non_empty(&product.description).unwrap_or(&card.why),
            image_url: product.image_urls.first().map_or("", String::as_str),
            url: &product.url,
        })
    }
}

/// What the cart tools did, as the original names it.
fn cart_actions(turn: &ChatTurn) -> Vec<CartAction<'_>> {
    turn.tools
        .iter()
        .filter(|tool| tool.status() == ToolStatus::Ok)
        .filter_map(|tool| cart_action(turn, tool))
        .collect()
}

fn cart_action<'a>(turn: &'a ChatTurn, tool: &ToolRun) -> Option<CartAction<'a>> {
    let arguments: Value = serde_json::from_str(&tool.arguments_json).unwrap_or_default();
    let kind = match (tool.name.as_str(), arguments["action"].as_str()) {
        ("get_cart", _) | ("update_cart", Some("view")) => "view_cart",
        ("update_cart", Some("add")) => "add_to_cart",
        ("update_cart", Some("remove")) => "remove_from_cart",
        ("update_cart", Some("clear")) => "clear_cart",
        _ => return None,
    };
    let product_id = arguments["product_id"].as_str();
    Some(CartAction {
        kind,
        product_id: product_id.map(str::to_owned),
        product_name: product_id.and_then(|id| name_of(turn, id)),
        quantity: arguments["quantity"].as_u64(),
    })
}

fn name_of<'a>(turn: &'a ChatTurn, product_id: &str) -> Option<&'a str> {
    let lines = turn.cart.iter().flat_map(|cart| &cart.lines);
    let in_cart = lines.map(|line| (&line.product_id, &line.title));
    let cards = turn.products.iter().filter_map(|card| card.product.as_ref());
    let on_cards = cards.map(|product| (&product.product_id, &product.title));
    in_cart.chain(on_cards).find(|(id, _)| *id == product_id).map(|(_, title)| title.as_str())
}

fn suggested_actions(turn: &ChatTurn) -> Vec<&'static str> {
    let has_goods = turn.cart.as_ref().is_some_and(|cart| !cart.lines.is_empty());
    [
        ("search_results", !turn.products.is_empty()),
        ("view_cart", has_goods),
        ("checkout", has_action(turn, ActionType::OpenCheckout)),
        ("contact_support", has_action(turn, ActionType::Handoff)),
    ]
    .into_iter()
    .filter_map(|(name, offered)| offered.then_some(name))
    .collect()
}

/// `GET /assistant/greeting`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalGreeting)]
pub(crate) struct GreetingView<'a> {
    /// The id to use from now on.
    pub session_id: &'a str,
    /// What the shopper reads first.
    pub message: &'a str,
    /// What the page may offer.
    pub suggested_actions: Vec<&'a str>,
    /// Suggested first messages.
    pub followup_chips: Vec<&'a str>,
}

impl<'a> GreetingView<'a> {
    /// The greeting in the original's form.
    pub(crate) fn new(opened: &'a StartSessionResponse, session_id: &'a str) -> Self {
        Self {
            session_id,
            message: &opened.greeting,
            suggested_actions: opened.chips.iter().map(|chip| chip.label.as_str()).collect(),
            followup_chips: opened.chips.iter().map(|chip| chip.message.as_str()).collect(),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use easymart_proto::{
        catalog_search::v1::Product,
        common::v1::Money,
        conversation::v1::{Action, Chip},
    };
    use serde_json::json;

    use super::*;

    pub(crate) const MADE: Made<'static> = Made { timestamp: "2026-11-23T20:15:00Z", took_ms: 7 };

    fn aud(amount_minor: i64) -> Option<Money> {
        Some(Money { amount_minor, currency_code: "AUD".into() })
    }

    pub(crate) fn turn() -> ChatTurn {
        ChatTurn {
            reply: "Here is one desk.".into(),
            intents: vec!["product_search".into()],
            products: vec![ProductCard {
                product: Some(Product {
                    product_id: "p1".into(),
                    sku: "D-1".into(),
                    title: "Desk".into(),
                    price: aud(12_950),
                    image_urls: vec!["/d.svg".into()],
                    url: "/desk".into(),
                    ..Default::default()
                }),
                option: 1,
                why: "white".into(),
            }],
            chips: vec![Chip { label: "Add".into(), message: "add option 1".into() }],
            ..Default::default()
        }
    }

    #[test]
    fn the_assistant_answers_in_the_originals_words() {
        let turn = turn();
        let view = serde_json::to_value(MessageView::new(&turn, "s", MADE)).unwrap();
        assert_eq!(
            view,
            json!({
                "session_id": "s", "message": "Here is one desk.", "intent": "product_search",
                "products": [{"id": "D-1", "name": "Desk", "price": 129.5, "description": "white", "image_url": "/d.svg", "url": "/desk"}],
                "actions": [], "suggested_actions": ["search_results"], "followup_chips": ["add option 1"],
                "metadata": {"processing_time_ms": 7, "timestamp": "2026-11-23T20:15:00Z", "function_calls": [], "reset_session": false},
            })
        );
    }

    #[test]
    fn what_the_cart_tools_did_becomes_actions() {
        let tool = |name: &str, arguments: &str, status: ToolStatus| ToolRun {
            name: name.into(),
            arguments_json: arguments.into(),
            status: status.into(),
            duration_ms: 1,
        };
        let turn = ChatTurn {
            tools: vec![
                tool("update_cart", r#"{"action":"add","product_id":"p1","quantity":2}"#, ToolStatus::Ok),
                tool("update_cart", r#"{"action":"clear"}"#, ToolStatus::Error),
                tool("search_products", "{}", ToolStatus::Ok),
            ],
            actions: vec![Action { r#type: ActionType::ResetSession.into(), ..Default::default() }],
            ..turn()
        };
        let view = serde_json::to_value(MessageView::new(&turn, "s", MADE)).unwrap();
        let added = json!([{"type": "add_to_cart", "product_id": "p1", "product_name": "Desk", "quantity": 2}]);
        assert_eq!(view["actions"], added);
        assert_eq!(view["metadata"]["reset_session"], true);
    }
}
