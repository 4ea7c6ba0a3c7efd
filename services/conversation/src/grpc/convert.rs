//! From the domain's types to the contracts' messages.

use easymart_core::Money;
use easymart_proto::{
    cart_sync::v1 as cart_wire,
    catalog_search::v1 as catalogue_wire,
    common::v1::Money as WireMoney,
    conversation::v1::{
        self as wire, GetSessionResponse, Speaker, TranscriptMessage, converse_stream_response::Event as WireEvent,
    },
};

use crate::{
    app::{Event, Replay, ReplayedTurn, Transcript},
    clients::{exclusions, size_range},
    domain::{
        cart::{Cart, CartLine, SyncState},
        chips::Chip,
        dialogue::{Action, ActionType, Card},
        fragment::Claim,
        product::{Attribute, Availability, Product},
        search_state::SearchState,
        turn::{AnsweredBy, ToolReport, Turn},
        understanding::SortOrder,
    },
    store::TurnRecord,
};

/// Messages of a transcript.
const NEWEST_MESSAGES: usize = 200;

pub(super) fn turn(turn: Turn) -> wire::ChatTurn {
    let evidence = turn.reply.claims().iter().map(evidence).collect();
    wire::ChatTurn {
        session_id: turn.session_id,
        turn_id: turn.turn_id,
        reply: turn.reply.text().to_owned(),
        evidence,
        intents: turn.intents.iter().map(|intent| intent.as_str().to_owned()).collect(),
        products: turn.cards.into_iter().map(card).collect(),
        cart: turn.cart.map(cart),
        tools: turn.tools.into_iter().map(tool).collect(),
        search: turn.search.as_ref().map(search),
        focus_product_id: turn.focus_product_id,
        asks: turn.asks,
        chips: turn.chips.into_iter().map(chip).collect(),
        actions: turn.actions.into_iter().map(action).collect(),
        answered_by: match turn.answered_by {
            AnsweredBy::Rules => wire::AnsweredBy::Rules,
            AnsweredBy::Llm => wire::AnsweredBy::Llm,
        }
        .into(),
        degraded: turn.degraded,
    }
}

pub(super) fn event(event: Event) -> Option<WireEvent> {
    Some(match event {
        Event::Started { session_id, turn_id } => WireEvent::Started(wire::TurnStarted { session_id, turn_id }),
        Event::Products(cards) if cards.is_empty() => return None,
        Event::Products(cards) => {
            WireEvent::Products(wire::ProductsShown { products: cards.into_iter().map(card).collect() })
        }
        Event::Cart(changed) => WireEvent::Cart(cart(*changed)),
        Event::Text(text) => WireEvent::TextDelta(text),
    })
}

pub(super) fn chip(chip: Chip) -> wire::Chip {
    wire::Chip { label: chip.label, message: chip.message }
}

fn evidence(claim: &Claim) -> wire::Evidence {
    let place = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    wire::Evidence {
        start: place(claim.start),
        end: place(claim.end),
        kind: claim.kind.as_str().to_owned(),
        value: claim.value.clone(),
        source: claim.source.clone(),
    }
}

fn tool(report: ToolReport) -> wire::ToolRun {
    let status = if report.ok { wire::ToolStatus::Ok } else { wire::ToolStatus::Error };
    wire::ToolRun {
        name: report.name,
        arguments_json: report.arguments_json,
        status: status.into(),
        duration_ms: report.duration_ms,
    }
}

fn action(action: Action) -> wire::Action {
    let kind = match action.kind {
        ActionType::CartUpdated => wire::ActionType::CartUpdated,
        ActionType::OpenProduct => wire::ActionType::OpenProduct,
        ActionType::OpenCheckout => wire::ActionType::OpenCheckout,
        ActionType::ResetSession => wire::ActionType::ResetSession,
        ActionType::Handoff => wire::ActionType::Handoff,
    };
    wire::Action { r#type: kind.into(), product_id: action.product_id, url: action.url }
}

fn card(card: Card) -> wire::ProductCard {
    wire::ProductCard { product: Some(product(card.product)), option: card.option, why: card.why }
}

fn money(money: Money) -> WireMoney {
    WireMoney { amount_minor: money.minor, currency_code: money.currency.code().to_owned() }
}

/// The basic view: what a card shows.
fn product(product: Product) -> catalogue_wire::Product {
    let availability = match product.availability {
        Availability::InStock => catalogue_wire::Availability::InStock,
        Availability::OutOfStock => catalogue_wire::Availability::OutOfStock,
        Availability::Unknown => catalogue_wire::Availability::Unspecified,
    };
    catalogue_wire::Product {
        availability: availability.into(),
        price: product.price.map(money),
        was_price: product.was_price.map(money),
        attributes: product.attributes.into_iter().map(attribute).collect(),
        product_id: product.product_id,
        handle: product.handle,
        sku: product.sku,
        title: product.title,
        brand: product.brand,
        category: product.category,
        category_path: product.category_path,
        image_urls: product.image_urls,
        url: product.url,
        stock_quantity: product.stock_quantity,
        rating: product.rating,
        rating_count: product.rating_count,
        set_size: product.set_size,
        ..catalogue_wire::Product::default()
    }
}

fn attribute(attribute: Attribute) -> catalogue_wire::Attribute {
    catalogue_wire::Attribute {
        name: attribute.name,
        values: attribute.values,
        number: attribute.number,
        unit: attribute.unit,
        source: attribute.source,
        confidence: attribute.confidence,
    }
}

fn cart(cart: Cart) -> cart_wire::Cart {
    let state = match cart.sync {
        SyncState::Local => cart_wire::SyncState::Local,
        SyncState::Pending => cart_wire::SyncState::Pending,
        SyncState::Synced => cart_wire::SyncState::Synced,
        SyncState::Conflict => cart_wire::SyncState::Conflict,
        SyncState::Failed => cart_wire::SyncState::Failed,
    };
    cart_wire::Cart {
        cart_id: cart.cart_id,
        version: cart.version,
        lines: cart.lines.into_iter().map(cart_line).collect(),
        item_count: cart.item_count,
        distinct_count: cart.distinct_count,
        subtotal: Some(money(cart.subtotal)),
        sync: Some(cart_wire::CartSync {
            state: state.into(),
            remote_cart_id: cart.remote_cart_id,
            checkout_url: cart.checkout_url,
            detail: cart.sync_detail,
        }),
    }
}

fn cart_line(line: CartLine) -> cart_wire::CartLine {
    cart_wire::CartLine {
        line_id: line.line_id,
        product_id: line.product_id,
        sku: line.sku,
        title: line.title,
        unit_price: Some(money(line.unit_price)),
        quantity: line.quantity,
        line_total: Some(money(line.line_total)),
        image_url: line.image_url,
        url: line.url,
    }
}

fn search(search: &SearchState) -> wire::SearchState {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let sort = match search.sort {
        Some(SortOrder::Relevance) => catalogue_wire::Sort::Relevance,
        Some(SortOrder::PriceLow) => catalogue_wire::Sort::PriceLow,
        Some(SortOrder::PriceHigh) => catalogue_wire::Sort::PriceHigh,
        Some(SortOrder::Rating) => catalogue_wire::Sort::Rating,
        None => catalogue_wire::Sort::Unspecified,
    };
    wire::SearchState {
        query: text(&search.query),
        category: text(&search.category),
        subcategory: String::new(),
        colours: search.colours.clone(),
        materials: search.materials.clone(),
        style: text(&search.style),
        room: text(&search.room),
        brand: text(&search.brand),
        price_min: search.price_min.map(money),
        price_max: search.price_max.map(money),
        sizes: search.sizes.iter().map(size_range).collect(),
        bed_size: text(&search.bed_size),
        seats: search.seats,
        weight_capacity_kg: search.weight_capacity_kg,
        features: search.features.clone(),
        exclude: Some(exclusions(search)),
        sort: sort.into(),
        page: search.page,
    }
}

pub(super) fn transcript(session_id: String, transcript: Transcript) -> GetSessionResponse {
    let mut messages: Vec<TranscriptMessage> = transcript.turns.into_iter().flat_map(messages).collect();
    let skip = messages.len().saturating_sub(NEWEST_MESSAGES);
    messages.drain(..skip);
    let state = transcript.state;
    GetSessionResponse {
        session_id,
        created_at_ms: state.created_at_ms,
        last_activity_ms: state.last_activity_ms,
        expires_at_ms: transcript.expires_at_ms,
        messages,
        turn_count: state.turn_count,
        search: Some(&state.search).filter(|search| !search.is_empty()).map(search_of),
        shown_product_ids: state.lists.everything().map(|product| product.product_id.clone()).collect(),
        focus_product_id: state.focus.map(|product| product.product_id).unwrap_or_default(),
    }
}

fn search_of(state: &SearchState) -> wire::SearchState {
    search(state)
}

fn messages(record: TurnRecord) -> [TranscriptMessage; 2] {
    let shopper = TranscriptMessage {
        turn_id: record.turn.turn_id.clone(),
        speaker: Speaker::Shopper.into(),
        text: record.trace.message,
        at_ms: record.at_ms,
        product_ids: Vec::new(),
    };
    let assistant = TranscriptMessage {
        speaker: Speaker::Assistant.into(),
        text: record.turn.reply.text().to_owned(),
        product_ids: record.turn.cards.iter().map(|card| card.product.product_id.clone()).collect(),
        ..shopper.clone()
    };
    [shopper, assistant]
}

pub(super) fn replay(session_id: String, replay: Replay) -> wire::ReplaySessionResponse {
    wire::ReplaySessionResponse {
        session_id,
        version: replay.version.to_owned(),
        generation: replay.generation,
        turns: replay.turns.into_iter().map(replayed).collect(),
        left_out: u32::try_from(replay.left_out).unwrap_or(u32::MAX),
    }
}

fn replayed(turn: ReplayedTurn) -> wire::ReplayedTurn {
    let differences = turn.differences.into_iter().map(|difference| wire::TurnDifference {
        what: difference.what.to_owned(),
        recorded: difference.recorded,
        replayed: difference.replayed,
    });
    wire::ReplayedTurn {
        differences: differences.collect(),
        turn_id: turn.turn_id,
        message: turn.message,
        at_ms: turn.at_ms,
        recorded_version: turn.version,
        recorded_generation: turn.generation,
    }
}
