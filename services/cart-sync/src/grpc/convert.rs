//! From what the use cases answer to what goes over the wire.

use easymart_core::{Currency, Money};
use easymart_proto::cart_sync::v1::{Cart, CartLine, CartSync, SyncState as WireState, UnsyncedChange};
use easymart_rpc::to_wire_money;

use crate::{
    app::{CartView, Unsynced},
    domain::{Line, SyncState, SyncStatus},
};

/// A cart; an empty one has its total in `currency`.
pub(super) fn cart(view: &CartView, currency: Currency) -> Cart {
    let cart = &view.cart;
    let subtotal = cart.subtotal().unwrap_or(Money::zero(currency));
    Cart {
        cart_id: view.cart_id.as_str().to_owned(),
        version: cart.version(),
        lines: cart.lines().iter().map(line).collect(),
        item_count: cart.item_count(),
        distinct_count: u32::try_from(cart.lines().len()).unwrap_or(u32::MAX),
        subtotal: Some(to_wire_money(subtotal)),
        sync: Some(sync(&view.sync)),
    }
}

/// A change that the backend has not confirmed.
pub(super) fn unsynced(unsynced: Unsynced) -> UnsyncedChange {
    let entry = unsynced.entry;
    UnsyncedChange {
        cart_id: unsynced.cart_id.as_str().to_owned(),
        sequence: entry.sequence,
        action: entry.change.action().to_owned(),
        sku: entry.change.key().unwrap_or_default().to_owned(),
        quantity: entry.change.quantity(),
        attempts: entry.attempts,
        last_error: entry.last_error,
        created_at_ms: entry.created_at_ms,
    }
}

fn line(line: &Line) -> CartLine {
    let product = line.product();
    CartLine {
        line_id: line.line_id().to_owned(),
        product_id: product.product_id.clone(),
        sku: product.sku.clone(),
        title: product.title.clone(),
        unit_price: Some(to_wire_money(product.unit_price)),
        quantity: line.quantity(),
        line_total: Some(to_wire_money(line.total())),
        image_url: product.image_url.clone(),
        url: product.url.clone(),
    }
}

fn sync(sync: &SyncStatus) -> CartSync {
    let state = match sync.state {
        SyncState::Local => WireState::Local,
        SyncState::Pending => WireState::Pending,
        SyncState::Synced => WireState::Synced,
        SyncState::Conflict => WireState::Conflict,
        SyncState::Failed => WireState::Failed,
    };
    CartSync {
        state: state.into(),
        remote_cart_id: sync.remote_cart_id.clone(),
        checkout_url: sync.checkout_url.clone(),
        detail: sync.detail.clone(),
    }
}
