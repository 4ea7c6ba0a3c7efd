//! Chat as the storefront backend answered it.

use easymart_proto::conversation::v1::ChatTurn;
use serde::Serialize;
use serde_json::Number;
use utoipa::ToSchema;

use super::{Made, Metadata, OriginalProduct, chips, main_intent, products};

/// `POST /api/chat`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalChat)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChatView<'a> {
    /// What the shopper reads.
    pub reply_text: &'a str,
    /// `search_results` with the products shown.
    pub actions: Vec<ResultsAction<'a>>,
    /// Suggested next messages.
    pub followup_chips: Vec<&'a str>,
    /// About the turn.
    pub context: ChatContext<'a>,
    /// About the answer.
    pub metadata: Metadata<'a>,
    /// The id to use from now on.
    pub session_id: &'a str,
}

/// About a turn.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalChatContext)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChatContext<'a> {
    /// The id to use from now on.
    session_id: &'a str,
    /// Main intent.
    intent: &'a str,
    /// Products shown.
    products: Vec<OriginalProduct<'a>>,
    /// About the answer.
    metadata: Metadata<'a>,
}

/// Products found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalResultsAction)]
pub(crate) struct ResultsAction<'a> {
    /// Always `search_results`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// What was found.
    data: Results<'a>,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalResults)]
#[serde(rename_all = "camelCase")]
struct Results<'a> {
    /// Products.
    results: Vec<ResultProduct<'a>>,
    /// How many are shown.
    total_count: usize,
    /// Free words that were searched for.
    query: &'a str,
}

/// A product found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OriginalResult)]
struct ResultProduct<'a> {
    /// Stock keeping unit.
    id: &'a str,
    /// Name.
    title: &'a str,
    /// Price in whole units; null: on request.
    #[schema(value_type = Option<f64>)]
    price: Option<Number>,
    /// Picture.
    image: &'a str,
    /// Product page.
    url: &'a str,
    /// Running text, or why it is shown.
    description: &'a str,
}

impl<'a> ChatView<'a> {
    /// The turn in the form of the original's storefront backend.
    pub(crate) fn new(turn: &'a ChatTurn, session_id: &'a str, made: Made<'a>) -> Self {
        Self {
            reply_text: &turn.reply,
            actions: results_action(turn).into_iter().collect(),
            followup_chips: chips(turn),
            context: ChatContext {
                session_id,
                intent: main_intent(turn),
                products: products(turn),
                metadata: Metadata::new(turn, made),
            },
            metadata: Metadata::new(turn, made),
            session_id,
        }
    }
}

fn results_action(turn: &ChatTurn) -> Option<ResultsAction<'_>> {
    let results: Vec<_> = products(turn).into_iter().map(ResultProduct::from).collect();
    (!results.is_empty()).then(|| ResultsAction {
        kind: "search_results",
        data: Results {
            total_count: results.len(),
            results,
            query: turn.search.as_ref().map_or("", |search| search.query.as_str()),
        },
    })
}

impl<'a> From<OriginalProduct<'a>> for ResultProduct<'a> {
    fn from(product: OriginalProduct<'a>) -> Self {
        Self {
            id: product.id,
            title: product.name,
            price: product.price,
            image: product.image_url,
            url: product.url,
            description: product.description,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::tests::{MADE, turn},
        *,
    };

    #[test]
    fn the_storefronts_chat_carries_the_cards_as_results() {
        let turn = turn();
        let view = serde_json::to_value(ChatView::new(&turn, "s", MADE)).unwrap();
        assert_eq!(view["actions"][0]["type"], "search_results");
        assert_eq!(view["actions"][0]["data"]["results"][0]["title"], "Desk");
        assert_eq!(view["actions"][0]["data"]["totalCount"], 1);
        assert_eq!(view["context"]["sessionId"], "s");
        assert_eq!(view["replyText"], "Here is one desk.");
    }
}
