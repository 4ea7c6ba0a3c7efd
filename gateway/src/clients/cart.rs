//! cart-sync.

use easymart_proto::cart_sync::v1::{
    AddItemRequest, AddItemResponse, BeginCheckoutRequest, BeginCheckoutResponse, ClearCartRequest, ClearCartResponse,
    GetCartRequest, GetCartResponse, ListUnsyncedRequest, ListUnsyncedResponse, RemoveItemRequest, RemoveItemResponse,
    SetQuantityRequest, SetQuantityResponse, cart_sync_service_client::CartSyncServiceClient,
};

use super::{CART_ABSENT, keyed, methods, safe};

methods! { cart_sync, CartSyncServiceClient, CART_ABSENT;
    #[doc = "The cart."]
    get_cart: safe("GetCart", 20), GetCartRequest => GetCartResponse;
    #[doc = "Adds pieces of a product."]
    add_item: keyed("AddItem", 20), AddItemRequest => AddItemResponse;
    #[doc = "Sets the pieces of a line."]
    set_quantity: keyed("SetQuantity", 20), SetQuantityRequest => SetQuantityResponse;
    #[doc = "Removes a line."]
    remove_item: keyed("RemoveItem", 20), RemoveItemRequest => RemoveItemResponse;
    #[doc = "Removes all lines."]
    clear_cart: keyed("ClearCart", 20), ClearCartRequest => ClearCartResponse;
    #[doc = "Prepares the checkout."]
    begin_checkout: keyed("BeginCheckout", 20), BeginCheckoutRequest => BeginCheckoutResponse;
    #[doc = "What the shop's backend has not confirmed."]
    list_unsynced: safe("ListUnsynced", 20), ListUnsyncedRequest => ListUnsyncedResponse;
}
